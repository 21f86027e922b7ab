import { createTopSelector } from '../top-selector.ts';
import type { ItemNeighbours } from './item-neighbours.ts';
import { createHistoryScorer } from './score-history.ts';

/** A list, best first, ties by ascending item. */
export interface Recommendations {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  /** the history item that contributed most to each */
  readonly because: Uint32Array;
}

/** Item indices with a positive value each, e.g. one row of the interactions, or fresh events with their weights. */
export interface History {
  readonly items: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** How long a list may be, and what must not be in it. */
export interface RecommendOptions {
  readonly limit: number;
  /** items that must not be in the list, e.g. those already owned */
  readonly exclude?: ArrayLike<number>;
}

/** The list of one history; see `createRecommender`. */
export type RecommendForCustomer = (history: History, options: RecommendOptions) => Recommendations;

/**
 * Pure collaborative filtering: the score of a candidate is the sum over the history of value × weight. Serves a
 * customer's whole history as well as a handful of fresh events at request time (give it truncated neighbours then): work
 * grows with the neighbours of the history, not with the catalogue. The function returned keeps scratch memory of 17
 * bytes an item. Items that came after the training are skipped; an empty history gives an empty list.
 *
 * @param neighbours of `trainItemNeighbours`
 * @returns a function of a history and of how long a list is wanted
 */
export function createRecommender(neighbours: ItemNeighbours): RecommendForCustomer {
  const scorer = createHistoryScorer(neighbours);
  const isExcluded = new Uint8Array(neighbours.itemCount);

  return function recommendForCustomer({ items, values }, { limit, exclude = [] }) {
    const selector = createTopSelector(Math.min(limit, neighbours.itemCount));
    for (let position = 0; position < exclude.length; position++) isExcluded[exclude[position]] = 1;
    for (const candidate of scorer.score(items, values)) {
      if (!isExcluded[candidate]) selector.offer(candidate, Math.fround(scorer.scores[candidate]));
    }
    const top = selector.take();
    const because = scorer.explain(top.items);
    scorer.clear();
    for (let position = 0; position < exclude.length; position++) isExcluded[exclude[position]] = 0;
    return { items: top.items.slice(), scores: Float32Array.from(top.scores), because };
  };
}
