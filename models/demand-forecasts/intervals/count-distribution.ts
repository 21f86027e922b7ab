import { logGamma } from '../../customer-value/special-functions.ts';
import { normalProbability, normalQuantile } from '../../quantiles.ts';

/**
 * Counts with a mean and a variance of mean + dispersion × mean² (negative binomial). From this mean on a gamma variable of the
 * same mean and variance stands in for it, by Wilson and Hilferty's cube root (1931), whose cost does not grow with the mean.
 */
const large = 2_000;

/**
 * The probability of at most `count`.
 *
 * @param mean 0 or more
 * @param dispersion 0.001 or more: below, the probability of nothing leaves the range of a float64
 */
export function countProbability(count: number, mean: number, dispersion: number): number {
  if (count < 0) return 0;
  if (mean === 0) return 1;
  if (mean > large) return normalProbability(cubeRootScore(count + 0.5, mean, dispersion));
  const size = 1 / dispersion;
  const ratio = mean / (size + mean);
  let term = Math.exp(-size * Math.log1p(mean * dispersion));
  let sum = term;
  for (let value = 1; value <= count; value++) {
    term *= ((size + value - 1) / value) * ratio;
    sum += term;
  }
  return Math.min(1, sum);
}

/**
 * The least count whose probability of at most it is `share`.
 *
 * @param share 0 to less than 1
 */
export function countQuantile(share: number, mean: number, dispersion: number): number {
  if (mean === 0) return 0;
  if (mean > large) return quantileOfLarge(share, mean, dispersion);
  const size = 1 / dispersion;
  const ratio = mean / (size + mean);
  let term = Math.exp(-size * Math.log1p(mean * dispersion));
  let sum = term;
  let value = 0;
  // What is lost by rounding must not keep it going where nothing is left to be added.
  while (sum < share && (term > 1e-18 || value < mean)) {
    value++;
    term *= ((size + value - 1) / value) * ratio;
    sum += term;
  }
  return value;
}

/** The logarithm of the probability of `count`, less the logarithm of its factorial's inverse, which no dispersion changes. */
export function logLikelihood(count: number, mean: number, dispersion: number): number {
  const size = 1 / dispersion;
  const none = -(size + count) * Math.log1p(mean * dispersion);
  if (count === 0) return none;
  return none + logGamma(size + count) - logGamma(size) + count * Math.log(mean * dispersion);
}

function cubeRootScore(value: number, mean: number, dispersion: number): number {
  const ninth = (dispersion + 1 / mean) / 9;
  return (Math.cbrt(value / mean) - (1 - ninth)) / Math.sqrt(ninth);
}

function quantileOfLarge(share: number, mean: number, dispersion: number): number {
  const ninth = (dispersion + 1 / mean) / 9;
  return Math.round(mean * Math.max(0, 1 - ninth + normalQuantile(share) * Math.sqrt(ninth)) ** 3);
}
