import { addDays } from '../../format/calendar.ts';

/** What like days before let expect of a day. */
export interface Expectation {
  low: number;
  high: number;
  /** how many interval's halves the value is from the middle: beyond 1 it is out of the ordinary */
  distance: number;
}

/** Student's t at 97.5 %, by degrees of freedom from 5 to 7. */
const quantiles: Record<number, number> = { 5: 2.571, 6: 2.447, 7: 2.365 };
export const weeks = 8;

/**
 * The prediction interval of 95 % for a day from the same weekdays of the last eight weeks; undefined with fewer than six of
 * them. Below zero nothing is expected of what is never negative.
 * @param valueOn what the indicator was on a day
 */
export function expect(day: string, valueOn: (day: string) => number | null): Expectation | undefined {
  const value = valueOn(day);
  const like = Array.from({ length: weeks }, (_, week) => valueOn(addDays(day, -7 * (week + 1)))).filter(
    (one): one is number => one !== null,
  );
  const quantile = quantiles[like.length - 1];
  if (value === null || quantile === undefined) return undefined;
  const mean = like.reduce((sum, one) => sum + one, 0) / like.length;
  const variance = like.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (like.length - 1);
  const half = quantile * Math.sqrt(variance * (1 + 1 / like.length));
  const isNeverNegative = like.every((one) => one >= 0);
  const low = isNeverNegative ? Math.max(mean - half, 0) : mean - half;
  const distance = half > 0 ? (value - mean) / half : Math.sign(value - mean) * (value === mean ? 0 : 2);
  return { low, high: mean + half, distance };
}
