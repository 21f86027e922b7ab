/** Recency, frequency, monetary. */
export type Point = readonly [number, number, number];

/**
 * Gives tonight's clusters the ids of last night's so that the summed Euclidean distance between each centroid and the
 * one whose id it takes is the least possible. Exact, by dynamic programming over sets of ids: 2^k × k steps.
 *
 * @param centroids tonight's, on any one scale
 * @param previous last night's by id, as many and on the same scale
 * @returns the id of each of `centroids`, a permutation
 */
export function matchClusters(centroids: readonly Point[], previous: readonly Point[]): number[] {
  const count = centroids.length;
  const everyId = (1 << count) - 1;
  // total[taken]: the least distance at which the first |taken| centroids have exactly the ids in the bit set `taken`.
  const total = new Float64Array(everyId + 1).fill(Infinity);
  const lastId = new Uint8Array(everyId + 1);
  total[0] = 0;
  for (let taken = 0; taken < everyId; taken++) {
    const centroid = centroids[countBits(taken)]!;
    for (let id = 0; id < count; id++) {
      const next = taken | (1 << id);
      if (next === taken) continue;
      const distance = total[taken]! + Math.sqrt(squaredDistance(centroid, previous[id]!));
      if (distance < total[next]!) {
        total[next] = distance;
        lastId[next] = id;
      }
    }
  }
  const ids = new Array<number>(count);
  let taken = everyId;
  for (let index = count - 1; index >= 0; index--) {
    ids[index] = lastId[taken]!;
    taken ^= 1 << ids[index]!;
  }
  return ids;
}

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis]! - b[axis]!) ** 2;
  return sum;
}

function countBits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}
