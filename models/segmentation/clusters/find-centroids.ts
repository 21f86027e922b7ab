import { countPoints, type KMeans, type Partition, type Points, pointAt } from './k-means.ts';
import { squaredDistance } from './match-clusters.ts';

/**
 * The partition of the lowest inertia among several seeded kmeans++ starts, because Lloyd's steps stop at the first local
 * optimum.
 *
 * @param points more than `count` distinct ones
 * @param search K-means over these points
 */
export function searchCentroids(
  points: Points,
  search: KMeans,
  count: number,
  options: { restarts: number; maximumIterations: number },
  random: () => number,
): Partition {
  let best: Partition | undefined;
  for (let start = 0; start < options.restarts; start++) {
    const refined = search.refine(drawCentroids(points, count, random), options.maximumIterations);
    if (best === undefined || refined.inertia < best.inertia) best = refined;
  }
  return best!;
}

/**
 * kmeans++ (Arthur and Vassilvitskii 2007): every centroid is a point drawn in proportion to its squared distance to the
 * ones before it; the best of some draws, as its authors advise.
 */
function drawCentroids(points: Points, count: number, random: () => number): Float64Array {
  const total = countPoints(points);
  const draws = 2 + Math.floor(Math.log(count));
  const centroids = new Float64Array(count * points.dimensions);
  const first = Math.floor(random() * total);
  centroids.set(pointAt(points, first));
  let distances = new Float64Array(total).fill(Infinity);
  let potential = shrinkDistances(points, first, distances, distances);
  let best = new Float64Array(total);
  let tried = new Float64Array(total);
  for (let centroid = 1; centroid < count; centroid++) {
    let chosen = 0;
    let least = Infinity;
    for (let draw = 0; draw < draws; draw++) {
      const point = drawIndex(distances, random() * potential);
      const left = shrinkDistances(points, point, distances, tried);
      if (left >= least) continue;
      least = left;
      chosen = point;
      [best, tried] = [tried, best];
    }
    centroids.set(pointAt(points, chosen), centroid * points.dimensions);
    [distances, best] = [best, distances];
    potential = least;
  }
  return centroids;
}

/** Writes each point's squared distance to point `target`, or that of `before` where it is less; gives the sum. */
function shrinkDistances(points: Points, target: number, before: Float64Array, after: Float64Array): number {
  const { values, dimensions } = points;
  const centre = pointAt(points, target);
  let total = 0;
  for (let point = 0, at = 0; point < after.length; point++) {
    let sum = 0;
    for (let axis = 0; axis < dimensions; axis++, at++) {
      const difference = values[at] - centre[axis];
      sum += difference * difference;
    }
    const least = sum < before[point] ? sum : before[point];
    after[point] = least;
    total += least;
  }
  return total;
}

function drawIndex(weights: Float64Array, goal: number): number {
  let passed = 0;
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] === 0) continue;
    passed += weights[index];
    last = index;
    if (passed > goal) break;
  }
  return last;
}

/** Every distinct point in order of appearance, or nothing where they are more than `limit`. */
export function findDistinct(points: Points, limit: number): Float64Array | undefined {
  const distinct: Float64Array[] = [];
  for (let index = 0; index < countPoints(points); index++) {
    const point = pointAt(points, index);
    if (distinct.some((other) => squaredDistance(other, point) === 0)) continue;
    if (distinct.length === limit) return undefined;
    distinct.push(point);
  }
  return Float64Array.from(distinct.flatMap((point) => [...point]));
}

/** `size` points drawn without replacement (Fisher-Yates), in their own order; all where they are no more. */
export function samplePoints(points: Points, size: number, random: () => number): Points {
  const count = countPoints(points);
  if (count <= size) return points;
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  for (let drawn = 0; drawn < size; drawn++) {
    const other = drawn + Math.floor(random() * (count - drawn));
    const swapped = indices[drawn];
    indices[drawn] = indices[other];
    indices[other] = swapped;
  }
  const { dimensions } = points;
  const values = new Float64Array(size * dimensions);
  for (const [place, index] of indices.subarray(0, size).sort().entries()) {
    values.set(pointAt(points, index), place * dimensions);
  }
  return { values, dimensions };
}
