import { type PopularityRecipe, recipe, recipeSchema } from '../../../models/popularity/index.ts';
import { comparePopularity, loadPopularityVersion, recommendationTables } from '../../recommendations/index.ts';
import { evaluationRow } from '../evaluation/evaluate-lists.ts';
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
  learn: ({ snapshot, recipe }) => rankSales(snapshot, snapshot.asOf, recipe),
  served: {
    tables: recommendationTables.popularity,
    load: async (db, version, made) => [await loadPopularityVersion(db, version, rowsOf(made))],
    metrics: ({ evaluation }) => ({ evaluation: evaluationRow(evaluation, 'popularity') }),
    summary: () => ({}),
    compare: (db, first, second) => comparePopularity(db, first, second, comparedPlaces),
  },
} satisfies ServedLearner<'popularity', PopularityRecipe, RankedSales>;

function rowsOf({ learnt: { popularity, purchases }, snapshot }: Made<PopularityRecipe, RankedSales>) {
  // Against the best seller: what sold long ago would otherwise be too small for the column, a float4.
  const best = popularity.scores[popularity.ranking[0]];
  return Array.from(popularity.ranking, (item) => ({
    itemKey: snapshot.itemKeys[item],
    score: Math.fround(popularity.scores[item] / best),
    purchases: purchases[item],
  }));
}
