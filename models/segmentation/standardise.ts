import { Matrix } from 'ml-matrix';
import type { Point } from './match-clusters.ts';

export interface Standardised {
  /** three z-scores for each customer */
  readonly points: number[][];
  readonly means: Point;
  /** population standard deviations */
  readonly deviations: Point;
}

/**
 * ln(1 + R), ln(1 + F), ln(1 + M), each less its mean and divided by its population standard deviation. A column whose
 * values are all equal has deviation 0 and becomes zeros. Values below 0 (money after refunds) count as 0.
 *
 * @param columns recency, frequency, monetary: one value for each customer
 */
export function standardiseRfm(columns: readonly Float64Array[]): Standardised {
  const customers = columns[0]!.length;
  if (customers === 0) return { points: [], means: [0, 0, 0], deviations: [0, 0, 0] };
  const matrix = new Matrix(customers, columns.length);
  for (const [axis, column] of columns.entries()) {
    for (let row = 0; row < customers; row++) matrix.set(row, axis, Math.log1p(Math.max(0, column[row]!)));
  }
  const means = matrix.mean('column');
  const deviations = matrix.standardDeviation('column', { unbiased: false, mean: means });
  for (const axis of means.keys()) {
    const first = matrix.get(0, axis);
    if (matrix.getColumn(axis).some((value) => value !== first)) continue;
    // The rounded mean of equal values can miss them in the last digit, which dividing would make a whole deviation.
    means[axis] = first;
    deviations[axis] = 0;
  }
  matrix.center('column', { center: means });
  matrix.scale('column', { scale: deviations.map((deviation) => deviation || 1) });
  return { points: matrix.to2DArray(), means: toPoint(means), deviations: toPoint(deviations) };
}

export function toPoint(values: ArrayLike<number>): Point {
  return [values[0]!, values[1]!, values[2]!];
}
