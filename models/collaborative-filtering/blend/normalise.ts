/** How many of a method's best scores say what its scale is. */
export const bestPlaces = 20;

/**
 * What a method's scores of one customer are multiplied by so that several methods can be added up: the mean of its best
 * ones becomes 1. Steadier than dividing by the greatest, which one outlier decides.
 *
 * @param best scores above 0, best first
 * @returns 0 where the method knows nothing
 */
export function scaleOf(best: ArrayLike<number>): number {
  const count = Math.min(best.length, bestPlaces);
  let sum = 0;
  for (let place = 0; place < count; place++) sum += best[place];
  return count > 0 ? count / sum : 0;
}
