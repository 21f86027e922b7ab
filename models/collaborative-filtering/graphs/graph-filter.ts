import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { TrainedMethod } from '../trained-method.ts';
import { valuesOf } from '../transpose.ts';
import { type ItemNeighbours, trainItemNeighbours } from './item-neighbours.ts';
import { findPrincipalDirections } from './principal-directions.ts';
import type { History } from './recommend-by-neighbours.ts';
import { createHistoryScorer } from './score-history.ts';
import type { GraphFilterRecipe } from './settings.ts';

/** What a training gives, in plain data: a customer's score of an item is the sum of both filters'. */
export interface GraphFilter {
  /** the linear filter: what two items have in common by the customers of both */
  readonly graph: ItemNeighbours;
  /** of the ideal filter; all that follows has so many numbers a row */
  readonly dimensions: number;
  /** what an item of a history adds to its customer's row */
  readonly history: Float32Array;
  /** the score of an item is the product of its row and the customer's */
  readonly items: Float32Array;
  /** rows of the interactions */
  readonly customers: Float32Array;
}

/**
 * GF-CF (Shen et al. 2021, "How powerful is graph convolution for recommendation?"): with R̃ the interactions, each cell divided by the
 * roots of its customer's and its item's sum, and U its `dimensions` principal directions,
 *
 *     scores of a customer = r × (R̃ᵀR̃ + idealWeight × D^-1/2 U Uᵀ D^1/2)
 *
 * where D holds the items' sums. Of R̃ᵀR̃ each item keeps its `neighbours` greatest.
 *
 * Time: as item neighbours, and `findPrincipalDirections`. Memory: 4 × dimensions bytes a customer, twice an item.
 *
 * @throws RangeError naming the setting that is out of range
 */
export function trainGraphFilter(
  interactions: SparseMatrix,
  { neighbours, dimensions, idealWeight }: GraphFilterRecipe,
  { seed, threads = 1 }: { seed: number; threads?: number | undefined },
): GraphFilter {
  if (!(Number.isInteger(dimensions) && dimensions > 0)) {
    throw new RangeError(`dimensions must be a positive whole number, not ${dimensions}`);
  }
  if (!(idealWeight >= 0)) throw new RangeError(`idealWeight must be a number of at least 0, not ${idealWeight}`);
  const graph = trainItemNeighbours(interactions, { method: 'gf-cf', neighbours }, { threads });
  const sums = sumColumns(interactions);
  const { vectors, count } = findPrincipalDirections(normalise(interactions, sums), {
    rank: dimensions,
    seed,
    threads,
  });
  const history = new Float32Array(vectors.length);
  const items = new Float32Array(vectors.length);
  for (let item = 0; item < interactions.columns; item++) {
    const root = Math.sqrt(sums[item]);
    for (let at = item * count; at < (item + 1) * count; at++) {
      history[at] = root > 0 ? vectors[at] / root : 0;
      items[at] = idealWeight * root * vectors[at];
    }
  }
  const customers = new Float32Array(interactions.rows * count);
  const values = valuesOf(interactions);
  for (let row = 0; row < interactions.rows; row++) {
    const [start, end] = [interactions.offsets[row], interactions.offsets[row + 1]];
    addUp(
      { items: interactions.indices.subarray(start, end), values: values.subarray(start, end) },
      history,
      customers.subarray(row * count, (row + 1) * count),
    );
  }
  return { graph, dimensions: count, history, items, customers };
}

/** A graph filter as a method of the family: everybody is folded in, which for a customer of the training gives their own row. */
export function graphFilterMethod(model: GraphFilter): TrainedMethod {
  const { graph, dimensions, history: ofItems, items } = model;
  const scorer = createHistoryScorer(graph);
  const customer = new Float32Array(dimensions);
  return {
    itemCount: graph.itemCount,
    score(history, scores) {
      customer.fill(0);
      addUp(history, ofItems, customer);
      for (let item = 0, at = 0; item < graph.itemCount; item++) {
        let sum = 0;
        for (let dimension = 0; dimension < dimensions; dimension++, at++) sum += customer[dimension] * items[at];
        scores[item] = sum;
      }
      for (const item of scorer.score(history.items, history.values)) scores[item] += scorer.scores[item];
      scorer.clear();
    },
  };
}

/** Adds value × row of every item of a history that the training knew. */
function addUp({ items, values }: History, rows: Float32Array, sum: Float32Array): void {
  const dimensions = sum.length;
  for (let position = 0; position < items.length; position++) {
    const start = items[position] * dimensions;
    if (start >= rows.length) continue;
    for (let at = 0; at < dimensions; at++) sum[at] += values[position] * rows[start + at];
  }
}

function sumColumns(matrix: SparseMatrix): Float64Array {
  const values = valuesOf(matrix);
  const sums = new Float64Array(matrix.columns);
  for (let cell = 0; cell < values.length; cell++) sums[matrix.indices[cell]] += values[cell];
  return sums;
}

/** Each cell divided by the roots of its row's and its column's sum: its greatest singular value is 1. */
function normalise(matrix: SparseMatrix, columnSums: Float64Array): SparseMatrix {
  const values = Float32Array.from(valuesOf(matrix));
  for (let row = 0; row < matrix.rows; row++) {
    const [start, end] = [matrix.offsets[row], matrix.offsets[row + 1]];
    let sum = 0;
    for (let cell = start; cell < end; cell++) sum += values[cell];
    for (let cell = start; cell < end; cell++) values[cell] /= Math.sqrt(sum * columnSums[matrix.indices[cell]]);
  }
  return { ...matrix, values };
}
