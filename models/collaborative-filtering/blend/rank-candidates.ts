import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import { createHistoryScorer, noItem } from '../graphs/score-history.ts';
import type { IalsModel } from '../ials/ials.ts';
import { createIalsLister } from '../ials/list-by-factors.ts';
import type { Blend } from '../recipe.ts';
import { createTopSelector } from '../top-selector.ts';
import type { KnownHistory, TrainedMethod } from '../trained-method.ts';
import { valuesOf } from '../transpose.ts';
import { bestPlaces, scaleOf } from './normalise.ts';
import { weighDemand } from './weigh-demand.ts';

/** Where a candidate may come from, in the order of their indices. */
export const candidateSources = ['repurchase', 'collaborative-filtering', 'popularity'] as const;
/** Where a candidate comes from. */
export type Source = (typeof candidateSources)[number];

/** A list, best first, ties by ascending item. */
export interface Candidates {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  /** positions in candidateSources */
  readonly sources: Uint8Array;
  /**
   * repurchase: the item itself; collaborative filtering: the history item that contributed most in the graph, noItem where
   * the graph does not know; popularity: noItem
   */
  readonly because: Uint32Array;
}

/** What lists are ranked from; all matrices have the same customers and items. */
export interface CandidateInput {
  /** the graph, which also names the item that it recommends another for */
  readonly neighbours: ItemNeighbours;
  /** the graph's part in the blend, 1 if absent */
  readonly weight?: number;
  /** other methods of the blend */
  readonly others?: readonly WeightedMethod[];
  /** customers × items, of buildInteractions */
  readonly interactions: SparseMatrix;
  /** customers × items, of buildRepurchases */
  readonly repurchases: SparseMatrix;
  /** by item: time-decayed popularity (popularityHalfLifeDays), on any scale, at least 0 */
  readonly popularity: Float64Array;
  /** by item: 1 where it may be in a list; all may if absent */
  readonly eligible?: Uint8Array;
  readonly recipe: CandidateRecipe;
}

/** A trained method beside the graph, with its part in the blend. */
export interface WeightedMethod {
  readonly method: TrainedMethod;
  /** where the method is one: then only what it knows is looked at, not every item */
  readonly graph?: ItemNeighbours;
  /** where they are factors, trained on these interactions: then the best items of many customers are found together */
  readonly factors?: IalsModel;
  readonly weight: number;
}

/** What the recipe sets for the lists. */
export interface CandidateRecipe {
  readonly repurchase: 'allow' | 'exclude';
  readonly blend: Blend;
  /** length of a list */
  readonly candidates: number;
}

const [REPURCHASE, COLLABORATIVE, POPULARITY] = candidateSources.keys();

/**
 * Lists that blend what a customer buys again, what collaborative filtering finds and what is selling:
 *
 *     score = (own purchases + collaborative × taste / the customer's greatest taste + floor)
 *           × (popularity / the greatest popularity + floor)^popularityPower
 *
 * Taste is the weighted sum of the methods' scores, each brought to one scale (see `scaleOf`), of one method alone its
 * score. Own purchases count decayed orders, so `collaborative` says how many fresh orders the strongest taste is worth.
 * Whatever the graph knows, what the other methods rank highest, what was bought and what is selling competes; bought items
 * do not where `repurchase` is 'exclude'. An item ever bought is a repurchase, any other with a taste above 0 is from
 * collaborative filtering, the rest is popularity. A customer without any history gets popularity alone.
 *
 * The function returned takes a row of the matrices; it keeps scratch memory of about 40 bytes an item, and 4 more for each
 * of the other methods.
 *
 * @throws RangeError naming the input whose shape does not fit, or a floor not above 0
 */
