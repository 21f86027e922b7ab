import type { SparseMatrix } from '../../sparse-matrix.ts';
import { valuesOf } from '../transpose.ts';
import type { IalsRecipe } from './settings.ts';
import { findSingularValues } from './singular-values.ts';

/**
 * What regularisation leaves of the strongest `dimensions` dimensions, from 0 (all of them fade) to 1.
 *
 * Near zero the loss of `trainIals` is −2 xᵀMy + lambda (|x|² + |y|²) for a dimension x, y measured in their penalties, with M = the
 * matrix, each cell divided by the roots of its row's and its column's (sum + alpha0 × rows of the other side)^nu. So a dimension lives
 * where its singular value of M is above lambda, and where none is, nothing but zero minimises the loss. Where alpha0 outweighs the
 * cells, a dimension that lives has lost lambda of its singular value.
 *
 * @returns Σ of what singular values are above lambda / Σ singular values; 1 where there are no cells
 */
export function shareThatLives(
  matrix: SparseMatrix,
  recipe: Pick<IalsRecipe, 'dimensions' | 'unobservedWeight' | 'regularisation' | 'frequencyExponent'>,
): number {
  const { dimensions, regularisation } = recipe;
  const values = findSingularValues(matrix, { count: dimensions, ...scalesOf(matrix, recipe) });
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.reduce((total, value) => total + Math.max(0, value - regularisation), 0) / sum : 1;
}

function scalesOf(
  matrix: SparseMatrix,
  { unobservedWeight, frequencyExponent }: Pick<IalsRecipe, 'unobservedWeight' | 'frequencyExponent'>,
) {
  const { rows, columns, offsets, indices } = matrix;
  const cells = valuesOf(matrix);
  const rowScales = new Float64Array(rows).fill(unobservedWeight * columns);
  const columnScales = new Float64Array(columns).fill(unobservedWeight * rows);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      rowScales[row] += cells[cell];
      columnScales[indices[cell]] += cells[cell];
    }
  }
  // Where nothing is known and the unobserved weighs nothing, there is nothing to scale.
  const scale = (sum: number) => (sum > 0 ? sum ** (-frequencyExponent / 2) : 0);
  return { rowScales: rowScales.map(scale), columnScales: columnScales.map(scale) };
}
