import {
  columnCount,
  createCandidateDescriber,
  createRanks,
  createRowScorer,
  type FeatureColumns,
} from '../../ranking/index.ts';
import { createHistoryScorer, noItem } from '../graphs/score-history.ts';
import { createTopSelector } from '../top-selector.ts';
import { valuesOf } from '../transpose.ts';
import { type CandidateInput, type Candidates, candidateSources } from './candidates.ts';
import { createContest } from './contest.ts';
import { weighDemand } from './weigh-demand.ts';
import { createTastes, type Tastes } from './weigh-tastes.ts';

const [REPURCHASE, COLLABORATIVE, POPULARITY] = candidateSources.keys();

/** Makes one list after the other. */
export interface CandidateRanker {
  /** Whose lists are asked for next, rows of the matrices, at most customersTogether. */
  expect(customers: Uint32Array): void;
  /** The list of one of them. */
  rank(customer: number): Candidates;
  /** What the learnt order looks at, of one of them: the blend's best with their features. Views that hold until the next call. */
  describe(customer: number): { items: Uint32Array; prior: Float64Array; features: FeatureColumns };
}

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
 * The ranker keeps scratch memory of about 60 bytes an item, and what the other methods need.
 *
 * @throws RangeError naming the input whose shape does not fit, or a floor not above 0
 */
export function createCandidateRanker(input: CandidateInput): CandidateRanker {
  checkInput(input);
  const { interactions, repurchases, popularity, eligible, recipe, ranking } = input;
  const { blend, repurchase, candidates: limit } = recipe;
  const itemCount = input.neighbours.itemCount;
  const repurchaseValues = valuesOf(repurchases);
  const interactionValues = valuesOf(interactions);
  const owned = new Float64Array(itemCount);
  const mayBeListed = (item: number) => eligible?.[item] !== 0 && !(repurchase === 'exclude' && owned[item] > 0);
  const contest = createContest(itemCount);
  const tastes = createTastes(input, contest, mayBeListed);
  const { items: competitors, enter } = contest;
  const { values } = tastes;
  const deepest = Math.min(Math.max(limit, ranking?.candidates ?? 0), itemCount);
  const selector = createTopSelector(deepest);
  const interest = new Float64Array(itemCount);
  const columns = columnCount(2 + (input.others?.length ?? 0));
  const features = ranking && createRowScorer(ranking.trees, columns, deepest);
  const describeRows = features && createCandidateDescriber(ranking.knowledge, features);
  const writeRanks = createRanks(deepest);
  const ranks = new Uint32Array(deepest);
  const lastBasket = createLastBasketScorer(input);
  const demand = weighDemand(popularity, blend);
  const bestSellers = rankEligible(popularity, eligible);

  function enterBestSellers(): void {
    let filled = 0;
    for (let rank = 0; rank < bestSellers.length && filled < limit; rank++) {
      if (owned[bestSellers[rank]] > 0) continue;
      enter(bestSellers[rank]);
      filled++;
    }
  }

  /** The blend's best, which compete for the list; views that hold until the next call. `clear` before it. */
  function compete(customer: number) {
    const row = { start: repurchases.offsets[customer], end: repurchases.offsets[customer + 1] };
    const bought = repurchases.indices.subarray(row.start, row.end);
    for (let rank = 0; rank < bought.length; rank++) owned[bought[rank]] = repurchaseValues[row.start + rank];
    for (const item of bought) enter(item);
    enterBestSellers();
    const greatest = tastes.weigh(customer);
    const collaborative = greatest > 0 ? blend.collaborative / greatest : 0;
    const { count } = contest;
    for (let rank = 0; rank < count; rank++) {
      const item = competitors[rank];
      if (!mayBeListed(item)) continue;
      const interest = owned[item] + collaborative * values[item] + blend.floor;
      selector.offer(item, Math.fround(interest * demand[item]));
    }
    return selector.take();
  }

  function clear(customer: number): void {
    for (let cell = repurchases.offsets[customer]; cell < repurchases.offsets[customer + 1]; cell++) {
      owned[repurchases.indices[cell]] = 0;
    }
    tastes.clear();
    contest.clear();
  }

  function describeBest(customer: number, { items, scores }: { items: Uint32Array; scores: Float64Array }): void {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = interactionValues[cell];
    const recent = lastBasket.score(customer, items);
    describeRows!({ customer, items, scores, owned, interest, methods: [recent, ...tastes.lookUpEach(items)] });
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = 0;
  }

  /** The same items as the learnt order has them; of equal ones the blend's best first. */
  function order(customer: number, top: { items: Uint32Array; scores: Float64Array }): Uint32Array {
    const { items } = top;
    describeBest(customer, top);
    const scores = features!.score(items.length);
    for (let place = 0; place < items.length; place++) scores[place] += priorOf(top.scores[place], top.scores[0]);
    writeRanks(scores, ranks, items.length);
    const ordered = new Uint32Array(items.length);
    for (let place = 0; place < items.length; place++) ordered[ranks[place]] = items[place];
    return ordered;
  }

  function rank(customer: number): Candidates {
    const top = compete(customer);
    const items = ranking ? order(customer, top).subarray(0, limit) : top.items;
    const ranked = {
      items: items.slice(),
      // A learnt order says which is better, not by how much: the blend's scale is what fresh events are weighed against.
      scores: Float32Array.from(top.scores.subarray(0, items.length)),
      ...originsOf(items, owned, tastes),
    };
    clear(customer);
    return ranked;
  }

  function describe(customer: number) {
    if (!features) throw new RangeError('ranking is absent: there is nothing to look at');
    const top = compete(customer);
    describeBest(customer, top);
    clear(customer);
    return { items: top.items, prior: top.scores.map((score) => priorOf(score, top.scores[0])), features };
  }

  return { expect: tastes.expect, rank, describe };
}

/** What the learnt order begins with, and mends: the blend's score, as a share of the best one's in logarithms. */
function priorOf(score: number, best: number): number {
  return Math.log(Math.max(score / best, 1e-6));
}

/** What the graph makes of the customer's last basket alone. */
function createLastBasketScorer({ neighbours, ranking }: CandidateInput) {
  const graph = ranking && createHistoryScorer(neighbours);
  return {
    score(customer: number, items: Uint32Array): Float64Array {
      const scores = new Float64Array(items.length);
      if (!graph) return scores;
      const { habits, shoppers } = ranking.knowledge;
      const [start, end] = [habits.offsets[customer], habits.offsets[customer + 1]];
      const isLast = (_: number, entry: number) => habits.lastAge[start + entry] - shoppers.order_age[customer] < 0.5;
      const basket = habits.items.subarray(start, end).filter(isLast);
      graph.score(basket, new Float32Array(basket.length).fill(1));
      for (let place = 0; place < items.length; place++) scores[place] = graph.scores[items[place]];
      graph.clear();
      return scores;
    },
  };
}

/** Where each item of a list comes from, and which item of the history speaks for it. */
function originsOf(items: Uint32Array, owned: Float64Array, tastes: Tastes): Pick<Candidates, 'sources' | 'because'> {
  const sources = new Uint8Array(items.length);
  const because = new Uint32Array(items.length);
  const explained = tastes.graph.explain(items);
  items.forEach((item, rank) => {
    if (owned[item] > 0) {
      sources[rank] = REPURCHASE;
      because[rank] = item;
    } else if (tastes.values[item] > 0) {
      sources[rank] = COLLABORATIVE;
      because[rank] = explained[rank];
    } else {
      sources[rank] = POPULARITY;
      because[rank] = noItem;
    }
  });
  return { sources, because };
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
