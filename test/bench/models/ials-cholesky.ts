import type { IalsRecipe } from '../../../models/collaborative-filtering/ials/settings.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

/**
 * iALS as the paper writes it (Rendle et al. 2021): a d × d system for every customer and item, solved by Cholesky in
 * float64, from the start and in the order of `trainIals`. Positives count 1.
 */
export function trainCholesky(matrix: SparseMatrix, recipe: IalsRecipe, seed: number) {
  const { dimensions, epochs, initialDeviation } = recipe;
  const draw = seededRandom(seed);
  const deviation = initialDeviation / Math.sqrt(dimensions);
  const customers = new Float64Array(matrix.rows * dimensions);
  const items = Float64Array.from(
    { length: matrix.columns * dimensions },
    () => deviation * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
  );
  const customersOf = turn(matrix);
  for (let epoch = 0; epoch < epochs; epoch++) {
    solveRows(matrix, items, customers, recipe);
    solveRows(customersOf, customers, items, recipe);
  }
  solveRows(matrix, items, customers, recipe);
  return { dimensions, recipe, customers: Float32Array.from(customers), items: Float32Array.from(items) };
}

function turn(matrix: SparseMatrix): SparseMatrix {
  const rows: number[][] = Array.from({ length: matrix.columns }, () => []);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) rows[matrix.indices[cell]].push(row);
  }
  const offsets = new Uint32Array(matrix.columns + 1);
  rows.forEach((row, index) => {
    offsets[index + 1] = offsets[index] + row.length;
  });
  return { rows: matrix.columns, columns: matrix.rows, offsets, indices: Uint32Array.from(rows.flat()) };
}

function solveRows(matrix: SparseMatrix, fixed: Float64Array, solved: Float64Array, recipe: IalsRecipe): void {
  const { dimensions: d, unobservedWeight, regularisation, frequencyExponent } = recipe;
  const gram = new Float64Array(d * d);
  for (let start = 0; start < fixed.length; start += d) addOuter(gram, fixed, start, unobservedWeight, d);
  const left = new Float64Array(d * d);
  const right = new Float64Array(d);
  for (let row = 0; row < matrix.rows; row++) {
    left.set(gram);
    right.fill(0);
    const count = matrix.offsets[row + 1] - matrix.offsets[row];
    const penalty = regularisation * (count + unobservedWeight * matrix.columns) ** frequencyExponent;
    for (let at = 0; at < d; at++) left[at * d + at] += penalty;
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      const start = matrix.indices[cell] * d;
      addOuter(left, fixed, start, 1, d);
      for (let at = 0; at < d; at++) right[at] += fixed[start + at];
    }
    solveCholesky(left, right, d);
    solved.set(right, row * d);
  }
}

/** Adds weight × f fᵀ to the lower triangle. */
function addOuter(target: Float64Array, source: Float64Array, start: number, weight: number, d: number): void {
  for (let a = 0; a < d; a++) {
    const factor = weight * source[start + a];
    for (let b = 0; b <= a; b++) target[a * d + b] += factor * source[start + b];
  }
}

function solveCholesky(left: Float64Array, right: Float64Array, d: number): void {
  for (let row = 0; row < d; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = left[row * d + column];
      for (let at = 0; at < column; at++) sum -= left[row * d + at] * left[column * d + at];
      left[row * d + column] = row === column ? Math.sqrt(sum) : sum / left[column * d + column];
    }
    let sum = right[row];
    for (let at = 0; at < row; at++) sum -= left[row * d + at] * right[at];
    right[row] = sum / left[row * d + row];
  }
  for (let row = d - 1; row >= 0; row--) {
    let sum = right[row];
    for (let at = row + 1; at < d; at++) sum -= left[at * d + row] * right[at];
    right[row] = sum / left[row * d + row];
  }
}
