import type { SparseMatrix } from '../../sparse-matrix.ts';
import { createTopSelector } from '../top-selector.ts';
import { transpose, valuesOf } from '../transpose.ts';
import type { ItemKnnRecipe, NeighbourRecipe, Rp3betaRecipe } from './settings.ts';

/**
 * What having an item says about others: item i speaks for `neighbours[offsets[i] .. offsets[i + 1])`, best first (ties
 * by ascending index), never for itself, with `weights` above 0 beside them.
 */
export interface ItemNeighbours {
  readonly itemCount: number;
  /** length itemCount + 1 */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly weights: Float32Array;
}

/** How near j is to i: scale(i, j, sum over customers of toCustomer(i, customer) × toItem(customer, j)). */
interface Similarity {
  /** beside the cells of items × customers */
  readonly toCustomer: Float64Array;
  /** beside the cells of customers × items */
  readonly toItem: Float64Array;
  readonly scale: (item: number, candidate: number, sum: number) => number;
}

/**
 * Item-item weights from a customers × items matrix with positive values.
 *
 * `rp3beta` (Paudel et al. 2017): the probability of walking item -> customer -> candidate, each step raised to alpha,
 * divided by the candidate's popularity (sum of its values, plus `shrinkage`) raised to beta; each item keeps its
 * `neighbours` best candidates. `item-knn` (Sarwar et al. 2001): cosine with `shrinkage` added to its denominator; each
 * candidate is scored from the `neighbours` items nearest to it, so that one item may speak for fewer or more candidates
 * than that.
 *
 * Time: sum over customers of (items of the customer)². Memory: two numbers a kept neighbour and a cell.
 *
 * @throws RangeError when `neighbours` is no positive whole number
 */
export function trainItemNeighbours(matrix: SparseMatrix, recipe: NeighbourRecipe): ItemNeighbours {
  if (!(Number.isInteger(recipe.neighbours) && recipe.neighbours > 0)) {
    throw new RangeError(`neighbours must be a positive whole number, not ${recipe.neighbours}`);
  }
  const customersOf = transpose(matrix);
  if (recipe.method === 'rp3beta') {
    return selectNearest(matrix, customersOf, walk(matrix, customersOf, recipe), recipe.neighbours);
  }
  return turnAround(selectNearest(matrix, customersOf, cosine(matrix, customersOf, recipe), recipe.neighbours));
}

/**
 * The first `count` neighbours of every item, which weigh most. Linear time; the source stays as it is.
 *
 * @param count 0 or more; an item with fewer keeps all
 */
export function truncateNeighbours(source: ItemNeighbours, count: number): ItemNeighbours {
  const offsets = new Uint32Array(source.itemCount + 1);
  for (let item = 0; item < source.itemCount; item++) {
    offsets[item + 1] = offsets[item] + Math.min(count, source.offsets[item + 1] - source.offsets[item]);
  }
  const neighbours = new Uint32Array(offsets[source.itemCount]);
  const weights = new Float32Array(offsets[source.itemCount]);
  for (let item = 0; item < source.itemCount; item++) {
    const start = source.offsets[item];
    const end = start + offsets[item + 1] - offsets[item];
    neighbours.set(source.neighbours.subarray(start, end), offsets[item]);
    weights.set(source.weights.subarray(start, end), offsets[item]);
  }
  return { itemCount: source.itemCount, offsets, neighbours, weights };
}

function walk(itemsOf: SparseMatrix, customersOf: SparseMatrix, { alpha, beta, shrinkage }: Rp3betaRecipe): Similarity {
  const penalty = sumRows(customersOf, 1).map((popularity) => (popularity + shrinkage) ** -beta);
  return {
    toCustomer: stepProbabilities(customersOf, alpha),
    toItem: stepProbabilities(itemsOf, alpha),
    scale: (_item, candidate, sum) => sum * penalty[candidate],
  };
}

function cosine(itemsOf: SparseMatrix, customersOf: SparseMatrix, { shrinkage }: ItemKnnRecipe): Similarity {
  const norms = sumRows(customersOf, 2).map(Math.sqrt);
  return {
    toCustomer: Float64Array.from(valuesOf(customersOf)),
    toItem: Float64Array.from(valuesOf(itemsOf)),
    scale: (item, candidate, sum) => sum / (norms[item] * norms[candidate] + shrinkage),
  };
}

function stepProbabilities(matrix: SparseMatrix, alpha: number): Float64Array {
  const values = valuesOf(matrix);
  const sums = sumRows(matrix, 1);
  const probabilities = new Float64Array(values.length);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      probabilities[cell] = (values[cell] / sums[row]) ** alpha;
    }
  }
  return probabilities;
}

function sumRows(matrix: SparseMatrix, power: number): Float64Array {
  const values = valuesOf(matrix);
  const sums = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) sums[row] += values[cell] ** power;
  }
  return sums;
}

/** Every item's `count` nearest others, best first. */
function selectNearest(
  itemsOf: SparseMatrix,
  customersOf: SparseMatrix,
  { toCustomer, toItem, scale }: Similarity,
  count: number,
): ItemNeighbours {
  const { columns: itemCount, offsets: rowEnds, indices: candidates } = itemsOf;
  const selector = createTopSelector(Math.min(count, itemCount));
  const sums = new Float64Array(itemCount);
  const touched = new Uint32Array(itemCount);
  const offsets = new Uint32Array(itemCount + 1);
  const neighbours = new Uint32Array(itemCount * Math.min(count, itemCount));
  const weights = new Float32Array(neighbours.length);
  let end = 0;
  for (let item = 0; item < itemCount; item++) {
    let touchedCount = 0;
    for (let cell = customersOf.offsets[item]; cell < customersOf.offsets[item + 1]; cell++) {
      const customer = customersOf.indices[cell];
      const step = toCustomer[cell];
      const last = rowEnds[customer + 1];
      for (let other = rowEnds[customer]; other < last; other++) {
        const candidate = candidates[other];
        const sum = sums[candidate];
        if (sum === 0) touched[touchedCount++] = candidate;
        sums[candidate] = sum + step * toItem[other];
      }
    }
    for (let rank = 0; rank < touchedCount; rank++) {
      const candidate = touched[rank];
      // Rounded before it is compared, so that the order agrees with the weights that are kept.
      const weight = Math.fround(scale(item, candidate, sums[candidate]));
      sums[candidate] = 0;
      if (candidate !== item && weight > 0) selector.offer(candidate, weight);
    }
    const top = selector.take();
    neighbours.set(top.items, end);
    weights.set(top.scores, end);
    end += top.items.length;
    offsets[item + 1] = end;
  }
  return { itemCount, offsets, neighbours: neighbours.slice(0, end), weights: weights.slice(0, end) };
}

/** Where j was among the nearest of i, i is now among those of j; best first again. */
function turnAround(nearest: ItemNeighbours): ItemNeighbours {
  const { itemCount } = nearest;
  const turned = transpose({
    rows: itemCount,
    columns: itemCount,
    offsets: nearest.offsets,
    indices: nearest.neighbours,
    values: nearest.weights,
  });
  const selector = createTopSelector(itemCount);
  for (let item = 0; item < itemCount; item++) {
    const start = turned.offsets[item];
    for (let cell = start; cell < turned.offsets[item + 1]; cell++) {
      selector.offer(turned.indices[cell], turned.values[cell]);
    }
    const sorted = selector.take();
    turned.indices.set(sorted.items, start);
    turned.values.set(sorted.scores, start);
  }
  return { itemCount, offsets: turned.offsets, neighbours: turned.indices, weights: turned.values };
}
