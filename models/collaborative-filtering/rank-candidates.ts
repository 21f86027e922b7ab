import type { SparseMatrix } from '../sparse-matrix.ts';
import type { ItemNeighbours } from './item-neighbours.ts';
import type { CandidateRecipe } from './recipe.ts';
import { createHistoryScorer, NO_ITEM } from './score-history.ts';
import { createTopSelector } from './top-selector.ts';
import { valuesOf } from './transpose.ts';

export const SOURCES = ['repurchase', 'collaborative-filtering', 'popularity'] as const;
export type Source = (typeof SOURCES)[number];

/** A list, best first, ties by ascending item. */
export interface Candidates {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  /** positions in SOURCES */
  readonly sources: Uint8Array;
  /** repurchase: the item itself; collaborative filtering: the item that contributed most; popularity: NO_ITEM */
  readonly because: Uint32Array;
}

export interface CandidateInput {
  readonly neighbours: ItemNeighbours;
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

const [REPURCHASE, COLLABORATIVE, POPULARITY] = SOURCES.keys();

/**
 * Lists that blend what a customer buys again, what collaborative filtering finds and what is selling:
 *
 *     score = (own purchases + collaborative × cf / the customer's greatest cf + floor)
 *           × (popularity / the greatest popularity + floor)^popularityPower
 *
 * Own purchases count decayed orders, so `collaborative` says how many fresh orders the strongest collaborative score is
 * worth. Every item with a purchase, a collaborative score or a popularity above 0 competes, bought ones not where
 * `repurchase` is 'exclude'. An item ever bought is a repurchase, any other with a collaborative score is from
 * collaborative filtering, the rest is popularity. A customer without any history gets popularity alone.
 *
 * The function returned takes a row of the matrices; it keeps scratch memory of about 30 bytes an item.
 *
 * @throws RangeError naming the input whose shape does not fit, or a floor not above 0
 */
export function createCandidateRanker(input: CandidateInput): (customer: number) => Candidates {
  checkInput(input);
  const { neighbours, interactions, repurchases, popularity, eligible, recipe } = input;
  const { blend, repurchase, candidates: limit } = recipe;
  const itemCount = neighbours.itemCount;
  const interactionValues = valuesOf(interactions);
  const repurchaseValues = valuesOf(repurchases);
  const scorer = createHistoryScorer(neighbours);
  const owned = new Float64Array(itemCount);
  const selector = createTopSelector(Math.min(limit, itemCount));
  const demand = weighDemand(popularity, blend);
  const bestSellers = rankEligible(popularity, eligible);

  function rankCandidates(customer: number): Candidates {
    const bought = repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]);
    const boughtValues = repurchaseValues.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]);
    const start = interactions.offsets[customer];
    const end = interactions.offsets[customer + 1];
    const touched = scorer.score(interactions.indices.subarray(start, end), interactionValues.subarray(start, end));
    let greatest = 0;
    for (const item of touched) greatest = Math.max(greatest, scorer.scores[item]);
    const collaborative = greatest > 0 ? blend.collaborative / greatest : 0;
    for (let rank = 0; rank < bought.length; rank++) owned[bought[rank]] = boughtValues[rank];

    function offer(item: number): void {
      if (eligible !== undefined && eligible[item] === 0) return;
      if (repurchase === 'exclude' && owned[item] > 0) return;
      const interest = owned[item] + collaborative * scorer.scores[item] + blend.floor;
      selector.offer(item, Math.fround(interest * demand[item]));
    }

    for (const item of touched) offer(item);
    for (const item of bought) if (scorer.scores[item] === 0) offer(item);
    let filled = 0;
    for (let rank = 0; rank < bestSellers.length && filled < limit; rank++) {
      const item = bestSellers[rank];
      if (scorer.scores[item] > 0 || owned[item] > 0) continue;
      offer(item);
      filled++;
    }

    const top = selector.take();
    const sources = new Uint8Array(top.items.length);
    const because = new Uint32Array(top.items.length);
    top.items.forEach((item, rank) => {
      if (owned[item] > 0) {
        sources[rank] = REPURCHASE;
        because[rank] = item;
      } else if (scorer.scores[item] > 0) {
        sources[rank] = COLLABORATIVE;
        because[rank] = scorer.because[item];
      } else {
        sources[rank] = POPULARITY;
        because[rank] = NO_ITEM;
      }
    });
    const ranked = { items: top.items.slice(), scores: Float32Array.from(top.scores), sources, because };
    for (const item of bought) owned[item] = 0;
    scorer.clear();
    return ranked;
  }
  return rankCandidates;
}

function weighDemand(popularity: Float64Array, blend: CandidateRecipe['blend']): Float64Array {
  let greatest = 0;
  for (const score of popularity) greatest = Math.max(greatest, score);
  return popularity.map((score) => ((greatest > 0 ? score / greatest : 0) + blend.floor) ** blend.popularityPower);
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
