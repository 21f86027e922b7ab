const stirling = [1 / 12, -1 / 360, 1 / 1_260, -1 / 1_680, 1 / 1_188, -691 / 360_360, 1 / 156];
const bernoulli = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32_760, 1 / 12];
/** From here on the asymptotic series are exact to a float64's last digits. */
const asymptotic = 12;
const halfLogTwoPi = 0.918_938_533_204_672_7;

/**
 * The logarithm of the gamma function for a positive argument, to about 1e-15 relative: Stirling's series
 * (Abramowitz and Stegun 6.1.41), reached from below by the recurrence.
 */
export function logGamma(x: number): number {
  let product = 1;
  for (; x < asymptotic; x++) product *= x;
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + oddSeries(stirling, x) - Math.log(product);
}

/** The derivative of `logGamma` (Abramowitz and Stegun 6.3.18), for a positive argument. */
export function digamma(x: number): number {
  let shift = 0;
  for (; x < asymptotic; x++) shift += 1 / x;
  return Math.log(x) - 0.5 / x - oddSeries(bernoulli, x) / x - shift;
}

/** The sum of coefficient n over x^(2n + 1). */
function oddSeries(coefficients: readonly number[], x: number): number {
  const square = 1 / (x * x);
  return coefficients.reduceRight((sum, coefficient) => sum * square + coefficient, 0) / x;
}

/**
 * The logarithm of Gauss's hypergeometric function 2F1(a, b; c; z) where that is positive: by its power series, after
 * Euler's transformation (Abramowitz and Stegun 15.3.3) where that makes the terms smaller. In logarithms, because the
 * function itself leaves the range of a float64 for a customer with a few hundred orders.
 *
 * @param z 0 <= z < 1
 * @throws RangeError when the series has not converged after 200,000 terms
 */
export function logHypergeometric(a: number, b: number, c: number, z: number): number {
  const excess = c - a - b;
  // Not where it would make the signs alternate.
  return excess < 0 && a <= c ? excess * Math.log1p(-z) + logSeries(c - a, c - b, c, z) : logSeries(a, b, c, z);
}

const tiny = 2 ** -512;

function logSeries(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  let scale = 0;
  for (let n = 0; n < 200_000; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    const ratio = Math.abs((((a + n + 1) * (b + n + 1)) / ((c + n + 1) * (n + 2))) * z);
    // What is left is at most a geometric series, once the terms fall.
    if (ratio < 1 && Math.abs(term) * ratio <= Number.EPSILON * 0.5 * (1 - ratio) * Math.abs(sum)) {
      return Math.log(sum) + scale;
    }
    if (Math.abs(sum) > 1 / tiny) {
      term *= tiny;
      sum *= tiny;
      scale -= Math.log(tiny);
    }
  }
  throw new RangeError(`2F1(${a}, ${b}; ${c}; ${z}) does not converge`);
}
