import { seededRandom } from '../random.ts';
import { mean } from './judge.ts';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of paired differences and its 95 % percentile bootstrap interval (Efron 1979): the means of `samples` draws
 * of all customers with replacement, cut off at their 2.5 % and 97.5 % points (between two draws: linearly).
 *
 * @param differences one recommender's figure less the other's, for each customer
 * @throws RangeError when there is no difference or no sample
 */
export function pairedBootstrap(
  differences: Float64Array,
  { seed, samples }: { seed: number; samples: number },
): Interval {
  if (differences.length === 0) throw new RangeError('differences must hold at least one value');
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(`samples must be a positive whole number, not ${samples}`);
  }
  const random = seededRandom(seed);
  const count = differences.length;
  const means = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0;
    for (let draw = 0; draw < count; draw++) sum += differences[Math.floor(random() * count)]!;
    means[sample] = sum / count;
  }
  means.sort();
  return { mean: mean(differences), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}
