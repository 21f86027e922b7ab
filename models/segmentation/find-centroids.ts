import { kmeans } from 'ml-kmeans';
import { seededRandom } from '../random.ts';
import { squaredDistance } from './match-clusters.ts';

export interface Search {
  readonly restarts: number;
  readonly searchSample: number;
  readonly maximumIterations: number;
}

export interface Assignment {
  /** for each point the index of its nearest centroid, the first of equally near ones */
  readonly labels: Uint8Array;
  readonly inertia: number;
}

/**
 * The centroids of the lowest inertia among several seeded kmeans++ starts, because Lloyd's algorithm stops at the
 * first local optimum. Where there are more points than `searchSample`, the starts compete on a seeded sample; the best
 * is refined on all points. A centroid left without any point is dropped.
 *
 * @param points more than `count` distinct ones
 */
export function findCentroids(points: number[][], count: number, search: Search, seed: number): number[][] {
  const random = seededRandom(seed);
  const sample = samplePoints(points, count, search.searchSample, random);
  // Tolerance 0 runs until no point changes its centroid; the library's default stops earlier.
  const options = { maxIterations: search.maximumIterations, tolerance: 0 };

  let best: number[][] = [];
  let lowest = Infinity;
  for (let start = 0; start < search.restarts; start++) {
    const { centroids } = kmeans(sample, count, { ...options, seed: Math.floor(random() * 2 ** 31) });
    const { inertia } = assignPoints(sample, centroids);
    if (inertia < lowest) {
      best = centroids;
      lowest = inertia;
    }
  }
  if (sample !== points) best = kmeans(points, count, { ...options, initialization: best }).centroids;
  const used = new Set(assignPoints(points, best).labels);
  return best.filter((_, label) => used.has(label));
}

/** Every distinct point in order of appearance, or nothing where they are more than `limit`. */
export function findDistinct(points: number[][], limit: number): number[][] | undefined {
  const distinct = new Map<string, number[]>();
  for (const point of points) {
    distinct.set(point.join(), point);
    if (distinct.size > limit) return undefined;
  }
  return [...distinct.values()];
}

export function assignPoints(points: readonly number[][], centroids: readonly number[][]): Assignment {
  const labels = new Uint8Array(points.length);
  let inertia = 0;
  for (let index = 0; index < points.length; index++) {
    let nearest = Infinity;
    for (let label = 0; label < centroids.length; label++) {
      const distance = squaredDistance(points[index]!, centroids[label]!);
      if (distance < nearest) {
        nearest = distance;
        labels[index] = label;
      }
    }
    inertia += nearest;
  }
  return { labels, inertia };
}

/** `size` points drawn without replacement (Fisher-Yates), in their own order; all where that leaves too few distinct. */
function samplePoints(points: number[][], count: number, size: number, random: () => number): number[][] {
  if (points.length <= size) return points;
  const indices = Uint32Array.from(points, (_, index) => index);
  for (let drawn = 0; drawn < size; drawn++) {
    const other = drawn + Math.floor(random() * (indices.length - drawn));
    const swapped = indices[drawn]!;
    indices[drawn] = indices[other]!;
    indices[other] = swapped;
  }
  const sample = Array.from(indices.subarray(0, size).sort(), (index) => points[index]!);
  return findDistinct(sample, count) ? points : sample;
}
