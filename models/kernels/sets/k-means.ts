import { relaxedSimd, simd } from '../binaries/k-means.ts';
import type { Heap, KernelSet } from '../kernel-set.ts';

/** Centroids lie in groups of so many: [cluster / 4][dimension][cluster % 4]. */
const groupWidth = 4;

/** The squared distance of a point to a centroid, summed in the order of the dimensions, as the lanes do. */
function measure({ f64 }: Heap, point: number, dimensions: number, cluster: number, centroids: number): number {
  let from = centroids + (cluster - (cluster % groupWidth)) * dimensions + (cluster % groupWidth);
  let sum = 0;
  for (let at = 0; at < dimensions; at++, from += groupWidth) {
    const difference = f64[point + at] - f64[from];
    sum += difference * difference;
  }
  return sum;
}

/** The nearest centroid, the first of equals, and the distances to it and to the next. */
function findNearest(heap: Heap, point: number, dimensions: number, clusters: number, centroids: number) {
  let label = 0;
  let square = Number.MAX_VALUE;
  let next = Number.MAX_VALUE;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const distance = measure(heap, point, dimensions, cluster, centroids);
    if (distance < square) {
      next = square;
      square = distance;
      label = cluster;
    } else if (distance < next) next = distance;
  }
  return { label, square, nearest: Math.sqrt(square), second: Math.sqrt(next) };
}

/** Of a bound in single precision: far more than its rounding, and than that of what was summed up. */
const margin = 2 ** -22;
const roundUp = (distance: number, moved: number) => Math.fround(distance - moved + (distance + moved) * margin);
const roundDown = (bound: number) => Math.fround(bound - bound * margin);

/**
 * Steps of K-means over a stretch of points: `assign` measures every point against every centroid, `reassign` only those
 * whose bounds do not prove that they stay where they are (Hamerly 2010). Numbers are doubles but for the labels, bytes, and
 * the bounds, singles.
 *
 * Bounds are kept as of the start, so that they are written only where something was measured: `upper` bounds a point's
 * distance to its own centroid from above, less the way that centroid has gone until then; `lower` its distance to all others
 * from below, plus the way that the farthest of them has gone, step by step. `tally` takes what the stretch adds: coordinate
 * sums by cluster, counts by cluster, and last the squared distances (`assign`) or the points that changed (`reassign`).
 * `moves` holds five numbers a cluster, all first ones first: the way that it and the farthest other one have gone together; half
 * the distance to its nearest other centroid less its own way; its way; the others' way; that half.
 * Centroids beyond the last one of a group of four must be far from everything. `chosen`: scratch of `kMeansBlock` words of 32
 * bits.
 */
export const kMeans: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    assign(heap, points, count, dimensions, clusters, centroids, labels, upper, lower, tally) {
      const { f32, f64, u8 } = heap;
      const counts = (tally >>> 3) + clusters * dimensions;
      for (let index = 0; index < count; index++) {
        const point = (points >>> 3) + index * dimensions;
        const { label, square, nearest, second } = findNearest(heap, point, dimensions, clusters, centroids >>> 3);
        u8[labels + index] = label;
        f32[(upper >>> 2) + index] = roundUp(nearest, 0);
        f32[(lower >>> 2) + index] = roundDown(second);
        const sums = (tally >>> 3) + label * dimensions;
        for (let at = 0; at < dimensions; at++) f64[sums + at] += f64[point + at];
        f64[counts + label]++;
        f64[counts + clusters] += square;
      }
    },

    reassign(heap, points, count, dimensions, clusters, centroids, labels, upper, lower, tally, _chosen, moves) {
      const { f32, f64, u8 } = heap;
      const counts = (tally >>> 3) + clusters * dimensions;
      const [gone, sure, moved, others, halves] = [0, 1, 2, 3, 4].map((table) => (moves >>> 3) + table * clusters);
      for (let index = 0; index < count; index++) {
        const old = u8[labels + index];
        const high = (upper >>> 2) + index;
        const low = (lower >>> 2) + index;
        if (f32[low] - f32[high] >= f64[gone + old] || f32[high] <= f64[sure + old]) continue;
        const point = (points >>> 3) + index * dimensions;
        const own = Math.sqrt(measure(heap, point, dimensions, old, centroids >>> 3));
        if (own <= f64[halves + old] || own <= f32[low] - f64[others + old]) {
          f32[high] = roundUp(own, f64[moved + old]);
          continue;
        }
        const { label, nearest, second } = findNearest(heap, point, dimensions, clusters, centroids >>> 3);
        f32[high] = roundUp(nearest, f64[moved + label]);
        f32[low] = roundDown(second + f64[others + label]);
        if (label === old) continue;
        u8[labels + index] = label;
        const from = (tally >>> 3) + old * dimensions;
        const to = (tally >>> 3) + label * dimensions;
        for (let at = 0; at < dimensions; at++) {
          f64[from + at] -= f64[point + at];
          f64[to + at] += f64[point + at];
        }
        f64[counts + old]--;
        f64[counts + label]++;
        f64[counts + clusters]++;
      }
    },
  },
};

/** Points whose bounds are looked at together. */
export const kMeansBlock = 2048;
