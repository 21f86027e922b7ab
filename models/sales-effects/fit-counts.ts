import { cholesky, solveWith } from '../cholesky.ts';

/** Sales of items and what is known of them. */
export interface CountData {
  /** items × columns by rows; the first column is 1 */
  readonly design: Float64Array;
  readonly columns: number;
  /** by item: units, 0 or more */
  readonly sales: Float64Array;
  /** by item: the logarithm of its exposure */
  readonly offsets: Float64Array;
}

/** A regression at its maximum. */
export interface CountFit {
  readonly coefficients: Float64Array;
  /** of the coefficients by Laplace: the inverse curvature at the maximum, columns × columns */
  readonly covariance: Float64Array;
  /** the variance of an item's sales is mean + dispersion × mean² */
  readonly dispersion: number;
  /** by item: expected units */
  readonly expected: Float64Array;
}

const mostSteps = 60;
const negligibleStep = 1e-9;
/** Expected units beyond e^±this are where a step has left the data. */
const furthest = 30;

/**
 * A log-linear regression of counts, mean = exposure × exp(x β), by Newton's method on Fisher's curvature. Variance: mean +
 * dispersion × mean² (Breslow 1984), which is Poisson's at a dispersion of 0; the dispersion is that at which Pearson's statistic
 * equals its degrees of freedom. Coefficients but the first have the prior N(0, priorDeviation²), a ridge.
 *
 * @param dispersion without: estimated, beginning with `near`
 * @returns undefined where it does not settle
 */
export function fitCounts(
  data: CountData,
  { priorDeviation, dispersion, near = 0 }: { priorDeviation: number; dispersion?: number; near?: number },
): CountFit | undefined {
  const { columns, sales } = data;
  const precision = 1 / priorDeviation ** 2;
  const coefficients = new Float64Array(columns);
  coefficients[0] = startOf(data);
  let current = dispersion ?? near;
  const expected = new Float64Array(sales.length);
  if (!climb(data, coefficients, expected, current, precision)) return undefined;
  for (let round = 0; dispersion === undefined && round < 30; round++) {
    const next = solveDispersion(sales, expected, sales.length - columns);
    const isSettled = Math.abs(next - current) <= 1e-5 * (1 + current);
    current = next;
    if (isSettled) break;
    if (!climb(data, coefficients, expected, current, precision)) return undefined;
  }
  const curvature = curvatureOf(data, expected, current, precision);
  const factor = cholesky(curvature, columns);
  if (!factor) return undefined;
  return { coefficients, covariance: invert(factor, columns), dispersion: current, expected };
}

/** The logarithm of all sales over all exposure. */
function startOf({ sales, offsets }: CountData): number {
  let [sold, exposed] = [0, 0];
  for (let item = 0; item < sales.length; item++) {
    sold += sales[item];
    exposed += Math.exp(offsets[item]);
  }
  return Math.log(sold / exposed);
}

/** Newton's steps to the maximum for a dispersion; false where they do not come to rest. */
function climb(
  data: CountData,
  coefficients: Float64Array,
  expected: Float64Array,
  dispersion: number,
  precision: number,
): boolean {
  const { columns } = data;
  let height = heightOf(data, coefficients, expected, dispersion, precision);
  for (let step = 0; step < mostSteps; step++) {
    const factor = cholesky(curvatureOf(data, expected, dispersion, precision), columns);
    if (!factor || height === -Infinity) return false;
    const change = solveWith(factor, gradientOf(data, coefficients, expected, dispersion, precision));
    const longest = change.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
    const from = coefficients.slice();
    // Far from the maximum a whole step may leap beyond it; near it a better point may look worse by rounding.
    for (let length = 1; ; length /= 2) {
      for (let column = 0; column < columns; column++) coefficients[column] = from[column] + length * change[column];
      const there = heightOf(data, coefficients, expected, dispersion, precision);
      if (there >= height - 1e-10 * Math.abs(height) || longest * length < negligibleStep) {
        height = there;
        break;
      }
    }
    if (longest < negligibleStep) return true;
  }
  return false;
}

