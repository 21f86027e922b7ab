import type { SparseMatrix } from '../../sparse-matrix.ts';
import { valuesOf } from '../transpose.ts';
import type { IalsModel } from './ials.ts';

/** What `trainIals` minimises, in float64. Time: (cells + (customers + items) × dimensions) × dimensions. */
export function ialsLoss(
  matrix: SparseMatrix,
  model: Pick<IalsModel, 'dimensions' | 'customers' | 'items' | 'recipe'>,
): number {
  const { dimensions, customers, items, recipe } = model;
  const { unobservedWeight, regularisation, frequencyExponent } = recipe;
  const values = valuesOf(matrix);
  const observed = [new Float64Array(matrix.rows), new Float64Array(matrix.columns)];
  let loss = 0;
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      const item = matrix.indices[cell];
      let score = 0;
      for (let at = 0; at < dimensions; at++) score += customers[row * dimensions + at] * items[item * dimensions + at];
      loss += values[cell] * (1 - score) ** 2;
      observed[0][row] += values[cell];
      observed[1][item] += values[cell];
    }
  }
  const grams = [customers, items].map((side) => gramOf(side, dimensions));
  for (let at = 0; at < dimensions ** 2; at++) loss += unobservedWeight * grams[0][at] * grams[1][at];
  [customers, items].forEach((side, index) => {
    const others = index === 0 ? matrix.columns : matrix.rows;
    for (let at = 0; at < side.length; at++) {
      const sum = observed[index][Math.floor(at / dimensions)];
      loss += regularisation * (sum + unobservedWeight * others) ** frequencyExponent * side[at] ** 2;
    }
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
