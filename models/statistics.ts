/** The sum, added up from the first value on; 0 for no values. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index];
  return total;
}

/** The mean; 0 for no values. */
export function mean(values: ArrayLike<number>): number {
  return values.length > 0 ? sum(values) / values.length : 0;
}

/**
 * The value below which a share of sorted values lies, linearly interpolated between the two beside it (Hyndman and Fan
 * 1996, type 7); 0 for no values.
 *
 * @param sorted ascending
 * @param share from 0 to 1
 */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
