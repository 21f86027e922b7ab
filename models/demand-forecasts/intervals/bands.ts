import { countProbability, countQuantile } from './count-distribution.ts';
import type { SpanErrors } from './learn-errors.ts';

/** Of every item and period, items × periods in units: what is expected and within what it lies. */
export interface Bands {
  readonly means: Float64Array;
  readonly low80: Float64Array;
  readonly high80: Float64Array;
  readonly low95: Float64Array;
  readonly high95: Float64Array;
}

/**
 * The intervals about means. Where the lower bound cuts off less than its tail, as at 0, the upper one cuts off more, so that
 * the two together hold the share that they state. What is expected lies within, to whole units: where nothing comes in more
 * cases than are to be held, the interval holds more than it states.
 *
 * @param means items × periods
 * @param likely the same, by which the intervals are drawn: see `DemandForecasts`
 */
export function drawBands(means: Float64Array, likely: Float64Array, items: number, errors: SpanErrors): Bands {
  const periods = means.length / items;
  const [low80, high80, low95, high95] = [0, 1, 2, 3].map(() => new Float64Array(means.length));
  for (let place = 0; place < means.length; place++) {
    const [expected, mean] = [means[place], likely[place]];
    if (mean === 0) continue;
    const around = {
      mean,
      dispersion: errors.dispersionAt(Math.floor(place / periods), mean),
      shares: errors.sharesAt(mean),
    };
    const [low, high] = intervalOf(0.8, around);
    low80[place] = Math.min(low, Math.ceil(expected));
    high80[place] = Math.max(high, Math.floor(expected));
    const [lowest, highest] = intervalOf(0.95, around);
    low95[place] = Math.min(lowest, low80[place]);
    high95[place] = Math.max(highest, high80[place]);
  }
  return { means, low80, high80, low95, high95 };
}

interface Around {
  readonly mean: number;
  readonly dispersion: number;
  readonly shares: ReturnType<SpanErrors['sharesAt']>;
}

function intervalOf(share: number, { mean, dispersion, shares }: Around): [low: number, high: number] {
  const low = countQuantile(shares.correct((1 - share) / 2), mean, dispersion);
  const cutOff = shares.come(countProbability(low - 1, mean, dispersion));
  const least = countQuantile(shares.correct(cutOff + share), mean, dispersion);
  const held = (high: number) => shares.come(countProbability(high, mean, dispersion)) - cutOff;
  const isLessNearer = least > low && share - held(least - 1) < held(least) - share;
  return [low, isLessNearer ? least - 1 : least];
}
