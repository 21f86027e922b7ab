import type { SparseMatrix } from '../sparse-matrix.ts';

/** Values of a matrix; where only presence is stored, every cell is 1. */
export function valuesOf(matrix: SparseMatrix): Float32Array {
  return matrix.values ?? new Float32Array(matrix.indices.length).fill(1);
}

/** Columns × rows, again with ascending rows; linear time. */
export function transpose(matrix: SparseMatrix): SparseMatrix & { readonly values: Float32Array } {
  const cells = valuesOf(matrix);
  const offsets = new Uint32Array(matrix.columns + 1);
  for (const column of matrix.indices) offsets[column + 1]++;
  for (let column = 0; column < matrix.columns; column++) offsets[column + 1] += offsets[column];
  const next = offsets.slice();
  const indices = new Uint32Array(matrix.indices.length);
  const values = new Float32Array(matrix.indices.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      const target = next[matrix.indices[cell]]++;
      indices[target] = row;
      values[target] = cells[cell];
    }
  }
  return { rows: matrix.columns, columns: matrix.rows, offsets, indices, values };
}
