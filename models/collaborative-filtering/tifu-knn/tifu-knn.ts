import { seededRandom } from '../../random.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { History } from '../graphs/recommend-by-neighbours.ts';
import { createTopSelector } from '../top-selector.ts';
import type { TrainedMethod } from '../trained-method.ts';
import { transpose, valuesOf } from '../transpose.ts';
import type { TifuKnnRecipe } from './settings.ts';

/**
 * TIFU-KNN (Hu, He, Gao and Zhang 2020, "Modeling personalized item frequency information for next-basket recommendation"):
 * ownShare × the customer's own vector + (1 - ownShare) × the mean vector of the customers nearest to it. Near is a small
 * Euclidean distance, as in the paper, but only customers with an item in common are asked: otherwise those who bought
 * next to nothing would be near everybody. Equal distances: lower customer first.
 *
 * Time of a score: sum over the customer's items of their customers (among those asked), plus the nearest customers' cells.
 * Memory: the vectors twice, and 20 bytes a customer and item.
 *
 * @param vectors customers × items as `buildOrderVectors` gives them
 * @param seed draws the customers who are asked
 * @throws RangeError naming the setting that is out of range
 */
export function trainTifuKnn(vectors: SparseMatrix, recipe: TifuKnnRecipe, { seed }: { seed: number }): TrainedMethod {
  checkRecipe(recipe);
  const { ownShare } = recipe;
  const values = valuesOf(vectors);
  const norms = squaredLengths(vectors, values);
  const asked = transpose(keepRows(vectors, values, drawCustomers(vectors, recipe.maximumCustomers, seed)));
  const products = new Float64Array(vectors.rows);
  const touched = new Uint32Array(vectors.rows);
  const selector = createTopSelector(Math.min(recipe.neighbours, vectors.rows));
  const sums = new Float64Array(vectors.columns);

  function rowOf(customer: number): History {
    const [start, end] = [vectors.offsets[customer], vectors.offsets[customer + 1]];
    return { items: vectors.indices.subarray(start, end), values: values.subarray(start, end) };
  }

  /** The customers nearest to a vector, `self` not among them. */
  function findNearest({ items, values: weights }: History, self: number | undefined): Uint32Array {
    let count = 0;
    let length = 0;
    for (let position = 0; position < items.length; position++) {
      const weight = weights[position];
      length += weight * weight;
      for (let cell = asked.offsets[items[position]]; cell < asked.offsets[items[position] + 1]; cell++) {
        const customer = asked.indices[cell];
        if (products[customer] === 0) touched[count++] = customer;
        products[customer] += weight * asked.values[cell];
      }
    }
    for (let rank = 0; rank < count; rank++) {
      const customer = touched[rank];
      const distance = length + norms[customer] - 2 * products[customer];
      products[customer] = 0;
      if (customer !== self) selector.offer(customer, -distance);
    }
    return selector.take().items;
  }

  return {
    itemCount: vectors.columns,
    score(history, scores) {
      const { customer } = history;
      const own = customer === undefined ? asOneOrder(history, vectors.columns) : rowOf(customer);
      const nearest = findNearest(own, customer);
      sums.fill(0);
      for (const neighbour of nearest) {
        for (let cell = vectors.offsets[neighbour]; cell < vectors.offsets[neighbour + 1]; cell++) {
          sums[vectors.indices[cell]] += values[cell];
        }
      }
      const share = nearest.length > 0 ? (1 - ownShare) / nearest.length : 0;
      for (let item = 0; item < sums.length; item++) scores[item] = share * sums[item];
      for (let position = 0; position < own.items.length; position++) {
        scores[own.items[position]] += ownShare * own.values[position];
      }
    },
  };
}

/** Somebody who came after the training: what they did counts as one order. */
function asOneOrder({ items, values }: History, itemCount: number): History {
  const bought = Array.from(items).filter((item, position) => item < itemCount && values[position] > 0);
  return { items: bought, values: bought.map(() => 1) };
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
