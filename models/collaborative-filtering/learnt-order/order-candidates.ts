import {
  columnCount,
  createCandidateDescriber,
  createOrderReasons,
  createRanks,
  createRowScorer,
  type FeatureColumns,
} from '../../ranking/index.ts';
import type { CandidateInput } from '../blend/candidates.ts';
import type { Tastes } from '../blend/weigh-tastes.ts';
import { valuesOf } from '../transpose.ts';
import { createLastBasketScorer } from './last-basket.ts';

/** The blend's best of one customer, best first; scores above 0. */
interface Top {
  readonly items: Uint32Array;
  readonly scores: Float64Array;
}

/** A learnt order at work on one customer after the other; asked while the blend still knows what it made of them. */
export interface LearntOrderer {
  readonly features: FeatureColumns;
  /** Overwrites the features with those of the blend's best. */
  describe(customer: number, top: Top): void;
  /** What the order begins with, and mends: the blend's score, as a share of the best one's in logarithms. */
  priorOf(scores: Float64Array): Float64Array;
  /** The first `listed` in the learnt order, of equal ones the blend's best first, and what brought up those that rose. */
  order(customer: number, top: Top, listed: number): { items: Uint32Array; reasons: Uint8Array };
}

/** Farther down nobody asks why: a list is filtered, but seldom as far. */
const placesWithReasons = 40;

/**
 * Scratch: about 64 bytes an item.
 *
 * @param blend.most candidates at a time
 * @param blend.owned by item: decayed orders of the customer's own
 */
export function createLearntOrder(
  input: CandidateInput,
  { most, owned, tastes }: { most: number; owned: Float64Array; tastes: Tastes },
): LearntOrderer {
  const { interactions, neighbours } = input;
  const { trees, knowledge } = input.ranking!;
  const features = createRowScorer(trees, columnCount(2 + (input.others?.length ?? 0)), most);
  const describeRows = createCandidateDescriber(knowledge, features);
  const sayWhy = createOrderReasons(trees, features);
  const scoreLastBasket = createLastBasketScorer(neighbours, knowledge, most);
  const writeRanks = createRanks(most);
  const interactionValues = valuesOf(interactions);
  const interest = new Float64Array(neighbours.itemCount);
  const sums = new Float64Array(most);
  const ranks = new Uint32Array(most);

  function describe(customer: number, { items, scores }: Top): void {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = interactionValues[cell];
    const methods = [scoreLastBasket(customer, items), ...tastes.lookUpEach(items)];
    describeRows({ customer, items, scores, owned, interest, methods });
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = 0;
  }

  return {
    features,
    describe,
    priorOf: (scores) => scores.map((score) => logShare(score, scores[0])),
    order(customer, top, listed) {
      const { items, scores } = top;
      describe(customer, top);
      const byTrees = features.score(items.length);
      for (let place = 0; place < items.length; place++)
        sums[place] = byTrees[place] + logShare(scores[place], scores[0]);
      writeRanks(sums, ranks, items.length);
      const ordered = { items: new Uint32Array(listed), reasons: new Uint8Array(listed) };
      for (let place = 0; place < items.length; place++) {
        const rank = ranks[place];
        if (rank >= listed) continue;
        ordered.items[rank] = items[place];
        if (rank < Math.min(place, placesWithReasons)) ordered.reasons[rank] = sayWhy(place);
      }
      return ordered;
    },
  };
}

function logShare(score: number, best: number): number {
  return Math.log(Math.max(score / best, 1e-6));
}
