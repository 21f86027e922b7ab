/** How demand comes: often or seldom, in like or unlike amounts. */
export type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy' | 'none';

/** Syntetos, Boylan and Croston 2005. */
const seldom = 1.32;
const unlike = 0.49;

/**
 * The class of a demand, by the days from sale to sale (ADI: days over days with a sale) and the squared coefficient of variation
 * of what is sold on days with a sale (CV², population variance).
 *
 * @param demand units on known days
 */
export function classify(demand: Float64Array): { class: DemandClass; gap: number; variation: number } {
  let [sales, sum, squares] = [0, 0, 0];
  for (const sold of demand) {
    if (sold === 0) continue;
    sales++;
    sum += sold;
    squares += sold * sold;
  }
  if (sales === 0) return { class: 'none', gap: Infinity, variation: 0 };
  const gap = demand.length / sales;
  const mean = sum / sales;
  const variation = Math.max(0, squares / sales / (mean * mean) - 1);
  const isUnlike = variation >= unlike;
  if (gap < seldom) return { class: isUnlike ? 'erratic' : 'smooth', gap, variation };
  return { class: isUnlike ? 'lumpy' : 'intermittent', gap, variation };
}
