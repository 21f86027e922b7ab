import { studentTails } from '../../../models/campaign-effect/index.ts';

/** How far a value is from what came before. */
export interface Noise {
  /** what the values before let expect */
  expected: number;
  /** how often chance alone goes as far, or further, on that side */
  chance: number;
}

/** Of fewer values before nothing is judged. */
export const fewestBefore = 6;
/**
 * Is a value a rise (or a fall) beyond noise? Student's prediction interval from like periods before: t = (x - mean) / (s sqrt(1 +
 * 1 / n)) with n - 1 degrees of freedom, so that an alarm comes as often as is stated where nothing changes, however few there are.
 * Values above 0 are compared by their logarithm, others as they are; counts always by that of x + 1/2, and they vary at least as
 * counts do by chance, 1 / (mean + 1/2), so that small ones raise fewer than stated.
 *
 * @param before values of like periods, such as the same weekday
 * @returns undefined where there are too few
 */
export function judgeNoise(
  before: readonly number[],
  value: number,
  { isCount, rises }: { isCount: boolean; rises: boolean },
): Noise | undefined {
  if (before.length < fewestBefore) return undefined;
  const scale = scaleOf([...before, value], isCount);
  const scaled = before.map(scale.to);
  const count = scaled.length;
  const mean = scaled.reduce((sum, one) => sum + one, 0) / count;
  const variance = scaled.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
  const expected = scale.back(mean);
  const deviation = Math.sqrt(Math.max(variance, isCount ? 1 / (expected + 1 / 2) : 0) * (1 + 1 / count));
  const distance = (scale.to(value) - mean) * (rises ? 1 : -1);
  return { expected, chance: chanceOf(distance, deviation, count - 1) };
}

function chanceOf(distance: number, deviation: number, freedom: number): number {
  // What never varied does not vary by chance; rounding is no change.
  if (deviation < 1e-9) return distance > 1e-9 ? 0 : 1;
  const tail = studentTails(distance / deviation, freedom) / 2;
  return distance > 0 ? tail : 1 - tail;
}

function scaleOf(values: readonly number[], isCount: boolean) {
  if (isCount && values.every((value) => value >= 0)) {
    return { to: (value: number) => Math.log(value + 1 / 2), back: (log: number) => Math.exp(log) - 1 / 2 };
  }
  if (values.every((value) => value > 0)) return { to: Math.log, back: Math.exp };
  return { to: (value: number) => value, back: (value: number) => value };
}
