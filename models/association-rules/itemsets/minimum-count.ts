/**
 * The least number of baskets that is at least the share `support` of `baskets`. A plain ceil(support × baskets) can be
 * one too many (0.07 × 100 is 7.000000000000001 in floating point); a quotient of integers is rounded as the literal is.
 *
 * @param support 0 to 1
 * @throws RangeError when support or baskets is out of range
 */
export function countForSupport(support: number, baskets: number): number {
  if (!(support >= 0 && support <= 1)) throw new RangeError(`minimumSupport must be from 0 to 1: ${support}`);
  if (!Number.isSafeInteger(baskets) || baskets < 0) throw new RangeError(`baskets must be a count: ${baskets}`);
  let count = Math.ceil(support * baskets);
  while (count > 0 && (count - 1) / baskets >= support) count--;
  while (count / baskets < support) count++;
  return count;
}
