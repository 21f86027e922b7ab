import type { SparseMatrix } from '../../sparse-matrix.ts';
import { valuesOf } from '../transpose.ts';
import type { IalsModel } from './ials.ts';
import { penaltiesOf } from './penalties.ts';

/** What `trainIals` minimises, in float64. Time: (cells + (customers + items) × dimensions) × dimensions. */
export function ialsLoss(
  matrix: SparseMatrix,
  model: Pick<IalsModel, 'dimensions' | 'customers' | 'items' | 'recipe'>,
): number {
  const { dimensions, customers, items, recipe } = model;
  const values = valuesOf(matrix);
  let loss = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      const item = matrix.indices[cell];
      let score = 0;
      for (let at = 0; at < dimensions; at++) score += customers[row * dimensions + at] * items[item * dimensions + at];
      loss += values[cell] * (1 - score) ** 2;
    }
  }
  const grams = [customers, items].map((side) => gramOf(side, dimensions));
  for (let at = 0; at < dimensions ** 2; at++) loss += recipe.unobservedWeight * grams[0][at] * grams[1][at];
  const penalties = penaltiesOf(matrix, recipe);
  [penalties.customers, penalties.items].forEach((ofSide, index) => {
    [customers, items][index].forEach((value, at) => {
      loss += ofSide[Math.floor(at / dimensions)] * value ** 2;
    });
  });
  return loss;
}

function gramOf(factors: Float32Array, dimensions: number): Float64Array {
  const gram = new Float64Array(dimensions ** 2);
  for (let start = 0; start < factors.length; start += dimensions) {
    for (let a = 0; a < dimensions; a++) {
      for (let b = 0; b < dimensions; b++) gram[a * dimensions + b] += factors[start + a] * factors[start + b];
    }
  }
  return gram;
}
