import { type GraphFilter, graphFilterMethod } from './graphs/graph-filter.ts';
import type { ItemNeighbours } from './graphs/item-neighbours.ts';
import { type NextBaskets, nextBasketsMethod } from './graphs/next-baskets.ts';
import type { IalsModel } from './ials/ials.ts';
import { createIalsScorer } from './ials/scorer.ts';
import { createBasketScorer } from './tifu-knn/score-baskets.ts';
import type { TifuKnnModel } from './tifu-knn/tifu-knn.ts';
import { neighbourMethod, popularityMethod, type TrainedMethod } from './trained-method.ts';

/** What a training gives, in plain data: it can be kept, and used by any thread. */
export type TrainedModel =
  /** rp3beta, p3alpha, item-knn, ease */
  | { readonly graph: ItemNeighbours }
  /** ials, with a row for each customer of the interactions */
  | { readonly factors: IalsModel }
  /** tifu-knn */
  | { readonly baskets: TifuKnnModel }
  /** gf-cf */
  | { readonly filter: GraphFilter }
  /** next-baskets */
  | { readonly next: NextBaskets }
  /** by item, at least 0: the same scores for everybody */
  | { readonly popularity: Float64Array };

/** A trained model as a method. */
export function methodOf(model: TrainedModel): TrainedMethod {
  if ('graph' in model) return neighbourMethod(model.graph);
  if ('factors' in model) return createIalsScorer(model.factors);
  if ('filter' in model) return graphFilterMethod(model.filter);
  if ('next' in model) return nextBasketsMethod(model.next);
  return 'baskets' in model ? tifuKnnMethod(model.baskets) : popularityMethod(model.popularity);
}

/** What a customer buys, and what customers buy who buy alike, as a method. */
export function tifuKnnMethod(model: TifuKnnModel): TrainedMethod {
  const scorer = createBasketScorer(model);
  return {
    itemCount: model.vectors.columns,
    score(history, scores) {
      scores.fill(0);
      for (const item of scorer.score(history)) scores[item] = scorer.scores[item];
      scorer.clear();
    },
  };
}
