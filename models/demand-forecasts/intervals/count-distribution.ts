import { logGamma } from '../../customer-value/special-functions.ts';

/**
 * Counts with a mean and a variance of mean + dispersion × mean² (negative binomial). Beyond this mean they are taken to be counts of
 * this mean, of the same coefficient of variation, times a scale: their cost does not grow with the mean.
 */
const large = 2_000;

/**
 * The probability of at most `count`.
 *
 * @param mean 0 or more
 * @param dispersion 0.001 or more: below, the probability of nothing leaves the range of a float64 even as it is scaled
 */
export function countProbability(count: number, mean: number, dispersion: number): number {
  if (count < 0) return 0;
  if (mean === 0) return 1;
  if (mean > large) return countProbability(Math.floor((count * large) / mean), large, scaled(mean, dispersion));
  const { size, ratio, none, scale } = termsOf(mean, dispersion);
  let term = none;
  let sum = term;
  for (let value = 1; value <= count; value++) {
    term *= ((size + value - 1) / value) * ratio;
    sum += term;
  }
  return Math.min(1, sum / scale);
}

/**
 * The least count whose probability of at most it is `share`.
 *
 * @param share 0 to less than 1
 */
export function countQuantile(share: number, mean: number, dispersion: number): number {
  if (mean === 0) return 0;
  if (mean > large) return Math.round((mean / large) * countQuantile(share, large, scaled(mean, dispersion)));
  const { size, ratio, none, scale } = termsOf(mean, dispersion);
  let term = none;
  let sum = term;
  let value = 0;
  // What is lost by rounding must not keep it going where nothing is left to be added.
  while (sum < share * scale && (term > 1e-18 * scale || value < mean)) {
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

/** Less than this is not in the range of a float64. */
const lowest = -600;

/** What the probabilities of 0, 1, … are made of: that of nothing, which may be too small for a float64, times a scale. */
function termsOf(mean: number, dispersion: number) {
  const size = 1 / dispersion;
  const logarithm = -size * Math.log1p(mean * dispersion);
  const raised = Math.max(0, lowest - logarithm);
  return { size, ratio: mean / (size + mean), none: Math.exp(logarithm + raised), scale: Math.exp(raised) };
}

/** The dispersion at which counts of the mean `large` vary as much, of their mean, as these. */
function scaled(mean: number, dispersion: number): number {
  return dispersion + 1 / mean - 1 / large;
}
