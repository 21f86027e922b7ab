import { seededRandom } from '../random.ts';
import { mean, quantile } from '../statistics.ts';

/** A mean and the ends of its 95 % interval, in the unit of the figure. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How many draws, and from which seed: the same seed gives the same interval. */
export interface BootstrapOptions {
  readonly seed: number;
  readonly samples: number;
}

/**
 * The mean of a figure over customers and its 95 % percentile bootstrap interval (Efron 1979): the means of `samples` draws
 * of all customers with replacement, cut off at their 2.5 % and 97.5 % points (between two draws: linearly).
 *
 * @param values the figure of each customer
 * @throws RangeError when there is no value or no sample
 */
export function bootstrapMean(values: Float64Array, options: BootstrapOptions): Interval {
  return bootstrap('values', values, options);
}

/**
 * The same for the difference of two recommenders on the same customers: where the interval does not hold 0, one is better
 * beyond chance.
 *
 * @param differences one recommender's figure less the other's, for each customer
 * @throws RangeError when there is no difference or no sample
 */
export function pairedBootstrap(differences: Float64Array, options: BootstrapOptions): Interval {
  return bootstrap('differences', differences, options);
}

function bootstrap(name: string, values: Float64Array, { seed, samples }: BootstrapOptions): Interval {
  if (values.length === 0) throw new RangeError(`${name} must hold at least one value`);
  if (!Number.isInteger(samples) || samples < 1) {
    throw new RangeError(`samples must be a positive whole number, not ${samples}`);
  }
  const random = seededRandom(seed);
  const count = values.length;
  const means = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0;
    for (let draw = 0; draw < count; draw++) sum += values[Math.floor(random() * count)];
    means[sample] = sum / count;
  }
  means.sort();
  return { mean: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
