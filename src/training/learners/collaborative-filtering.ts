import {
  type CollaborativeFilteringRecipe,
  listAt,
  makeLists,
  recipe,
  recipeSchema,
  type TaskRunner,
  truncateNeighbours,
} from '../../../models/collaborative-filtering/index.ts';
import type { Examination } from '../../../models/examination/index.ts';
import {
  compareCustomerLists,
  loadCustomerLists,
  loadItemNeighbours,
  recommendationTables,
} from '../../recommendations/index.ts';
import { evaluationRow } from '../evaluation/evaluate-lists.ts';
import { fitCandidates, type LearntFamily, tuneLists } from './fit-lists.ts';
import type { Made, ServedLearner } from './learner.ts';

/** What a comparison looks at: the first places of the lists, and so many customers whose list changes most. */
const compared = { places: 10, examples: 5 };

type MadeLists = Made<CollaborativeFilteringRecipe, LearntFamily>;

export const collaborativeFiltering = {
  kind: 'collaborative-filtering',
  recipe,
  schema: recipeSchema,
  needs: [],
  makesLists: true,
  search: (snapshot, recipe, cut, { settings: { seed }, runner }) => tuneLists(snapshot, cut, recipe, { seed, runner }),
  learn: ({ snapshot, recipe, settings: { seed, threads }, workedOut, taught }) =>
    fitCandidates(snapshot, snapshot.asOf, recipe, { seed, threads, workedOut, taught }),
  served: {
    tables: recommendationTables['collaborative-filtering'],
    load: async (db, version, made, runner) => [
      await loadItemNeighbours(db, version, neighbourRows(made)),
      await loadCustomerLists(db, version, listRows(made, runner)),
    ],
    metrics: ({ evaluation, trials, learnt, snapshot: { examination } }) => ({
      evaluation: evaluationRow(evaluation, evaluation?.winner ?? 'served-list'),
      trials,
      refused: learnt.refused,
      ...(examination.refused !== 'none' && { examination: examinationRow(examination) }),
      ...(learnt.worth && { order_worth: learnt.worth }),
      ...(learnt.orderRefused !== undefined && { order_refused: learnt.orderRefused }),
    }),
    summary: ({ recipe, snapshot }) => ({
      repurchase: recipe.repurchase,
      ...(snapshot.examination.curve && { examination: snapshot.examination.curve }),
    }),
    compare: (db, first, second) => compareCustomerLists(db, first, second, compared),
  },
} satisfies ServedLearner<'collaborative-filtering', CollaborativeFilteringRecipe, LearntFamily>;

/** What a version tells of places: by what is corrected, or why nothing is. */
const examinationRow = ({ curve, errors, refused, clicks }: Examination) =>
  curve ? { clicks, places: curve, errors, last_place: curve[curve.length - 1] } : { clicks, refused };

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

async function* listRows({ learnt, snapshot: { customerKeys, itemKeys } }: MadeLists, runner: TaskRunner) {
  const customers = Uint32Array.from(customerKeys.keys());
  for await (const made of makeLists(runner, learnt.candidates, customers)) {
    yield Array.from(made.customers, (customer, place) => {
      const { items, scores, sources, because, reasons } = listAt(made.lists, place);
      return {
        customerKey: customerKeys[customer],
        itemKeys: items.map((item) => itemKeys[item]),
        scores,
        sources,
        reasons,
        // Beyond the last item stands for "no item".
        because: because.map((item) => (item < itemKeys.length ? itemKeys[item] : 0)),
      };
    });
  }
}
