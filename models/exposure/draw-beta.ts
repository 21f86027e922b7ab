/** A draw of Beta(alpha, beta), both above 0, as the share of one of two gamma draws. */
export function drawBeta(alpha: number, beta: number, random: () => number): number {
  const one = drawGamma(alpha, random);
  return one / (one + drawGamma(beta, random));
}

/** Marsaglia and Tsang 2000; below 1 lifted by a power of a uniform draw. */
function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * positive(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(positive(random))) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(positive(random)) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

const positive = (random: () => number) => 1 - random();
