import type { SparseMatrix } from '../../sparse-matrix.ts';
import { valuesOf } from '../transpose.ts';
import type { IalsRecipe } from './settings.ts';

export type PenaltyRecipe = Pick<
  IalsRecipe,
  'unobservedWeight' | 'regularisation' | 'frequencyExponent' | 'regularisedBy'
>;

/** What the squared length of factors costs, of every customer and of every item. */
export interface Penalties {
  readonly customers: Float64Array;
  readonly items: Float64Array;
  /** by cells: of each cell; absent: by values */
  readonly aCell?: number;
}

/**
 * By values: lambda × (sum of the row's values + alpha0 × rows of the other side)^nu (Rendle, Krichene, Zhang, Koren 2021). By cells: in
 * proportion to the row's cells (Zhou, Wilkinson, Schreiber, Pan 2008; Spark), so much for each that all that have cells cost together
 * what they cost by values.
 *
 * @param matrix customers × items
 */
export function penaltiesOf(matrix: SparseMatrix, recipe: PenaltyRecipe): Penalties {
  const { rows, columns, offsets, indices } = matrix;
  const values = valuesOf(matrix);
  const ofCustomers = new Float64Array(rows);
  const ofItems = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      ofCustomers[row] += values[cell];
      ofItems[indices[cell]] += values[cell];
    }
  }
  const customers = ofCustomers.map((sum) => penaltyOf(sum, columns, recipe));
  const items = ofItems.map((sum) => penaltyOf(sum, rows, recipe));
  return recipe.regularisedBy === 'cells' ? spreadOverCells(matrix, { customers, items }) : { customers, items };
}

function spreadOverCells(
  { rows, columns, offsets, indices }: SparseMatrix,
  { customers, items }: Penalties,
): Penalties {
  const ofItems = new Uint32Array(columns);
  for (const item of indices) ofItems[item]++;
  const ofCustomers = Uint32Array.from({ length: rows }, (_, row) => offsets[row + 1] - offsets[row]);
  const total = (penalties: Float64Array, cells: Uint32Array) =>
    penalties.reduce((sum, penalty, row) => (cells[row] > 0 ? sum + penalty : sum), 0);
  const aCell = (total(customers, ofCustomers) + total(items, ofItems)) / (2 * indices.length || 1);
  const byCells = (cells: Uint32Array) => Float64Array.from(cells, (count) => penaltyByCells(count, aCell));
  return { customers: byCells(ofCustomers), items: byCells(ofItems), aCell };
}

/** By values: `observed` is the sum of the row, `others` the other side's rows. */
export const penaltyOf = (observed: number, others: number, recipe: PenaltyRecipe) =>
  recipe.regularisation * (observed + recipe.unobservedWeight * others) ** recipe.frequencyExponent;

/** A row without cells has factors of 0 whatever it costs. */
export const penaltyByCells = (cells: number, aCell: number) => Math.max(1, cells) * aCell;
