import { relaxedSimd, simd } from './binaries/k-means.ts';
import type { Heap, KernelSet } from './kernel-set.ts';

/** Centroids lie in groups of so many: [cluster / 4][dimension][cluster % 4]. */
const groupWidth = 4;

/** Squared distances of a point to all centroids. Each is summed in the order of the dimensions, as the lanes do. */
function measure(
  { f64 }: Heap,
  point: number,
  dimensions: number,
  clusters: number,
  centroids: number,
  distances: number,
) {
  for (let cluster = 0; cluster < clusters; cluster++) {
    let from = centroids + (cluster - (cluster % groupWidth)) * dimensions + (cluster % groupWidth);
    let sum = 0;
    for (let at = 0; at < dimensions; at++, from += groupWidth) {
      const difference = f64[point + at] - f64[from];
      sum += difference * difference;
    }
    f64[distances + cluster] = sum;
  }
}

/**
 * Steps of K-means over a stretch of points: `assign` measures every point against every centroid, `reassign` only those
 * whose bounds do not prove that they stay where they are (Hamerly 2010). Numbers are doubles but for the labels, bytes.
 *
 * `upper` bounds a point's distance to its own centroid from above, `lower` to all others from below. `tally` takes what
 * the stretch adds: coordinate sums by cluster, counts by cluster, and last the squared distances (`assign`) or the points
 * that changed (`reassign`). `moves` holds by cluster how far its centroid moved, the farthest that another one moved, and
 * half the distance to its nearest other centroid. `distances` is scratch: the clusters rounded up to a multiple of 4.
 */
export const kMeans: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    assign(heap, points, count, dimensions, clusters, centroids, labels, upper, lower, tally, distances) {
      const { f64, u8 } = heap;
      const scratch = distances >>> 3;
      const counts = (tally >>> 3) + clusters * dimensions;
      for (let index = 0; index < count; index++) {
        const point = (points >>> 3) + index * dimensions;
        measure(heap, point, dimensions, clusters, centroids >>> 3, scratch);
        let label = 0;
        let nearest = f64[scratch];
        let second = Number.MAX_VALUE;
        for (let cluster = 1; cluster < clusters; cluster++) {
          const distance = f64[scratch + cluster];
          if (distance < nearest) {
            second = nearest;
            nearest = distance;
            label = cluster;
          } else if (distance < second) second = distance;
        }
        u8[labels + index] = label;
        f64[(upper >>> 3) + index] = Math.sqrt(nearest);
        f64[(lower >>> 3) + index] = Math.sqrt(second);
        const sums = (tally >>> 3) + label * dimensions;
        for (let at = 0; at < dimensions; at++) f64[sums + at] += f64[point + at];
        f64[counts + label]++;
        f64[counts + clusters] += nearest;
      }
    },

    reassign(heap, points, count, dimensions, clusters, centroids, labels, upper, lower, tally, distances, moves) {
      const { f64, u8 } = heap;
      const scratch = distances >>> 3;
      const counts = (tally >>> 3) + clusters * dimensions;
      const moved = moves >>> 3;
      const slacks = moved + clusters;
      const halves = slacks + clusters;
      const uppers = upper >>> 3;
      const lowers = lower >>> 3;
      for (let index = 0; index < count; index++) {
        const old = u8[labels + index];
        const within = f64[uppers + index] + f64[moved + old];
        const beyond = f64[lowers + index] - f64[slacks + old];
        if (within <= beyond || within <= f64[halves + old]) {
          f64[uppers + index] = within;
          f64[lowers + index] = beyond;
          continue;
        }
        const point = (points >>> 3) + index * dimensions;
        measure(heap, point, dimensions, clusters, centroids >>> 3, scratch);
        let label = 0;
        let nearest = f64[scratch];
        let second = Number.MAX_VALUE;
        for (let cluster = 1; cluster < clusters; cluster++) {
          const distance = f64[scratch + cluster];
          if (distance < nearest) {
            second = nearest;
            nearest = distance;
            label = cluster;
          } else if (distance < second) second = distance;
        }
        f64[uppers + index] = Math.sqrt(nearest);
        f64[lowers + index] = Math.sqrt(second);
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
