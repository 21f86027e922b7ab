import type { ItemNeighbours } from './graphs/item-neighbours.ts';
import type { History } from './graphs/recommend-by-neighbours.ts';
import { createHistoryScorer } from './graphs/score-history.ts';

/** One customer as a method sees them: their row of the interactions and, where the method was trained on it, its number. */
export interface KnownHistory extends History {
  /** row of the matrices that were trained on; absent for somebody who came later */
  readonly customer?: number;
}

/**
 * What every member of the family gives once it is trained. Items that came after the training are skipped, an empty
 * history scores 0 everywhere (popularity excepted), and the same history gives the same bytes whoever was scored before.
 */
export interface TrainedMethod {
  readonly itemCount: number;
  /**
   * Writes the score of every item into `scores` (length itemCount, overwritten): higher is better, 0 is "nothing known".
   * Items of the history are scored like any other.
   */
  score(history: KnownHistory, scores: Float32Array): void;
}

/** Item neighbours (rp3beta, p3alpha, item-knn) as a method: value × weight, added up over the history. */
export function neighbourMethod(neighbours: ItemNeighbours): TrainedMethod {
  const scorer = createHistoryScorer(neighbours);
  return {
    itemCount: neighbours.itemCount,
    score({ items, values }, scores) {
      scores.fill(0);
      for (const item of scorer.score(items, values)) scores[item] = scorer.scores[item];
      scorer.clear();
    },
  };
}

/** The same scores for everybody. @param popularity by item, at least 0 */
export function popularityMethod(popularity: ArrayLike<number>): TrainedMethod {
  return {
    itemCount: popularity.length,
    score: (_history, scores) => scores.set(popularity),
  };
}
