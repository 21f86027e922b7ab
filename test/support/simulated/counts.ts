/** Draws of counts for simulated shops; each takes a seeded generator of uniform numbers. */

/** A standard normal variable, by Box and Muller. */
export function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A gamma variable of mean 1 whose variance is `dispersion`, by Marsaglia and Tsang. */
export function drawGamma(random: () => number, dispersion: number): number {
  const shape = 1 / dispersion;
  if (shape < 1) return drawShape(random, shape + 1) * random() ** (1 / shape) * dispersion;
  return drawShape(random, shape) * dispersion;
}

function drawShape(random: () => number, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A Poisson count; of more than 50 a rounded normal variable. */
export function drawPoisson(random: () => number, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  let term = Math.exp(-mean);
  let sum = term;
  let count = 0;
  for (const share = random(); share > sum && count < 1_000; sum += term) term *= mean / ++count;
  return count;
}
