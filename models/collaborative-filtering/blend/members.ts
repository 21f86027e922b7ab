import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import { createHistoryScorer, noItem } from '../graphs/score-history.ts';
import type { IalsModel } from '../ials/ials.ts';
import { createIalsLister } from '../ials/list-by-factors.ts';
import type { KnownHistory, TrainedMethod } from '../trained-method.ts';

/** A method of the blend at work, beside the graph that is served. */
export interface Member {
  readonly weight: number;
  /** It knows something of most items: only its best compete. */
  readonly isWide: boolean;
  /** Returns the items that the method likes, or at least its best. */
  score(history: Required<KnownHistory>): Uint32Array;
  /** of the history scored last */
  scoreOf(item: number): number;
  clear(): void;
}

/** A method that is a graph. */
export function graphMember(graph: ItemNeighbours, weight: number): Member {
  const { scores, score, clear } = createHistoryScorer(graph);
  return {
    weight,
    isWide: false,
    score: ({ items, values }) => score(items, values),
    scoreOf: (item) => scores[item],
    clear,
  };
}

/** A method that scores every item. */
export function denseMember(method: TrainedMethod, weight: number): Member {
  const scores = new Float32Array(method.itemCount);
  const liked = new Uint32Array(method.itemCount);
  const score = (history: KnownHistory) => {
    method.score(history, scores);
    let count = 0;
    for (let item = 0; item < scores.length; item++) if (scores[item] > 0) liked[count++] = item;
    return liked.subarray(0, count);
  };
  return { weight, isWide: true, score, scoreOf: (item) => scores[item], clear: () => {} };
}

/** Customers whose best items are found together where they are asked for one after the other. */
const listsTogether = 256;

/**
 * A method that is factors: the best items of many customers are found together.
 * @param options.limit items of a customer that it likes at most
 * @param options.excluded customers × items that are not looked at
 */
export function factorMember(
  { items, customers, dimensions }: IalsModel,
  weight: number,
  { limit, excluded }: { limit: number; excluded?: SparseMatrix },
): Member {
  const customerCount = customers.length / dimensions;
  const lister = createIalsLister({ items, customers, dimensions }, { limit, excluded });
  let [first, end] = [0, 0];
  let lists = lister.list(0, 0);
  const own = new Float64Array(dimensions);
  return {
    weight,
    isWide: false,
    score({ customer }) {
      if (customer < first || customer >= end) {
        // Who comes next cannot be said of one who is asked for out of turn.
        const together = customer === end ? listsTogether : 1;
        [first, end] = [customer, Math.min(customer + together, customerCount)];
        lists = lister.list(first, end);
      }
      own.set(customers.subarray(customer * dimensions, (customer + 1) * dimensions));
      const place = (customer - first) * limit;
      let liked = place;
      while (liked < place + limit && lists.items[liked] !== noItem && lists.scores[liked] > 0) liked++;
      return lists.items.subarray(place, liked);
    },
    // Four sums at once: one addition need not wait for the one before it.
    scoreOf(item) {
      const from = item * dimensions;
      let [a, b, c, d] = [0, 0, 0, 0];
      let at = 0;
      for (; at + 3 < dimensions; at += 4) {
        a += items[from + at] * own[at];
        b += items[from + at + 1] * own[at + 1];
        c += items[from + at + 2] * own[at + 2];
        d += items[from + at + 3] * own[at + 3];
      }
      for (; at < dimensions; at++) a += items[from + at] * own[at];
      return a + b + (c + d);
    },
    clear: () => {},
  };
}
