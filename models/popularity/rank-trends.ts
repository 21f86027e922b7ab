/** Over how long a trend is looked at. */
const recentDays = 7;
const beforeDays = 28;
/** A few sales are no trend. */
const fewestRecent = 3;
/** Of a count that has not changed, one in twenty is beyond it. */
const leastScore = 1.645;

/**
 * Items that sell more than they did: sales of the last 7 days against what the 28 days before let expect, in standard deviations of
 * that count (Poisson). What the whole shop sells more is no trend of an item. Entry `n` of `items` and `ageDays` is one sale.
 *
 * @param sales.ageDays days between the sale and the run's as_of, 0 or more
 * @returns by item how far it is beyond, NaN where it is no trend
 */
export function rankTrends({
  itemCount,
  items,
  ageDays,
}: {
  itemCount: number;
  items: Uint32Array;
  ageDays: ArrayLike<number>;
}): Float64Array {
  const recent = new Uint32Array(itemCount);
  const before = new Uint32Array(itemCount);
  let [allRecent, allBefore] = [0, 0];
  for (const [sale, item] of items.entries()) {
    if (ageDays[sale] < recentDays) {
      recent[item]++;
      allRecent++;
    } else if (ageDays[sale] < recentDays + beforeDays) {
      before[item]++;
      allBefore++;
    }
  }
  const perSaleBefore = allBefore > 0 ? allRecent / allBefore : 0;
  return Float64Array.from(recent, (count, item) => {
    const expected = before[item] * perSaleBefore;
    const score = (count - expected) / Math.sqrt(Math.max(expected, 1));
    return count >= fewestRecent && score >= leastScore ? score : Number.NaN;
  });
}
