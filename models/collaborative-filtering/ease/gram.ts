import { blockStart, type SymmetricBlocks, tileSide } from '../../kernels/sets/dense-symmetric.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { transpose } from '../transpose.ts';

/**
 * Adds XᵀX of customers × items to a symmetric matrix of the items. Sums are float64 in the order of customers, then
 * rounded once. Time: sum over customers of (items of the customer)².
 */
export function addGram(matrix: SparseMatrix & { readonly values: Float32Array }, gram: SymmetricBlocks): void {
  const { offsets, indices, values, columns: itemCount } = matrix;
  const customersOf = transpose(matrix);
  const sums = new Float64Array(itemCount);
  for (let item = 0; item < itemCount; item++) {
    for (let cell = customersOf.offsets[item]; cell < customersOf.offsets[item + 1]; cell++) {
      const customer = customersOf.indices[cell];
      const value = customersOf.values[cell];
      for (let other = offsets[customer]; indices[other] <= item && other < offsets[customer + 1]; other++) {
        sums[indices[other]] += value * values[other];
      }
    }
    const row = Math.floor(item / tileSide);
    for (let column = 0; column <= row; column++) {
      const block = blockStart(row, column);
      const first = column * tileSide;
      const end = Math.min(first + tileSide, item + 1);
      for (let other = first; other < end; other++) {
        const sum = sums[other];
        sums[other] = 0;
        if (sum === 0) continue;
        gram.values[block + (item % tileSide) * tileSide + (other - first)] += sum;
        // Blocks on the diagonal are kept whole.
        if (column === row && other !== item)
          gram.values[block + (other - first) * tileSide + (item % tileSide)] += sum;
      }
    }
  }
}
