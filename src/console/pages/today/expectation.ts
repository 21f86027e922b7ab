import { addDays } from '../../format/calendar.ts';
import { type Span, spanBefore } from './span.ts';

/** What like days before let expect of a day. */
export interface Expectation {
  low: number;
  high: number;
  /** how many interval's halves the value is from the middle: beyond 1 it is out of the ordinary */
  distance: number;
}

/** Student's t at 97.5 %, by degrees of freedom from 5 to 7. */
const quantiles: Record<number, number> = { 5: 2.571, 6: 2.447, 7: 2.365 };
const likeBefore = 8;

/**
 * The prediction interval of 95 % for a period from the eight like it before: for a day the same weekdays, for a week or month those
 * before; undefined with fewer than six of them. Below zero nothing is expected of what is never negative.
 * @param valueOn what the indicator was on a day, or in the period that begins on it
 */
export function expect(
  { grain, at }: Pick<Span, 'grain' | 'at'>,
  valueOn: (day: string) => number | null,
): Expectation | undefined {
  const value = valueOn(at);
  const before = (count: number) => (grain === 'day' ? addDays(at, -7 * count) : spanBefore({ grain, at }, count));
  const like = Array.from({ length: likeBefore }, (_, place) => valueOn(before(place + 1))).filter(
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
