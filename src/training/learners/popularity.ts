import {
  learnRebuying,
  type PopularityRecipe,
  type Rebuying,
  rankTrends,
  recipe,
  recipeSchema,
} from '../../../models/popularity/index.ts';
import { comparePopularity, loadPopularityVersion, recommendationTables } from '../../recommendations/index.ts';
import { evaluationRow } from '../evaluation/evaluate-lists.ts';
import { purchasesBefore, salesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type RankedSales, rankSales } from './fit-lists.ts';
import type { Made, ServedLearner } from './learner.ts';

/** places of the ranking that a comparison looks at */
const comparedPlaces = 100;

export const popularity = {
  kind: 'popularity',
  recipe,
  schema: recipeSchema,
  needs: [],
  makesLists: true,
  learn: ({ snapshot, recipe }) => learnSales(snapshot, recipe),
  served: {
    tables: recommendationTables.popularity,
    load: async (db, version, made) => [await loadPopularityVersion(db, version, rowsOf(made))],
    metrics: ({ evaluation }) => ({ evaluation: evaluationRow(evaluation, 'popularity') }),
    summary: () => ({}),
    compare: (db, first, second) => comparePopularity(db, first, second, comparedPlaces),
  },
} satisfies ServedLearner<'popularity', PopularityRecipe, LearntSales>;

/** What is sold, what sells more than it did, and what is bought again. */
export interface LearntSales extends RankedSales {
  trends: Float64Array;
  rebuying: Rebuying;
  /** by which it was learnt */
  recipe: PopularityRecipe;
}

export function learnSales(snapshot: Snapshot, recipe: PopularityRecipe): LearntSales {
  const itemCount = snapshot.itemKeys.length;
  return {
    ...rankSales(snapshot, snapshot.asOf, recipe),
    trends: rankTrends({ ...salesBefore(snapshot, snapshot.asOf), itemCount }),
    rebuying: learnRebuying(purchasesBefore(snapshot, snapshot.asOf)),
    recipe,
  };
}

function rowsOf({ learnt, snapshot }: Made<PopularityRecipe, LearntSales>) {
  const { popularity, purchases, trends, rebuying } = learnt;
  // Against the best seller: what sold long ago would otherwise be too small for the column, a float4.
  const best = popularity.scores[popularity.ranking[0]];
  return Array.from(popularity.ranking, (item) => ({
    itemKey: snapshot.itemKeys[item],
    score: Math.fround(popularity.scores[item] / best),
    purchases: purchases[item],
    trend: trends[item],
    rebuyFromDays: rebuying.fromDays[item],
    rebuyDays: rebuying.days[item],
  }));
}
