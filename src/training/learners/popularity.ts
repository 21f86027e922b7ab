import {
  type FirstOrders,
  learnRebuying,
  type NewcomerTastes,
  type PopularityRecipe,
  type Rebuying,
  rankTrends,
  recipe,
  recipeSchema,
} from '../../../models/popularity/index.ts';
import {
  comparePopularity,
  loadNewcomerTastes,
  loadPopularityVersion,
  type NewcomerTasteRow,
  recommendationTables,
} from '../../recommendations/index.ts';
import { evaluationRow } from '../evaluation/evaluate-lists.ts';
import { purchasesBefore, salesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type RankedSales, rankSales } from './fit-lists.ts';
import type { Made, ServedLearner } from './learner.ts';
import { gatherNewcomers, learnFromNewcomers } from './newcomers.ts';

/** places of the ranking that a comparison looks at */
const comparedPlaces = 100;

export const popularity = {
  kind: 'popularity',
  recipe,
  schema: recipeSchema,
  needs: [],
  makesLists: true,
  gather: async ({ db, snapshot, recipe, settings: { barredAttributes = [] } }) =>
    recipe.newcomers === 'popular' ? undefined : gatherNewcomers(db, snapshot, barredAttributes),
  learn: ({ snapshot, recipe, beside }) => learnSales(snapshot, recipe, beside),
  served: {
    tables: recommendationTables.popularity,
    load: async (db, version, made) => [
      await loadPopularityVersion(db, version, rowsOf(made)),
      await loadNewcomerTastes(db, version, newcomerRowsOf(made)),
    ],
    metrics: ({ evaluation, learnt: { newcomers } }) => ({
      evaluation: evaluationRow(evaluation, 'popularity'),
      ...(newcomers && { newcomers: describeNewcomers(newcomers) }),
    }),
    summary: () => ({}),
    compare: (db, first, second) => comparePopularity(db, first, second, comparedPlaces),
  },
} satisfies ServedLearner<'popularity', PopularityRecipe, LearntSales, FirstOrders | undefined>;

/** What is sold, what sells more than it did, and what is bought again. */
export interface LearntSales extends RankedSales {
  trends: Float64Array;
  rebuying: Rebuying;
  /** absent: nobody looked */
  newcomers?: NewcomerTastes | undefined;
  /** by which it was learnt */
  recipe: PopularityRecipe;
}

export function learnSales(snapshot: Snapshot, recipe: PopularityRecipe, firstOrders?: FirstOrders): LearntSales {
  const itemCount = snapshot.itemKeys.length;
  const ranked = rankSales(snapshot, snapshot.asOf, recipe);
  return {
    ...ranked,
    trends: rankTrends({ ...salesBefore(snapshot, snapshot.asOf), itemCount }),
    rebuying: learnRebuying(purchasesBefore(snapshot, snapshot.asOf)),
    ...(firstOrders && {
      newcomers: learnFromNewcomers(snapshot, firstOrders, recipe, ranked.popularity.scores),
    }),
    recipe,
  };
}

/** Whether newcomers are offered better than what is popular, and by how much it was judged. */
function describeNewcomers({ tastes, traits, customers, ndcg, popularNdcg, error }: NewcomerTastes) {
  if (customers === 0) return { used: false, customers };
  return { used: tastes.length > 0, customers, traits, ndcg_at_20: ndcg, popular_ndcg_at_20: popularNdcg, error };
}

function* newcomerRowsOf({ learnt, snapshot }: Made<PopularityRecipe, LearntSales>): Generator<NewcomerTasteRow> {
  for (const { trait, value, rest, items, lifts } of learnt.newcomers?.tastes ?? []) {
    yield { trait, value, rest, itemKeys: Array.from(items, (item) => snapshot.itemKeys[item]), lifts };
  }
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
