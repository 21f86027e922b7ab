import type { FeatureColumns } from '../../ranking/index.ts';
import { noItem } from '../graphs/score-history.ts';
import { createLearntOrder } from '../learnt-order/order-candidates.ts';
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
  /** candidates of one customer that the learnt order looks at, at most */
  readonly mostDescribed: number;
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
 * The ranker keeps scratch memory of about 70 bytes an item, and what the other methods need.
 *
 * @throws RangeError naming the input whose shape does not fit, or a floor not above 0
 */
export function createCandidateRanker(input: CandidateInput): CandidateRanker {
  checkInput(input);
  const { repurchases, popularity, eligible, recipe, ranking } = input;
  const { blend, repurchase, candidates: limit } = recipe;
  const itemCount = input.neighbours.itemCount;
  const repurchaseValues = valuesOf(repurchases);
  const owned = new Float64Array(itemCount);
  const mayBeListed = (item: number) => eligible?.[item] !== 0 && !(repurchase === 'exclude' && owned[item] > 0);
  const contest = createContest(itemCount);
  const tastes = createTastes(input, contest, mayBeListed);
  const { items: competitors, enter } = contest;
  const { values } = tastes;
  const deepest = Math.min(Math.max(limit, ranking?.candidates ?? 0), itemCount);
  const selector = createTopSelector(deepest);
  const learnt = ranking && createLearntOrder(input, { most: deepest, owned, tastes });
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
    for (let rank = 0; rank < bought.length; rank++) {
      owned[bought[rank]] = repurchaseValues[row.start + rank];
      enter(bought[rank]);
    }
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

  function rank(customer: number): Candidates {
    const top = compete(customer);
    const listed = Math.min(limit, top.items.length);
    const { items, reasons } = learnt
      ? learnt.order(customer, top, listed)
      : { items: top.items.slice(0, listed), reasons: new Uint8Array(listed) };
    const ranked = {
      items,
      reasons,
      // A learnt order says which is better, not by how much: the blend's scale is what fresh events are weighed against.
      scores: Float32Array.from(top.scores.subarray(0, listed)),
      ...originsOf(items, owned, tastes),
    };
    clear(customer);
    return ranked;
  }

  function describe(customer: number) {
    if (!learnt) throw new RangeError('ranking is absent: there is nothing to look at');
    const top = compete(customer);
    learnt.describe(customer, top);
    clear(customer);
    return { items: top.items, prior: learnt.priorOf(top.scores), features: learnt.features };
  }

  return { expect: tastes.expect, rank, mostDescribed: deepest, describe };
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
