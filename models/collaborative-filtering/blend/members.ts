import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { GraphFilter } from '../graphs/graph-filter.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import { type NextBaskets, newestOf } from '../graphs/next-baskets.ts';
import { createHistoryScorer, noItem } from '../graphs/score-history.ts';
import type { IalsModel } from '../ials/ials.ts';
import { createIalsLister } from '../ials/list-by-factors.ts';
import { createBasketScorer } from '../tifu-knn/score-baskets.ts';
import type { TifuKnnModel } from '../tifu-knn/tifu-knn.ts';
import type { KnownHistory } from '../trained-method.ts';
import type { TrainedModel } from '../trained-model.ts';

/** A trained model at work on one customer after the other. */
export interface Member {
  /** It knows something of most items: only its best compete. */
  readonly isWide: boolean;
  /** Who will be asked for next, at most customersTogether: the best items of many are found together. */
  expect(customers: Uint32Array): void;
  /** Returns what the model likes (a score above 0), or at least its best; holds until it is cleared. */
  score(history: Required<KnownHistory>): Uint32Array;
  /** Writes the scores of items beside them, of the customer scored last. */
  lookUp(items: Uint32Array, scores: Float64Array): void;
  clear(): void;
}

export interface MemberOptions {
  /** so many of its best items are wanted at least */
  readonly limit: number;
  /** by item: 1 where it may be liked; all may if absent */
  readonly eligible?: Uint8Array | undefined;
  /** customers × items that need not be liked */
  readonly excluded?: SparseMatrix | undefined;
}

/** Customers whose best items are found together. */
export const customersTogether = 256;

/** A model at work; models that know little of most items may like also what is not eligible, or excluded. */
export function createMember(model: TrainedModel, options: MemberOptions): Member {
  if ('graph' in model) return graphMember(model.graph);
  if ('factors' in model) return factorMember(model.factors, options);
  if ('filter' in model) return filterMember(model.filter, options);
  if ('next' in model) return nextMember(model.next);
  return 'baskets' in model ? basketMember(model.baskets) : popularityMember(model.popularity);
}

function graphMember(graph: ItemNeighbours): Member {
  const { scores, score, clear } = createHistoryScorer(graph);
  return {
    isWide: false,
    expect: () => {},
    score: ({ items, values }) => score(items, values),
    lookUp: (items, into) => copyScores(scores, items, into),
    clear,
  };
}

/** What the linear filter knows of a history, and the best of the ideal one. */
function filterMember(filter: GraphFilter, options: MemberOptions): Member {
  const graph = graphMember(filter.graph);
  if (filter.dimensions === 0) return graph;
  const ideal = factorMember(filter, options);
  const { itemCount } = filter.graph;
  const liked = new Uint32Array(itemCount);
  const isLiked = new Uint8Array(itemCount);
  const linear = new Float64Array(itemCount);
  let count = 0;
  const add = (items: Uint32Array) => {
    for (const item of items) {
      if (isLiked[item] === 1) continue;
      isLiked[item] = 1;
      liked[count++] = item;
    }
  };
  return {
    isWide: false,
    expect: ideal.expect,
    score(history) {
      count = 0;
      add(graph.score(history));
      add(ideal.score(history));
      for (let rank = 0; rank < count; rank++) isLiked[liked[rank]] = 0;
      return liked.subarray(0, count);
    },
    lookUp(items, into) {
      ideal.lookUp(items, into);
      graph.lookUp(items, linear);
      for (let rank = 0; rank < items.length; rank++) into[rank] += linear[rank];
    },
    clear() {
      graph.clear();
      ideal.clear();
    },
  };
}

function nextMember({ graph, newest }: NextBaskets): Member {
  const member = graphMember(graph);
  return { ...member, score: ({ customer }) => member.score({ ...newestOf(newest, customer), customer }) };
}

function basketMember(model: TifuKnnModel): Member {
  const { scores, score, clear } = createBasketScorer(model);
  return { isWide: true, expect: () => {}, score, lookUp: (items, into) => copyScores(scores, items, into), clear };
}

function factorMember(
  factors: Pick<IalsModel, 'items' | 'customers' | 'dimensions'>,
  { limit, eligible, excluded }: MemberOptions,
): Member {
  const lister = createIalsLister(factors, { limit, eligible, excluded });
  let expected: Uint32Array = new Uint32Array(0);
  let lists = lister.list(expected);
  let place = 0;
  return {
    isWide: false,
    expect(customers) {
      expected = customers;
      lists = lister.list(customers);
      place = 0;
    },
    score({ customer }) {
      if (expected[place] !== customer) place = expected.indexOf(customer);
      if (place < 0) throw new RangeError(`customer ${customer} was not expected`);
      const start = place * limit;
      let end = start;
      while (end < start + limit && lists.items[end] !== noItem && lists.scores[end] > 0) end++;
      return lists.items.subarray(start, end);
    },
    lookUp: (items, into) => lister.scoreItems(place, items, into),
    clear: () => place++,
  };
}

function popularityMember(popularity: Float64Array): Member {
  const sold = Uint32Array.from(popularity.keys()).filter((item) => popularity[item] > 0);
  return {
    isWide: true,
    expect: () => {},
    score: () => sold,
    lookUp: (items, into) => copyScores(popularity, items, into),
    clear: () => {},
  };
}

function copyScores(scores: Float32Array | Float64Array, items: Uint32Array, into: Float64Array): void {
  for (let rank = 0; rank < items.length; rank++) into[rank] = scores[items[rank]];
}
