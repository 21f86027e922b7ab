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
  const { repurchases, popularity, eligible, recipe } = input;
  const { blend, repurchase, candidates: limit } = recipe;
  const itemCount = input.neighbours.itemCount;
  const repurchaseValues = valuesOf(repurchases);
  const owned = new Float64Array(itemCount);
  const mayBeListed = (item: number) => eligible?.[item] !== 0 && !(repurchase === 'exclude' && owned[item] > 0);
  const contest = createContest(itemCount);
  const tastes = createTastes(input, contest, mayBeListed);
  const { items: competitors, enter } = contest;
  const { values } = tastes;
  const selector = createTopSelector(Math.min(limit, itemCount));
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

  function rank(customer: number): Candidates {
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
    const top = selector.take();
    const ranked = {
      items: top.items.slice(),
      scores: Float32Array.from(top.scores),
      ...originsOf(top.items, owned, tastes),
    };
    for (const item of bought) owned[item] = 0;
    tastes.clear();
    contest.clear();
    return ranked;
  }

  return { expect: tastes.expect, rank };
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
