import { seededRandom } from '../../random.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import { transpose, valuesOf } from '../transpose.ts';
import type { TifuKnnRecipe } from './settings.ts';

/** What a training gives, in plain data. */
export interface TifuKnnModel {
  /** customers × items, as `buildOrderVectors` gives them */
  readonly vectors: SparseMatrix;
  /** by customer: the square of the vector's length */
  readonly lengths: Float64Array;
  /** items × customers: the vectors of those among whom the nearest are looked for */
  readonly asked: SparseMatrix;
  readonly neighbours: number;
  readonly ownShare: number;
}

/**
 * TIFU-KNN (Hu, He, Gao and Zhang 2020, "Modeling personalized item frequency information for next-basket recommendation"):
 * ownShare × the customer's own vector + (1 - ownShare) × the mean vector of the customers nearest to it. Near is a small
 * Euclidean distance, as in the paper, but only customers with an item in common are asked: otherwise those who bought
 * next to nothing would be near everybody. Equal distances: lower customer first.
 *
 * @param vectors customers × items as `buildOrderVectors` gives them
 * @param seed draws the customers who are asked
 * @returns the vectors twice, and 8 bytes a customer
 * @throws RangeError naming the setting that is out of range
 */
export function trainTifuKnn(vectors: SparseMatrix, recipe: TifuKnnRecipe, { seed }: { seed: number }): TifuKnnModel {
  checkRecipe(recipe);
  const { neighbours, ownShare, maximumCustomers } = recipe;
  const values = valuesOf(vectors);
  const asked = transpose(keepRows(vectors, values, drawCustomers(vectors, maximumCustomers, seed)));
  return { vectors, lengths: squaredLengths(vectors, values), asked, neighbours, ownShare };
}

/** 1 for the customers who are asked: all with a vector, or so many of them by chance. */
function drawCustomers({ rows, offsets }: SparseMatrix, limit: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const chosen = new Uint8Array(rows);
  let left = 0;
  for (let row = 0; row < rows; row++) if (offsets[row + 1] > offsets[row]) left++;
  let wanted = Math.min(limit, left);
  for (let row = 0; row < rows; row++) {
    if (offsets[row + 1] === offsets[row]) continue;
    if (random() * left < wanted) {
      chosen[row] = 1;
      wanted--;
    }
    left--;
  }
  return chosen;
}

function keepRows(matrix: SparseMatrix, values: Float32Array, isKept: Uint8Array): SparseMatrix {
  const offsets = new Uint32Array(matrix.rows + 1);
  const kept = new Uint8Array(matrix.indices.length);
  for (let row = 0; row < matrix.rows; row++) {
    const [start, end] = [matrix.offsets[row], matrix.offsets[row + 1]];
    offsets[row + 1] = offsets[row] + (isKept[row] ? end - start : 0);
    if (isKept[row]) kept.fill(1, start, end);
  }
  return {
    ...matrix,
    offsets,
    indices: matrix.indices.filter((_, cell) => kept[cell]),
    values: values.filter((_, cell) => kept[cell]),
  };
}

function squaredLengths({ rows, offsets }: SparseMatrix, values: Float32Array): Float64Array {
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) lengths[row] += values[cell] ** 2;
  }
  return lengths;
}

function checkRecipe({ neighbours, ownShare, maximumCustomers }: TifuKnnRecipe): void {
  for (const [name, value] of Object.entries({ neighbours, maximumCustomers })) {
    if (!(Number.isInteger(value) && value > 0))
      throw new RangeError(`${name} must be a positive whole number, not ${value}`);
  }
  if (!(ownShare >= 0 && ownShare <= 1)) throw new RangeError(`ownShare must be from 0 to 1, not ${ownShare}`);
}
