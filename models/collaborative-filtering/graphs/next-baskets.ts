import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { Purchases } from '../interactions.ts';
import { sortLines } from '../tifu-knn/customer-vectors.ts';
import type { TrainedMethod } from '../trained-method.ts';
import { transpose } from '../transpose.ts';
import { type ItemNeighbours, trainDirectedNeighbours } from './item-neighbours.ts';
import { createHistoryScorer } from './score-history.ts';
import type { BasketFading, NextBasketsRecipe } from './settings.ts';

/** What a training gives, in plain data. */
export interface NextBaskets {
  /** from an item to what is bought after it */
  readonly graph: ItemNeighbours;
  /** customers × items: their newest baskets, faded */
  readonly newest: SparseMatrix;
}

/** A row for every basket that followed another. */
interface Transitions {
  /** what had been bought in the baskets before, faded */
  readonly before: SparseMatrix;
  /** what was bought then */
  readonly next: SparseMatrix;
  readonly newest: SparseMatrix;
}

/**
 * What is bought next after what: a walk from an item over the baskets that followed it to what was in them, each step raised to alpha,
 * divided by how often that was bought (plus `shrinkage`) raised to beta. A basket is followed by the next `baskets` ones of its customer, the
 * farther the less: `fading` a basket. Customers are scored from their newest baskets, which fade alike.
 *
 * Time: sum over baskets of what was bought before × what was bought then.
 *
 * @throws RangeError naming the setting that is out of range
 */
export function trainNextBaskets(purchases: Purchases, recipe: NextBasketsRecipe): NextBaskets {
  const { before, next, newest } = readTransitions(purchases, recipe);
  return { graph: trainDirectedNeighbours(transpose(before), next, recipe), newest };
}

/** What is bought next as a method: customers of the training by their newest baskets, others by their history. */
export function nextBasketsMethod({ graph, newest }: NextBaskets): TrainedMethod {
  const scorer = createHistoryScorer(graph);
  return {
    itemCount: graph.itemCount,
    score({ customer, items, values }, scores) {
      scores.fill(0);
      const history = customer === undefined ? { items, values } : newestOf(newest, customer);
      for (const item of scorer.score(history.items, history.values)) scores[item] = scorer.scores[item];
      scorer.clear();
    },
  };
}

/** A customer's newest baskets as a history. */
export function newestOf(newest: SparseMatrix, customer: number) {
  const [start, end] = [newest.offsets[customer], newest.offsets[customer + 1]];
  return { items: newest.indices.subarray(start, end), values: newest.values!.subarray(start, end) };
}

/** Baskets in the order of `sortLines`; an item that is in several counts as in the newest of them. */
export function readTransitions(purchases: Purchases, { baskets, fading }: BasketFading): Transitions {
  if (!(Number.isInteger(baskets) && baskets > 0)) {
    throw new RangeError(`baskets must be a positive whole number, not ${baskets}`);
  }
  if (!(fading > 0 && fading <= 1)) throw new RangeError(`fading must be above 0 and at most 1, not ${fading}`);
  const { customers, items, orders, customerCount, itemCount } = purchases;
  const lines = sortLines(purchases);
  const before = createRows(itemCount);
  const next = createRows(itemCount);
  const newest = createRows(itemCount);
  const faded = new Float64Array(itemCount);
  /** Baskets of one customer, each its distinct items; the last ones of `upTo` faded into one row. */
  const fade = (of: readonly (readonly number[])[], upTo: number) => {
    const found: number[] = [];
    for (let back = 1; back <= Math.min(baskets, upTo); back++) {
      for (const item of of[upTo - back]) {
        if (faded[item] > 0) continue;
        faded[item] = fading ** (back - 1);
        found.push(item);
      }
    }
    found.sort((one, other) => one - other);
    const values = found.map((item) => faded[item]);
    for (const item of found) faded[item] = 0;
    return { found, values };
  };
  for (let customer = 0, line = 0; customer < customerCount; customer++) {
    const bought: number[][] = [];
    for (let first = line; line < lines.length && customers[lines[line]] === customer; line++) {
      const [order, item] = [orders[lines[line]], items[lines[line]]];
      if (line === first || order !== orders[lines[line - 1]]) bought.push([]);
      const basket = bought.at(-1)!;
      if (basket.at(-1) !== item) basket.push(item);
    }
    for (let place = 1; place < bought.length; place++) {
      const { found, values } = fade(bought, place);
      before.append(found, values);
      next.append(
        bought[place],
        bought[place].map(() => 1),
      );
    }
    const { found, values } = fade(bought, bought.length);
    newest.append(found, values);
  }
  return { before: before.take(), next: next.take(), newest: newest.take() };
}

/** Sparse rows, one after the other. */
function createRows(columns: number) {
  const offsets = [0];
  const indices: number[] = [];
  const values: number[] = [];
  return {
    append(items: readonly number[], worth: readonly number[]): void {
      for (const item of items) indices.push(item);
      for (const value of worth) values.push(value);
      offsets.push(indices.length);
    },
    take: (): SparseMatrix => ({
      ...{ rows: offsets.length - 1, columns, offsets: Uint32Array.from(offsets) },
      ...{ indices: Uint32Array.from(indices), values: Float32Array.from(values) },
    }),
  };
}
