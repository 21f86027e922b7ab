import type { Calibration } from './calibration.ts';
import { countProbability, countQuantile } from './count-distribution.ts';

/** Of every item and period, items × periods in units: what is expected and within what it lies. */
export interface Bands {
  readonly means: Float64Array;
  readonly low80: Float64Array;
  readonly high80: Float64Array;
  readonly low95: Float64Array;
  readonly high95: Float64Array;
}

/** How sums of so many days come out about what is foreseen. */
export interface SpanErrors {
  /** by item: the variance of a sum is mean + dispersion × mean² */
  readonly dispersion: Float64Array;
  /** for all items alike */
  readonly calibration: Calibration;
}

/**
 * The intervals about means. Where the lower bound cuts off less than its tail, as at 0, the upper one cuts off more, so that
 * the two together hold the share that they state.
 *
 * @param means items × periods
 */
export function drawBands(means: Float64Array, { dispersion, calibration }: SpanErrors): Bands {
  const periods = means.length / dispersion.length;
  const [low80, high80, low95, high95] = [0, 1, 2, 3].map(() => new Float64Array(means.length));
  for (const [share, low, high] of [
    [0.8, low80, high80],
    [0.95, low95, high95],
  ] as const) {
    const tail = calibration.correct((1 - share) / 2);
    for (let place = 0; place < means.length; place++) {
      const ofItem = dispersion[Math.floor(place / periods)];
      low[place] = countQuantile(tail, means[place], ofItem);
      const cutOff = calibration.come(countProbability(low[place] - 1, means[place], ofItem));
      const least = countQuantile(calibration.correct(cutOff + share), means[place], ofItem);
      const held = (high: number) => calibration.come(countProbability(high, means[place], ofItem)) - cutOff;
      const isLessNearer = least > low[place] && share - held(least - 1) < held(least) - share;
      high[place] = isLessNearer ? least - 1 : least;
    }
  }
  return { means, low80, high80, low95, high95 };
}
