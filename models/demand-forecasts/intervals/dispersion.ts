import { levelOf, levels, valueAt } from './by-level.ts';
import { logLikelihood } from './count-distribution.ts';

/** From counts that vary by 7 % where there are many, to such of which nearly all are 0 and one is all. */
const dispersions = Float64Array.from({ length: 18 }, (_, step) => 0.005 * 2 ** step);
/** Where nothing is known: of no great weight. */
const usual = { dispersion: 0.5, deviation: Math.log(8) };

/**
 * How much sums vary about what is foreseen, by its level, for all items together: relative errors are far greater where little
 * is foreseen. The logarithms of the dispersions that make what came likeliest among those that do not rise with the level.
 *
 * @param sold what came of each sum
 * @param means what was foreseen of it, above 0
 */
export function learnCurve(sold: Float32Array, means: Float32Array): Float64Array {
  const steps = dispersions.length;
  const heights = new Float64Array(levels * steps);
  for (let place = 0; place < heights.length; place++) {
    const off = Math.log(dispersions[place % steps] / usual.dispersion) / usual.deviation;
    heights[place] = -(off * off) / 2;
  }
  for (let at = 0; at < sold.length; at++) {
    const level = levelOf(means[at]);
    const below = Math.min(levels - 2, Math.floor(level));
    for (let step = 0; step < steps; step++) {
      const likelihood = logLikelihood(sold[at], means[at], dispersions[step]);
      heights[below * steps + step] += (1 - level + below) * likelihood;
      heights[(below + 1) * steps + step] += (level - below) * likelihood;
    }
  }
  return descend(heights, steps).map((step) => Math.log(dispersions[step]));
}

/** The steps by level that never rise and whose heights add up to the most (dynamic programming). */
function descend(heights: Float64Array, steps: number): Float64Array {
  const came = new Int32Array(heights.length);
  const sums = heights.slice(0, steps);
  for (let level = 1; level < levels; level++) {
    let best = steps - 1;
    for (let step = steps - 1; step >= 0; step--) {
      if (sums[step] > sums[best]) best = step;
      came[level * steps + step] = best;
    }
    // Upwards, for what is read is of the level before and lies at this step or above it.
    const before = sums.slice();
    for (let step = 0; step < steps; step++) {
      sums[step] = before[came[level * steps + step]] + heights[level * steps + step];
    }
  }
  const chosen = new Float64Array(levels);
  let step = sums.indexOf(sums.reduce((most, sum) => Math.max(most, sum)));
  for (let level = levels - 1; level >= 0; level--) {
    chosen[level] = step;
    step = came[level * steps + step];
  }
  return chosen;
}

/** From items that err by a sixth of what is usual at their level, by variance, to such that err by 32 times as much. */
const factors = Float64Array.from({ length: 11 }, (_, step) => 2 ** (step - 5));
const logarithms = factors.map(Math.log);
/** Of the shares of factors among items: the likelihood hardly rises after. */
const rounds = 30;

/**
 * How many times the usual dispersion of its level an item's own is, drawn to that of all: the mean logarithm over the stated
 * factors, weighted by how likely each makes the item's errors and by its share among all items, which is itself
 * estimated (empirical Bayes by expectation and maximisation; Laird 1978).
 *
 * @param likelihoods items × factors, as logarithms; an item without errors has zeros
 */
export function estimateFactors(likelihoods: Float64Array): Float64Array {
  const steps = factors.length;
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

/** Adds what a sum that came says of each factor to its item's likelihoods. */
export function addLikelihoods(own: Float64Array, curve: Float64Array, sold: number, mean: number): void {
  for (let step = 0; step < own.length; step++) {
    own[step] += logLikelihood(sold, mean, dispersionAt(curve, mean, factors[step]));
  }
}

/** Of how many factors likelihoods are of. */
export const factorCount = factors.length;

/** Beyond these the count distribution leaves the range of a float64, or says nothing any more. */
const [least, greatest] = [0.002, 1_000];

/** The dispersion of a sum of which `mean` is foreseen: so many times what is usual at its level. */
export function dispersionAt(curve: Float64Array, mean: number, factor: number): number {
  return Math.min(greatest, Math.max(least, factor * Math.exp(valueAt(curve, levelOf(mean)))));
}

/** How likely each factor is for the item whose relative likelihoods begin at `first`. */
function weigh(relative: Float64Array, first: number, prior: Float64Array, weights: Float64Array): void {
  let sum = 0;
  for (let step = 0; step < weights.length; step++) {
    weights[step] = prior[step] * relative[first + step];
    sum += weights[step];
  }
  for (let step = 0; step < weights.length; step++) weights[step] /= sum;
}
