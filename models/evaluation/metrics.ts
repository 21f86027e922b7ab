/**
 * Normalised discounted cumulative gain of the first `k`, with binary relevance: a hit at place p (from 1) gains
 * 1 / log2(p + 1), and the best possible list has all of min(k, relevant) places hit (Järvelin and Kekäläinen 2002).
 *
 * @param k places looked at, a positive whole number
 * @param ranked distinct items, best first; may be shorter than `k`
 * @param relevant the items that count as hits
 * @returns 0 to 1; 0 where nothing is relevant
 * @throws RangeError when `k` is no positive whole number
 */
export function ndcgAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  requirePlaces(k);
  let gain = 0;
  let ideal = 0;
  for (let place = 0; place < k; place++) {
    const worth = 1 / Math.log2(place + 2);
    if (place < relevant.size) ideal += worth;
    if (place < ranked.length && relevant.has(ranked[place])) gain += worth;
  }
  return ideal > 0 ? gain / ideal : 0;
}

/**
 * The share of all relevant items that are among the first `k`: hits / relevant, however many they are; 0 for none.
 *
 * @param k, ranked, relevant as for `ndcgAt`
 * @returns 0 to 1
 * @throws RangeError when `k` is no positive whole number
 */
export function recallAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  return relevant.size > 0 ? countHits(k, ranked, relevant) / relevant.size : 0;
}

/**
 * The share of the first `k` places that are hits; places that a short list leaves empty are misses.
 *
 * @param k, ranked, relevant as for `ndcgAt`
 * @returns 0 to 1
 * @throws RangeError when `k` is no positive whole number
 */
export function precisionAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  return countHits(k, ranked, relevant) / k;
}

/**
 * 1 where a relevant item is among the first `k`, else 0. Its mean is the hit rate.
 *
 * @param k, ranked, relevant as for `ndcgAt`
 * @throws RangeError when `k` is no positive whole number
 */
export function hitAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  return countHits(k, ranked, relevant) > 0 ? 1 : 0;
}

/**
 * 1 / the place of the first hit among the first `k`, 0 without one. Its mean is the MRR (Voorhees 1999).
 *
 * @param k, ranked, relevant as for `ndcgAt`
 * @throws RangeError when `k` is no positive whole number
 */
export function reciprocalRankAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  requirePlaces(k);
  for (let place = 0; place < Math.min(k, ranked.length); place++) {
    if (relevant.has(ranked[place])) return 1 / (place + 1);
  }
  return 0;
}

/**
 * The precision at each hit among the first `k`, added up and divided by min(k, relevant), so that the ideal list reaches 1;
 * 0 where nothing is relevant. Its mean is the MAP.
 *
 * @param k, ranked, relevant as for `ndcgAt`
 * @returns 0 to 1
 * @throws RangeError when `k` is no positive whole number
 */
export function averagePrecisionAt(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  requirePlaces(k);
  let hits = 0;
  let sum = 0;
  for (let place = 0; place < Math.min(k, ranked.length); place++) {
    if (!relevant.has(ranked[place])) continue;
    hits++;
    sum += hits / (place + 1);
  }
  return relevant.size > 0 ? sum / Math.min(k, relevant.size) : 0;
}

/**
 * The mean self-information of what is listed, in bits: -log2(owners of the item / customers) (Zhou et al. 2010). What
 * everybody has says 0; an item without an owner counts as if it had one. 0 for no lists.
 *
 * @param owners by item: how many of the `customers` have it
 * @throws RangeError when `k` is no positive whole number
 */
export function noveltyAt(
  k: number,
  lists: Iterable<ArrayLike<number>>,
  { owners, customers }: { owners: ArrayLike<number>; customers: number },
): number {
  requirePlaces(k);
  let listed = 0;
  let information = 0;
  for (const list of lists) {
    for (let place = 0; place < Math.min(k, list.length); place++) {
      listed++;
      information += Math.log2(customers / Math.max(1, owners[list[place]]));
    }
  }
  return listed > 0 ? information / listed : 0;
}

/**
 * The share of the sellable items that somebody is shown among the first `k` of a list.
 *
 * @param lists of all customers, best first
 * @param sellable how many items could be listed
 * @returns 0 to 1
 * @throws RangeError when `k` is no positive whole number or nothing is sellable
 */
export function coverageAt(k: number, lists: Iterable<ArrayLike<number>>, sellable: number): number {
  requirePlaces(k);
  if (!(sellable > 0)) throw new RangeError(`sellable must be above 0, not ${sellable}`);
  const shown = new Set<number>();
  for (const list of lists) {
    for (let place = 0; place < Math.min(k, list.length); place++) shown.add(list[place]);
  }
  return shown.size / sellable;
}

function countHits(k: number, ranked: ArrayLike<number>, relevant: ReadonlySet<number>): number {
  requirePlaces(k);
  let hits = 0;
  for (let place = 0; place < Math.min(k, ranked.length); place++) {
    if (relevant.has(ranked[place])) hits++;
  }
  return hits;
}

function requirePlaces(k: number): void {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a positive whole number, not ${k}`);
}
