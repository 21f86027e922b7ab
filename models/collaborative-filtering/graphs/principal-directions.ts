import { seededRandom } from '../../random.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { diagonalise } from '../ials/diagonalise.ts';
import { valuesOf } from '../transpose.ts';

/** Directions that are sought beside those that are wanted, so that the last of these are found, too. */
const spare = 8;

/** How often the matrix is applied before the directions are made orthonormal again: at first soon, for they all turn to the strongest. */
const rounds = [1, 2, 2, 2];

/**
 * The right singular vectors of a matrix that belong to its greatest singular values, by randomised subspace iteration (Halko, Martinsson
 * and Tropp 2011). Where singular values lie close together their vectors are found as a space, not each by itself.
 *
 * Time: fifteen passes of cells × rank, and five of columns × rank². Memory: 16 bytes a column and direction, 8 a row and direction.
 *
 * @returns columns × count, row-major, orthonormal columns in descending order of their singular values; fewer than wanted where the
 *   matrix has fewer
 */
export function findPrincipalDirections(
  matrix: SparseMatrix,
  { rank, seed }: { rank: number; seed: number },
): { vectors: Float64Array; count: number } {
  const { columns } = matrix;
  const width = Math.min(rank + spare, columns, matrix.rows);
  const random = seededRandom(seed);
  let basis: Float64Array = Float64Array.from({ length: columns * width }, () => random() - 0.5);
  for (const applications of rounds) {
    for (let time = 0; time < applications; time++) basis = applyTransposed(matrix, apply(matrix, basis, width), width);
    orthonormalise(basis, columns, width);
  }
  const images = apply(matrix, basis, width);
  const { values, vectors } = diagonalise(gramOf(images, matrix.rows, width), width);
  const order = Array.from(values.keys()).sort((one, other) => values[other] - values[one] || one - other);
  const kept = order.slice(0, rank).filter((at) => values[at] > negligibleShare * values[order[0]]);
  return { vectors: turn(basis, vectors, { rows: columns, width, kept }), count: kept.length };
}

/** Beside the greatest squared singular value: what is smaller is rounding. */
const negligibleShare = 1e-10;

/** matrix × dense, which has `width` numbers a column of the matrix. */
function apply(matrix: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const { rows, offsets, indices } = matrix;
  const values = valuesOf(matrix);
  const product = new Float64Array(rows * width);
  for (let row = 0, target = 0; row < rows; row++, target += width) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      const [value, source] = [values[cell], indices[cell] * width];
      for (let at = 0; at < width; at++) product[target + at] += value * dense[source + at];
    }
  }
  return product;
}

/** Transpose of the matrix × dense, which has `width` numbers a row of the matrix. */
function applyTransposed(matrix: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const { rows, columns, offsets, indices } = matrix;
  const values = valuesOf(matrix);
  const product = new Float64Array(columns * width);
  for (let row = 0, source = 0; row < rows; row++, source += width) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) {
      const [value, target] = [values[cell], indices[cell] * width];
      for (let at = 0; at < width; at++) product[target + at] += value * dense[source + at];
    }
  }
  return product;
}

/** denseᵀ × dense. */
function gramOf(dense: Float64Array, rows: number, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let row = 0, start = 0; row < rows; row++, start += width) {
    for (let one = 0; one < width; one++) {
      const value = dense[start + one];
      if (value === 0) continue;
      for (let other = one, at = one * width + one; other < width; other++, at++)
        gram[at] += value * dense[start + other];
    }
  }
  for (let one = 0; one < width; one++) {
    for (let other = 0; other < one; other++) gram[one * width + other] = gram[other * width + one];
  }
  return gram;
}

/** Makes the columns orthonormal, in place, by the Cholesky factor of their Gram matrix; those that others span become 0. */
function orthonormalise(dense: Float64Array, rows: number, width: number): void {
  const lower = gramOf(dense, rows, width);
  const reciprocals = new Float64Array(width);
  for (let one = 0; one < width; one++) {
    const length = lower[one * width + one];
    for (let other = 0; other <= one; other++) {
      let sum = lower[one * width + other];
      for (let at = 0; at < other; at++) sum -= lower[one * width + at] * lower[other * width + at];
      if (other < one) lower[one * width + other] = sum * reciprocals[other];
      else reciprocals[one] = sum > spannedShare * length ? 1 / Math.sqrt(sum) : 0;
    }
  }
  for (let row = 0, start = 0; row < rows; row++, start += width) {
    for (let one = 0; one < width; one++) {
      let sum = dense[start + one];
      for (let at = 0, cell = one * width; at < one; at++, cell++) sum -= lower[cell] * dense[start + at];
      dense[start + one] = sum * reciprocals[one];
    }
  }
}

/** What is left of a column's squared length once the others are taken off; less is rounding. */
const spannedShare = 1e-13;

/** dense × the kept columns of a rotation. */
function turn(
  dense: Float64Array,
  rotation: Float64Array,
  { rows, width, kept }: { rows: number; width: number; kept: readonly number[] },
): Float64Array {
  const count = kept.length;
  const turned = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < width; from++) {
      const value = dense[row * width + from];
      for (let at = 0; at < count; at++) turned[row * count + at] += value * rotation[from * width + kept[at]];
    }
  }
  return turned;
}
