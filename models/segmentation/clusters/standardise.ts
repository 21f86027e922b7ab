import type { Points } from './k-means.ts';

export interface Standardised {
  /** by customer, each coordinate a z-score times its weight */
  readonly points: Points;
  readonly means: readonly number[];
  /** population standard deviations */
  readonly deviations: readonly number[];
}

/**
 * Columns less their mean and divided by their population standard deviation, times their weight. A column whose values
 * are all equal has deviation 0 and becomes zeros.
 *
 * @param columns one value for each customer
 * @param weights by column
 */
export function standardise(columns: readonly Float64Array[], weights: readonly number[]): Standardised {
  const dimensions = columns.length;
  const count = columns[0]?.length ?? 0;
  const values = new Float64Array(count * dimensions);
  const means = columns.map(meanOf);
  const deviations = columns.map((column, axis) => deviationOf(column, means[axis]));
  for (const [axis, column] of columns.entries()) {
    const scale = weights[axis] / (deviations[axis] || 1);
    for (let row = 0; row < count; row++) values[row * dimensions + axis] = (column[row] - means[axis]) * scale;
  }
  return { points: { values, dimensions }, means, deviations };
}

/** The rounded mean of equal values can miss them in the last digit, which dividing would make a whole deviation. */
function meanOf(column: Float64Array): number {
  if (column.length === 0) return 0;
  return isConstant(column) ? column[0] : column.reduce((sum, value) => sum + value, 0) / column.length;
}

function deviationOf(column: Float64Array, mean: number): number {
  if (column.length === 0 || isConstant(column)) return 0;
  return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
}

function isConstant(column: Float64Array): boolean {
  return column.every((value) => value === column[0]);
}
