import { logLikelihood } from './count-distribution.ts';

/** From counts that vary by 7 % where there are many, to such of which most are 0 and one is all. */
export const dispersions = Float64Array.from({ length: 14 }, (_, step) => 0.005 * 2 ** step);
const logarithms = dispersions.map(Math.log);
/** Of the shares of dispersions among items: the likelihood hardly rises after. */
const rounds = 30;

/**
 * The dispersion of each item's errors, drawn to that of all: the mean logarithm over the stated dispersions, weighted by how
 * likely each makes the item's errors and by its share among all items, which is itself estimated (empirical Bayes by
 * expectation and maximisation; Laird 1978).
 *
 * @param likelihoods items × dispersions, as logarithms; an item without errors has zeros
 */
export function estimateDispersions(likelihoods: Float64Array): Float64Array {
  const steps = dispersions.length;
  const items = likelihoods.length / steps;
  const relative = likelihoods.slice();
  const isKnown = new Uint8Array(items);
  for (let item = 0; item < items; item++) {
    const own = relative.subarray(item * steps, (item + 1) * steps);
    isKnown[item] = Number(own.some((value) => value !== 0));
    const greatest = own.reduce((most, value) => (value > most ? value : most), -Infinity);
    for (let step = 0; step < steps; step++) own[step] = Math.exp(own[step] - greatest);
  }
  let prior = new Float64Array(steps).fill(1 / steps);
  const weights = new Float64Array(steps);
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(steps).fill(1 / steps);
    let seen = 1;
    for (let item = 0; item < items; item++) {
      if (isKnown[item] === 0) continue;
      weigh(relative, item * steps, prior, weights);
      for (let step = 0; step < steps; step++) next[step] += weights[step];
      seen++;
    }
    prior = next.map((sum) => sum / seen);
  }
  const estimates = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    weigh(relative, item * steps, prior, weights);
    estimates[item] = Math.exp(weights.reduce((sum, weight, step) => sum + weight * logarithms[step], 0));
  }
  return estimates;
}

/** Adds what counts say of each dispersion to an item's likelihoods. */
export function addLikelihoods(own: Float64Array, count: number, mean: number): void {
  for (let step = 0; step < own.length; step++) own[step] += logLikelihood(count, mean, dispersions[step]);
}

/** How likely each dispersion is for the item whose relative likelihoods begin at `first`. */
function weigh(relative: Float64Array, first: number, prior: Float64Array, weights: Float64Array): void {
  let sum = 0;
  for (let step = 0; step < weights.length; step++) {
    weights[step] = prior[step] * relative[first + step];
    sum += weights[step];
  }
  for (let step = 0; step < weights.length; step++) weights[step] /= sum;
}
