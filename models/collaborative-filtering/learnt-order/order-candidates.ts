import { createKernels } from '../../kernels/index.ts';
import { trees as treeKernels } from '../../kernels/sets/trees.ts';
import {
  columnCount,
  columnsAsked,
  createCandidateDescriber,
  createOrderReasons,
  createRanks,
  createRowScorer,
  describerBytes,
  type FeatureColumns,
  orderReasonsBytes,
  ranksBytes,
  rowScorerBytes,
  type WantedColumns,
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
 * Scratch: about 68 bytes an item.
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
  const width = columnCount(2 + (input.others?.length ?? 0));
  const kernels = createKernels(treeKernels, {
    bytes:
      rowScorerBytes(trees, width, most) +
      describerBytes(knowledge, most) +
      orderReasonsBytes(trees, placesWithReasons) +
      ranksBytes(most),
  });
  const features = createRowScorer(kernels, trees, width, most);
  const everything = new Uint8Array(width).fill(1);
  const asked = columnsAsked(trees, width);
  const describeRows = createCandidateDescriber(kernels, knowledge, features, most);
  const sayWhy = createOrderReasons(kernels, trees, { scorer: features, most: placesWithReasons });
  const scoreLastBasket = createLastBasketScorer(neighbours, knowledge, most);
  const ranksOf = createRanks(kernels, most);
  const interactionValues = valuesOf(interactions);
  const interest = new Float64Array(neighbours.itemCount);
  const sums = new Float64Array(most);
  const risen = new Uint32Array(placesWithReasons);

  function describe(customer: number, { items, scores }: Top, isWanted: WantedColumns): void {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = interactionValues[cell];
    const methods = [scoreLastBasket(customer, items), ...tastes.lookUpEach(items)];
    describeRows({ customer, items, scores, owned, interest, methods }, isWanted);
    for (let cell = start; cell < end; cell++) interest[interactions.indices[cell]] = 0;
  }

  return {
    features,
    describe: (customer, top) => describe(customer, top, everything),
    priorOf: (scores) => scores.map((score) => logShare(score, scores[0])),
    order(customer, top, listed) {
      const { items, scores } = top;
      describe(customer, top, asked);
      const byTrees = features.score(items.length);
      for (let place = 0; place < items.length; place++)
        sums[place] = byTrees[place] + logShare(scores[place], scores[0]);
      const ranks = ranksOf(sums.subarray(0, items.length));
      const ordered = { items: new Uint32Array(listed), reasons: new Uint8Array(listed) };
      let count = 0;
      for (let place = 0; place < items.length; place++) {
        const rank = ranks[place];
        if (rank < listed) ordered.items[rank] = items[place];
        if (rank < Math.min(place, listed, placesWithReasons)) risen[count++] = place;
      }
      const reasons = sayWhy(risen.subarray(0, count));
      for (let at = 0; at < count; at++) ordered.reasons[ranks[risen[at]]] = reasons[at];
      return ordered;
    },
  };
}

function logShare(score: number, best: number): number {
  return Math.log(Math.max(score / best, 1e-6));
}
