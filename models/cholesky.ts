/**
 * The lower triangle L of L Lᵀ.
 *
 * @param matrix symmetric, size × size
 * @param least what must be left of each diagonal entry when what the columns before tell is taken away, as its share
 * @returns undefined where less is left: a column is told by those before it
 */
export function cholesky(matrix: Float64Array, size: number, least = 1e-12): Float64Array | undefined {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column];
      for (let place = 0; place < column; place++) sum -= factor[row * size + place] * factor[column * size + place];
      if (row > column) factor[row * size + column] = sum / factor[column * size + column];
      else if (sum > least * matrix[row * size + row]) factor[row * size + row] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** The solution of L Lᵀ x = right. */
export function solveWith(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    for (let place = 0; place < row; place++) solution[row] -= factor[row * size + place] * solution[place];
    solution[row] /= factor[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let place = row + 1; place < size; place++) solution[row] -= factor[place * size + row] * solution[place];
    solution[row] /= factor[row * size + row];
  }
  return solution;
}
