import {
  type CollaborativeFilteringRecipe,
  type FittedFamily,
  recipe,
  recipeSchema,
  truncateNeighbours,
} from '../../../models/collaborative-filtering/index.ts';
import {
  compareCustomerLists,
  loadCustomerLists,
  loadItemNeighbours,
  recommendationTables,
} from '../../recommendations/index.ts';
import { evaluationRow } from '../evaluation/evaluate-lists.ts';
import { fitCandidates, tuneLists } from './fit-lists.ts';
import type { Made, ServedLearner } from './learner.ts';

/** What a comparison looks at: the first places of the lists, and so many customers whose list changes most. */
const compared = { places: 10, examples: 5 };

type MadeLists = Made<CollaborativeFilteringRecipe, FittedFamily>;

export const collaborativeFiltering = {
  kind: 'collaborative-filtering',
  recipe,
  schema: recipeSchema,
  needs: [],
  makesLists: true,
  search: (snapshot, recipe, cut, { seed, threads }) => tuneLists(snapshot, cut, recipe, { seed, threads }),
  learn: ({ snapshot, recipe, settings: { seed, threads } }) =>
    fitCandidates(snapshot, snapshot.asOf, recipe, { seed, threads }),
  served: {
    tables: recommendationTables['collaborative-filtering'],
    load: async (db, version, made) => [
      await loadItemNeighbours(db, version, neighbourRows(made)),
      await loadCustomerLists(db, version, listRows(made)),
    ],
    metrics: ({ evaluation, trials, learnt }) => ({
      evaluation: evaluationRow(evaluation, evaluation?.winner ?? 'served-list'),
      trials,
      refused: learnt.refused,
    }),
    summary: ({ recipe }) => ({ repurchase: recipe.repurchase }),
    compare: (db, first, second) => compareCustomerLists(db, first, second, compared),
  },
} satisfies ServedLearner<'collaborative-filtering', CollaborativeFilteringRecipe, FittedFamily>;

function* neighbourRows({ learnt, recipe, snapshot: { itemKeys } }: MadeLists) {
  const { offsets, neighbours, weights, itemCount } = truncateNeighbours(learnt.neighbours, recipe.servedNeighbours);
  for (let item = 0; item < itemCount; item++) {
    const [start, end] = [offsets[item], offsets[item + 1]];
    if (start === end) continue;
    yield {
      itemKey: itemKeys[item],
      neighbours: Array.from(neighbours.subarray(start, end), (neighbour) => itemKeys[neighbour]),
      weights: weights.subarray(start, end),
    };
  }
}

function* listRows({ learnt, snapshot: { customerKeys, itemKeys } }: MadeLists) {
  for (let customer = 0; customer < customerKeys.length; customer++) {
    const { items, scores, sources, because } = learnt.candidatesOf(customer);
    yield {
      customerKey: customerKeys[customer],
      itemKeys: items.map((item) => itemKeys[item]),
      scores,
      sources,
      // Beyond the last item stands for "no item".
      because: because.map((item) => (item < itemKeys.length ? itemKeys[item] : 0)),
    };
  }
}
