/**
 * One-sided Fisher's exact test that two events go together: the probability of at least `both` common baskets if
 * `first` and `second` baskets were drawn independently from `total`, i.e. the upper tail P(X >= both) of the
 * hypergeometric distribution. Computed from logarithms, so small tails keep their relative precision (about 1e-12)
 * down to the smallest double, below which the answer is 0.
 *
 * Source: Fisher 1935; point probabilities by Loader 2000, "Fast and accurate computation of binomial probabilities".
 *
 * All four are integers.
 *
 * @throws RangeError when the four counts cannot belong together
 */
export function fisherUpperTail(both: number, first: number, second: number, total: number): number {
  const least = Math.max(0, first + second - total);
  const most = Math.min(first, second);
  if (!(both >= 0 && both <= most && first <= total && second <= total)) {
    throw new RangeError(
      `counts do not belong together: both ${both}, first ${first}, second ${second}, total ${total}`,
    );
  }
  if (both <= least) return 1;
  // Both tails are summed from the point next to the mean outwards, where the terms only fall.
  if (both * total > first * second) {
    return Math.min(1, Math.exp(logPoint(both, first, second, total)) * upperSum(both, first, second, total));
  }
  // Few successes are many failures: the lower tail is the upper one of `first` against the baskets without `second`.
  const misses = first - both + 1;
  const without = total - second;
  return 1 - Math.exp(logPoint(misses, first, without, total)) * upperSum(misses, first, without, total);
}

/** Terms beyond do not change a double. */
const negligible = 2 ** -60;

/** P(X >= both) / P(X = both). */
function upperSum(both: number, first: number, second: number, total: number): number {
  let sum = 1;
  let term = 1;
  for (let x = both; term > sum * negligible; x++) {
    term *= ((first - x) * (second - x)) / ((x + 1) * (total - first - second + x + 1));
    sum += term;
  }
  return sum;
}

/** ln P(X = both) for 0 < second < total: three binomials of one probability, whose large parts cancel beforehand. */
function logPoint(both: number, first: number, second: number, total: number): number {
  return (
    logBinomial(both, first, second, total) +
    logBinomial(second - both, total - first, second, total) -
    logBinomial(second, total, second, total)
  );
}

/** ln of the binomial probability of x successes in n trials of success probability `part / whole`. */
function logBinomial(x: number, n: number, part: number, whole: number): number {
  const p = part / whole;
  const q = (whole - part) / whole;
  if (x === 0) return n * (q < 0.5 ? Math.log(q) : Math.log1p(-p));
  if (x === n) return n * (p < 0.5 ? Math.log(p) : Math.log1p(-q));
  return (
    stirlingError(n) -
    stirlingError(x) -
    stirlingError(n - x) -
    deviance(x, n * p) -
    deviance(n - x, n * q) -
    0.5 * (Math.log(2 * Math.PI * x) + Math.log1p(-x / n))
  );
}

/** x ln(x / mean) + mean - x without cancellation where the two are close. */
function deviance(x: number, mean: number): number {
  const difference = mean - x;
  return difference - x * (difference > -0.5 * x ? Math.log1p(difference / x) : Math.log(mean / x));
}

/** ln n! less Stirling's formula (n + 1/2) ln n - n + ln(2 pi) / 2, for n >= 1. */
function stirlingError(n: number): number {
  if (n < smallStirlingErrors.length) return smallStirlingErrors[n];
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

const smallStirlingErrors = Float64Array.from({ length: 16 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
});
