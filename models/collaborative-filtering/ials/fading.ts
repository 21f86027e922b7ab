import type { SparseMatrix } from '../../sparse-matrix.ts';
import { type PenaltyRecipe, penaltiesOf } from './penalties.ts';
import type { IalsRecipe } from './settings.ts';
import { findSingularValues } from './singular-values.ts';

/**
 * What regularisation leaves of the strongest `dimensions` dimensions, from 0 (all of them fade) to 1.
 *
 * Near zero the loss of `trainIals` is −2 xᵀMy + lambda (|x|² + |y|²) for a dimension x, y measured in their penalties, with M = the
 * matrix, each cell divided by the roots of its row's and its column's penalty / lambda. So a dimension lives
 * where its singular value of M is above lambda, and where none is, nothing but zero minimises the loss. Where alpha0 outweighs the
 * cells, a dimension that lives has lost lambda of its singular value.
 *
 * @returns Σ of what singular values are above lambda / Σ singular values; 1 where there are no cells
 */
export function shareThatLives(matrix: SparseMatrix, recipe: Pick<IalsRecipe, 'dimensions'> & PenaltyRecipe): number {
  const { dimensions, regularisation } = recipe;
  const values = findSingularValues(matrix, { count: dimensions, ...scalesOf(matrix, recipe) });
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.reduce((total, value) => total + Math.max(0, value - regularisation), 0) / sum : 1;
}

function scalesOf(matrix: SparseMatrix, recipe: Omit<PenaltyRecipe, 'regularisation'>) {
  const { customers, items } = penaltiesOf(matrix, { ...recipe, regularisation: 1 });
  // Where nothing is known and the unobserved weighs nothing, there is nothing to scale.
  const scale = (penalty: number) => (penalty > 0 ? penalty ** -0.5 : 0);
  return { rowScales: customers.map(scale), columnScales: items.map(scale) };
}