export function createCandidateRanker(input: CandidateInput): (customer: number) => Candidates {
  checkInput(input);
  const { neighbours, weight = 1, others = [], interactions, repurchases, popularity, eligible, recipe } = input;
  const { blend, repurchase, candidates: limit } = recipe;
  const itemCount = neighbours.itemCount;
  const interactionValues = valuesOf(interactions);
  const repurchaseValues = valuesOf(repurchases);
  const scorer = createHistoryScorer(neighbours);
  const owned = new Float64Array(itemCount);
  const tastes = new Float64Array(itemCount);
  const competes = new Uint8Array(itemCount);
  const competitors = new Uint32Array(itemCount);
  const deep = Math.min(Math.max(limit, bestPlaces), itemCount);
  const excluded = repurchase === 'exclude' ? repurchases : undefined;
  const members = others.map(({ graph, factors, method, weight: part }) => {
    if (graph) return graphMember(graph, part);
    return factors ? factorMember(factors, part, { limit: deep, excluded }) : denseMember(method, part);
  });
  const selector = createTopSelector(Math.min(limit, itemCount));
  const deepSelector = createTopSelector(deep);
  const demand = weighDemand(popularity, blend);
  const bestSellers = rankEligible(popularity, eligible);
  let count = 0;

  function compete(item: number): void {
    if (competes[item] === 1) return;
    competes[item] = 1;
    competitors[count++] = item;
  }

  function mayBeListed(item: number): boolean {
    return eligible?.[item] !== 0 && !(repurchase === 'exclude' && owned[item] > 0);
  }

  /** What a method's scores are multiplied by; its best items stay in the selector. */
  function scale(items: Uint32Array, scoreOf: (item: number) => number) {
    for (const item of items) {
      const score = scoreOf(item);
      if (score > 0 && mayBeListed(item)) deepSelector.offer(item, score);
    }
    const best = deepSelector.take();
    return { best: best.items, factor: scaleOf(best.scores) };
  }

  /** Writes the tastes of everything that competes; returns the greatest. */
  function taste(customer: number): number {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    const history = {
      items: interactions.indices.subarray(start, end),
      values: interactionValues.subarray(start, end),
      customer,
    };
    const touched = scorer.score(history.items, history.values);
    const factors = members.map((member) => {
      const scored = member.score(history);
      const { best, factor } = scale(scored, member.scoreOf);
      for (const item of member.isWide ? best : scored) compete(item);
      return member.weight * factor;
    });
    const graphFactor = weight * (others.length > 0 ? scale(touched, (item) => scorer.scores[item]).factor : 1);
    if (weight > 0) for (const item of touched) compete(item);
    let greatest = 0;
    for (let rank = 0; rank < count; rank++) {
      const item = competitors[rank];
      let sum = graphFactor * scorer.scores[item];
      for (let index = 0; index < members.length; index++) sum += factors[index] * members[index].scoreOf(item);
      tastes[item] = Math.max(0, sum);
      if (mayBeListed(item)) greatest = Math.max(greatest, tastes[item]);
    }
    for (const member of members) member.clear();
    return greatest;
  }

  return function rankCandidates(customer) {
    const row = { start: repurchases.offsets[customer], end: repurchases.offsets[customer + 1] };
    const bought = repurchases.indices.subarray(row.start, row.end);
    for (let rank = 0; rank < bought.length; rank++) owned[bought[rank]] = repurchaseValues[row.start + rank];
    for (const item of bought) compete(item);
    let filled = 0;
    for (let rank = 0; rank < bestSellers.length && filled < limit; rank++) {
      if (owned[bestSellers[rank]] > 0) continue;
      compete(bestSellers[rank]);
      filled++;
    }
    const greatest = taste(customer);
    const collaborative = greatest > 0 ? blend.collaborative / greatest : 0;
    for (let rank = 0; rank < count; rank++) {
      const item = competitors[rank];
      if (!mayBeListed(item)) continue;
      const interest = owned[item] + collaborative * tastes[item] + blend.floor;
      selector.offer(item, Math.fround(interest * demand[item]));
    }
    const top = selector.take();
    const sources = new Uint8Array(top.items.length);
    const because = new Uint32Array(top.items.length);
    top.items.forEach((item, rank) => {
      if (owned[item] > 0) {
        sources[rank] = REPURCHASE;
        because[rank] = item;
      } else if (tastes[item] > 0) {
        sources[rank] = COLLABORATIVE;
        because[rank] = scorer.scores[item] > 0 ? scorer.because[item] : noItem;
      } else {
        sources[rank] = POPULARITY;
        because[rank] = noItem;
      }
    });
    const ranked = { items: top.items.slice(), scores: Float32Array.from(top.scores), sources, because };
    for (const item of bought) owned[item] = 0;
    for (let rank = 0; rank < count; rank++) {
      competes[competitors[rank]] = 0;
      tastes[competitors[rank]] = 0;
    }
    count = 0;
    scorer.clear();
    return ranked;
  };
}

/** One of the other methods at work. */
interface Member {
  readonly weight: number;
  /** It knows something of most items: only its best compete. */
  readonly isWide: boolean;
  /** Returns the items that the method likes, or at least its best. */
  score(history: Required<KnownHistory>): Uint32Array;
  /** of the history scored last */
  scoreOf(item: number): number;
  clear(): void;
}

function graphMember(graph: ItemNeighbours, weight: number): Member {
  const { scores, score, clear } = createHistoryScorer(graph);
  return {
    weight,
    isWide: false,
    score: ({ items, values }) => score(items, values),
    scoreOf: (item) => scores[item],
    clear,
  };
}

function denseMember(method: TrainedMethod, weight: number): Member {
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

function factorMember(
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

/** Eligible items that sell at all, best first. */
function rankEligible(popularity: Float64Array, eligible?: Uint8Array): Uint32Array {
  const selector = createTopSelector(popularity.length);
  popularity.forEach((score, item) => {
    if (score > 0 && eligible?.[item] !== 0) selector.offer(item, score);
  });
  return selector.take().items;
}

function checkInput({ neighbours, interactions, repurchases, popularity, eligible, recipe }: CandidateInput): void {
  const { itemCount } = neighbours;
  const shapes = {
    'interactions.columns': interactions.columns,
    'repurchases.columns': repurchases.columns,
    'popularity.length': popularity.length,
    'eligible.length': eligible?.length ?? itemCount,
  };
  for (const [name, size] of Object.entries(shapes)) {
    if (size !== itemCount) throw new RangeError(`${name} is ${size}, neighbours.itemCount is ${itemCount}`);
  }
  if (repurchases.rows !== interactions.rows) {
    throw new RangeError(`repurchases.rows is ${repurchases.rows}, interactions.rows is ${interactions.rows}`);
  }
  if (!(recipe.blend.floor > 0)) throw new RangeError(`blend.floor must be above 0, not ${recipe.blend.floor}`);
}
