/** After how many days an item is bought again by the same person, by item; NaN: it usually is not. */
export interface Rebuying {
  /** the quarter of the intervals that are shorter end here: before that it is too early */
  readonly fromDays: Float64Array;
  /** the middle interval */
  readonly days: Float64Array;
}

/** Fewer intervals say nothing of what is usual. */
const fewestIntervals = 5;
/** Where fewer of its buyers come back for it, it is not bought again. */
const leastShare = 0.1;
/** Two orders within a day are one errand. */
const errandDays = 1;

/**
 * What people buy again and after how long. Entry `n` of `customers`, `items` and `ageDays` is one purchase.
 *
 * @param purchases.ageDays days between the purchase and the run's as_of, 0 or more
 */
export function learnRebuying({
  customers,
  items,
  ageDays,
  itemCount,
}: {
  customers: ArrayLike<number>;
  items: Uint32Array;
  ageDays: ArrayLike<number>;
  itemCount: number;
}): Rebuying {
  const order = Uint32Array.from(items.keys());
  order.sort((a, b) => items[a] - items[b] || customers[a] - customers[b] || ageDays[b] - ageDays[a]);
  const fromDays = new Float64Array(itemCount).fill(Number.NaN);
  const days = new Float64Array(itemCount).fill(Number.NaN);
  for (let start = 0; start < order.length; ) {
    const item = items[order[start]];
    const intervals: number[] = [];
    let [buyers, again] = [0, 0];
    let end = start;
    while (end < order.length && items[order[end]] === item) {
      const customer = customers[order[end]];
      let last = ageDays[order[end]];
      let isBack = false;
      buyers++;
      for (end++; end < order.length && items[order[end]] === item && customers[order[end]] === customer; end++) {
        const interval = last - ageDays[order[end]];
        if (interval < errandDays) continue;
        intervals.push(interval);
        last = ageDays[order[end]];
        isBack = true;
      }
      if (isBack) again++;
    }
    start = end;
    if (intervals.length < fewestIntervals || again < leastShare * buyers) continue;
    intervals.sort((a, b) => a - b);
    fromDays[item] = intervals[Math.floor((intervals.length - 1) / 4)];
    days[item] = intervals[Math.floor((intervals.length - 1) / 2)];
  }
  return { fromDays, days };
}
