import {
  columnCount,
  createCandidateDescriber,
  createOrderReasons,
  createRanks,
  createRowScorer,
  type FeatureColumns,
} from '../../ranking/index.ts';
import { noItem } from '../graphs/score-history.ts';
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
  const sayWhy = features && createOrderReasons(ranking.trees, features);
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

  /** The same items as the learnt order has them, of equal ones the blend's best first; and what brought up those that rose. */
  function order(customer: number, top: { items: Uint32Array; scores: Float64Array }) {
    const { items } = top;
    describeBest(customer, top);
    const scores = features!.score(items.length);
    for (let place = 0; place < items.length; place++) scores[place] += priorOf(top.scores[place], top.scores[0]);
    writeRanks(scores, ranks, items.length);
    const ordered = new Uint32Array(items.length);
    const reasons = new Uint8Array(items.length);
    for (let place = 0; place < items.length; place++) {
      const rank = ranks[place];
      ordered[rank] = items[place];
      if (rank < Math.min(place, placesWithReasons)) reasons[rank] = sayWhy!(place);
    }
    return { items: ordered, reasons };
  }

  function rank(customer: number): Candidates {
    const top = compete(customer);
    const ordered = ranking ? order(customer, top) : { items: top.items, reasons: new Uint8Array(top.items.length) };
    const items = ordered.items.subarray(0, limit);
    const ranked = {
      items: items.slice(),
      reasons: ordered.reasons.slice(0, limit),
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

/** Farther down nobody asks why: a list is filtered, but seldom as far. */
const placesWithReasons = 40;

/** What the learnt order begins with, and mends: the blend's score, as a share of the best one's in logarithms. */
function priorOf(score: number, best: number): number {
  return Math.log(Math.max(score / best, 1e-6));
}

/** Of an item of the last basket so many neighbours are asked. */
const basketNeighbours = 100;

/** What the graph makes of the customer's last basket alone. Scratch: 8 bytes an item. */
function createLastBasketScorer({ neighbours: graph, ranking }: CandidateInput) {
  const sums = new Float64Array(ranking ? graph.itemCount : 0);
  const read = new Float64Array(sums.length);

  function goThrough(customer: number, visit: (neighbour: number, weight: number) => void): void {
    const { habits, shoppers } = ranking!.knowledge;
    const newest = shoppers.order_age[customer];
    for (let entry = habits.offsets[customer]; entry < habits.offsets[customer + 1]; entry++) {
      if (!(habits.lastAge[entry] - newest < 0.5)) continue;
      const start = graph.offsets[habits.items[entry]];
      const end = Math.min(graph.offsets[habits.items[entry] + 1], start + basketNeighbours);
      for (let cell = start; cell < end; cell++) visit(graph.neighbours[cell], graph.weights[cell]);
    }
  }

  return {
    /** A view that holds until the next call. */
    score(customer: number, items: Uint32Array): Float64Array {
      goThrough(customer, (neighbour, weight) => {
        sums[neighbour] += weight;
      });
      for (let place = 0; place < items.length; place++) read[place] = sums[items[place]];
      goThrough(customer, (neighbour) => {
        sums[neighbour] = 0;
      });
      return read.subarray(0, items.length);
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
