/**
 * Gives tonight's clusters the ids of last night's so that the summed Euclidean distance between each centroid and the
 * one whose id it takes is the least possible. Exact, by dynamic programming over sets of the longer list: 2^n × n steps.
 * Where tonight has more clusters, some continue none; where it has fewer, some ids end.
 *
 * @param centroids tonight's, on any one scale, at most 16
 * @param previous last night's, on the same scale, at most 16
 * @returns for each of `centroids` the place in `previous` of the one it continues, -1 for none
 */
export function matchClusters(
  centroids: readonly ArrayLike<number>[],
  previous: readonly ArrayLike<number>[],
): number[] {
  if (centroids.length <= previous.length) return assignAll(centroids, previous);
  const taken = assignAll(previous, centroids);
  return centroids.map((_, index) => taken.indexOf(index));
}

/** For each of `few` a place in `many` of its own. */
function assignAll(few: readonly ArrayLike<number>[], many: readonly ArrayLike<number>[]): number[] {
  const sets = 1 << many.length;
  // total[taken]: the least distance at which the first |taken| of `few` have exactly the places in the bit set `taken`.
  const total = new Float64Array(sets).fill(Infinity);
  const lastPlace = new Uint8Array(sets);
  total[0] = 0;
  let best = 0;
  for (let taken = 0; taken < sets; taken++) {
    const size = countBits(taken);
    if (total[taken] === Infinity) continue;
    if (size === few.length) {
      if (best === 0 || total[taken] < total[best]) best = taken;
      continue;
    }
    for (let place = 0; place < many.length; place++) {
      const next = taken | (1 << place);
      if (next === taken) continue;
      const distance = total[taken] + Math.sqrt(squaredDistance(few[size], many[place]));
      if (distance < total[next]) {
        total[next] = distance;
        lastPlace[next] = place;
      }
    }
  }
  const places = new Array<number>(few.length);
  for (let index = few.length - 1; index >= 0; index--) {
    places[index] = lastPlace[best];
    best ^= 1 << places[index];
  }
  return places;
}

/** Squared Euclidean distance of two points of equally many dimensions. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis] - b[axis]) ** 2;
  return sum;
}

function countBits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}