function gradientOf(
  { design, columns, sales }: CountData,
  coefficients: Float64Array,
  expected: Float64Array,
  dispersion: number,
  precision: number,
): Float64Array {
  const gradient = coefficients.map((coefficient, column) => (column > 0 ? -precision * coefficient : 0));
  for (let item = 0; item < sales.length; item++) {
    const residual = (sales[item] - expected[item]) / (1 + dispersion * expected[item]);
    for (let column = 0; column < columns; column++) gradient[column] += residual * design[item * columns + column];
  }
  return gradient;
}

/** The logarithm of likelihood and prior but for constants, after writing what is expected; −Infinity beyond all numbers. */
function heightOf(
  data: CountData,
  coefficients: Float64Array,
  expected: Float64Array,
  dispersion: number,
  precision: number,
): number {
  if (!expect(data, coefficients, expected)) return -Infinity;
  let height = 0;
  for (let column = 1; column < data.columns; column++) height -= (precision * coefficients[column] ** 2) / 2;
  for (let item = 0; item < expected.length; item++) {
    const [sold, mean] = [data.sales[item], expected[item]];
    height += sold * Math.log(mean);
    height -= dispersion > 0 ? (sold + 1 / dispersion) * Math.log1p(dispersion * mean) : mean;
  }
  return height;
}

/** Writes what is expected; false where it is beyond all numbers. */
function expect({ design, columns, offsets }: CountData, coefficients: Float64Array, expected: Float64Array): boolean {
  for (let item = 0; item < expected.length; item++) {
    let sum = offsets[item];
    for (let column = 0; column < columns; column++) sum += design[item * columns + column] * coefficients[column];
    if (!(Math.abs(sum) < furthest)) return false;
    expected[item] = Math.exp(sum);
  }
  return true;
}

/** Fisher's information and the prior's, columns × columns. */
function curvatureOf(
  { design, columns }: CountData,
  expected: Float64Array,
  dispersion: number,
  precision: number,
): Float64Array {
  const curvature = new Float64Array(columns * columns);
  for (let item = 0; item < expected.length; item++) {
    const weight = expected[item] / (1 + dispersion * expected[item]);
    addSquare(curvature, design, item * columns, columns, weight);
  }
  for (let column = 1; column < columns; column++) curvature[column * columns + column] += precision;
  return curvature;
}

/** Adds weight × x xᵀ; most of x is 0 where attributes are. */
function addSquare(sum: Float64Array, design: Float64Array, first: number, columns: number, weight: number): void {
  for (let row = 0; row < columns; row++) {
    const weighted = weight * design[first + row];
    if (weighted === 0) continue;
    for (let column = 0; column < columns; column++) sum[row * columns + column] += weighted * design[first + column];
  }
}

/**
 * The dispersion at which Pearson's statistic is its degrees of freedom; 0 where it is less without any. By Newton's steps from
 * 0 on: as the statistic falls ever more slowly, none leaps beyond.
 */
function solveDispersion(sales: Float64Array, expected: Float64Array, freedom: number): number {
  let dispersion = 0;
  for (let step = 0; step < 100; step++) {
    let [surplus, slope] = [-freedom, 0];
    for (let item = 0; item < sales.length; item++) {
      const mean = expected[item];
      const variance = mean + dispersion * mean * mean;
      const statistic = (sales[item] - mean) ** 2 / variance;
      surplus += statistic;
      slope += (statistic * mean * mean) / variance;
    }
    if (surplus <= 1e-9 * freedom || slope === 0) break;
    dispersion += surplus / slope;
  }
  return dispersion;
}

function invert(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    inverse.set(solveWith(factor, unit), column * size);
  }
  return inverse;
}
