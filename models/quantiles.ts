import { incompleteBeta, normalTails } from './campaign-effect/distributions.ts';

/** The probability that a standard normal variable is at most `z`. */
export function normalProbability(z: number): number {
  const beyond = normalTails(z) / 2;
  return z < 0 ? beyond : 1 - beyond;
}

/**
 * The value below which a standard normal variable lies with probability `share`: Abramowitz and Stegun 26.2.23, bettered by
 * Halley's steps to a float64's last digits.
 *
 * @param share above 0, below 1; at either end −Infinity or Infinity
 */
export function normalQuantile(share: number): number {
  if (share <= 0) return -Infinity;
  if (share >= 1) return Infinity;
  const beyond = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(beyond));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const surplus = (normalTails(z) / 2 - beyond) / density;
    z += surplus / (1 - (z * surplus) / 2);
  }
  return share < 0.5 ? -z : z;
}

/**
 * The value below which a beta variable lies with probability `share`, by halving: to 1e-12.
 *
 * @param share from 0 to 1
 * @param a above 0
 * @param b above 0
 */
export function betaQuantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 42; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, 1 - middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
