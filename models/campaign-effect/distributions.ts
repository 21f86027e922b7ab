import { logGamma } from '../customer-value/special-functions.ts';

const negligible = 1e-15;
const tiny = 1e-300;

/**
 * The probability that a Student variable lies further from 0 than `t` on either side: the regularised incomplete beta
 * function (Abramowitz and Stegun 26.7.1 and, by Lentz's method, 26.5.8).
 *
 * @param freedom degrees of freedom, above 0 and not necessarily whole
 */
export function studentTails(t: number, freedom: number): number {
  if (t === 0) return 1;
  const x = freedom / (freedom + t * t);
  return incompleteBeta(x, (t * t) / (freedom + t * t), freedom / 2, 0.5);
}

/** I_x(a, b); `rest` is 1 − x, given apart because near 1 the difference has lost its digits. */
export function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest)) / a;
  let [numerator, denominator] = [1, 1 - ((a + b) * x) / (a + 1)];
  denominator = 1 / (Math.abs(denominator) < tiny ? tiny : denominator);
  let fraction = denominator;
  for (let n = 1; n < 100_000; n++) {
    const even = (n * (b - n) * x) / ((a + 2 * n - 1) * (a + 2 * n));
    const odd = (-(a + n) * (a + b + n) * x) / ((a + 2 * n) * (a + 2 * n + 1));
    let change = 1;
    for (const part of [even, odd]) {
      denominator = 1 + part * denominator;
      denominator = 1 / (Math.abs(denominator) < tiny ? tiny : denominator);
      numerator = 1 + part / numerator;
      if (Math.abs(numerator) < tiny) numerator = tiny;
      change = numerator * denominator;
      fraction *= change;
    }
    if (Math.abs(change - 1) < negligible) break;
  }
  return front * fraction;
}

/** The probability that a standard normal variable lies further from 0 than `z` on either side. */
export function normalTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const density = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
  if (x < 2.5) {
    // The series of the error function, Abramowitz and Stegun 7.1.6.
    let [term, sum] = [x, x];
    for (let n = 1; term > sum * negligible; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - density * sum;
  }
  // Its continued fraction, 7.1.14, from the end.
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return density / fraction / 2;
}

/** 97.5 % of a standard normal variable lie below. */
const normalQuantile = 1.959_963_984_540_054;

/**
 * 97.5 % of a Student variable lie below: the half width of a 95 % interval in standard errors. By expansion in the degrees of
 * freedom (Abramowitz and Stegun 26.7.5), right to 1e-6 from 20 of them on.
 */
export function studentQuantile(freedom: number): number {
  const z = normalQuantile;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return z + terms.reduceRight((sum, term) => (sum + term) / freedom, 0);
}
