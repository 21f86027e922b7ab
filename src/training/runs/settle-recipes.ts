import { isDeepStrictEqual } from 'node:util';
import type { TaskRunner } from '../../../models/collaborative-filtering/index.ts';
import { kinds, type PublishedRelease } from '../../versions/index.ts';
import { type Evaluation, evaluateLists, evaluationWindow } from '../evaluation/evaluate-lists.ts';
import { readListRecipes } from '../evaluation/published-recipes.ts';
import { nightlyRecipes, readRecipe } from '../learners/choose-recipes.ts';
import type { ListRecipes } from '../learners/fit-lists.ts';
import type { Recipes } from '../learners/index.ts';
import type { AnyLearner, LearnerKind, RunSettings } from '../learners/learner.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Job } from './run.ts';
import type { Stages } from './stages.ts';

/** What a run learns by, and how it came to it. */
export interface SettledRecipes {
  recipes: Recipes;
  /** by the kind whose recipe was searched: what was tried */
  trials: ReadonlyMap<LearnerKind, readonly unknown[]>;
  /** undefined: the run makes no lists */
  evaluation: Evaluation | undefined;
}

/** The stages in which `settleRecipes` works. */
export function settlingStages(due: readonly AnyLearner[]): string[] {
  return [
    ...(due.some(({ search }) => search) ? ['tuning'] : []),
    ...(due.some(({ makesLists }) => makesLists) ? ['evaluation'] : []),
  ];
}

/** Searches what recipes leave open, and judges those of lists beside the published ones. */
export async function settleRecipes(
  stages: Stages,
  run: {
    job: Job;
    due: readonly AnyLearner[];
    settings: RunSettings;
    runner: TaskRunner;
    snapshot: Snapshot;
    published: PublishedRelease | undefined;
  },
): Promise<SettledRecipes> {
  const { job, due, settings, runner, snapshot, published } = run;
  const trials = new Map<LearnerKind, readonly unknown[]>();
  let recipes = recipesBeside(published, job);
  const change = (changes: Partial<Record<LearnerKind, unknown>>) => {
    recipes = { ...recipes, ...changes } as Recipes;
  };
  if (due.some(({ search }) => search)) {
    // What the recipe is judged by must not have chosen it, so the search sees nothing of the window.
    const { cut } = evaluationWindow(snapshot, job.evaluationDays);
    await stages.run('tuning', async () => {
      for (const learner of due) {
        const searched = await learner.search?.(snapshot, recipes[learner.kind], cut, { settings, runner });
        if (!searched) continue;
        change({ [learner.kind]: searched.recipe });
        trials.set(learner.kind, searched.trials);
      }
    });
  }
  if (!due.some(({ makesLists }) => makesLists)) return { recipes, trials, evaluation: undefined };
  const theirs = differingListRecipes(published, recipes);
  const evaluation = await stages.run('evaluation', () =>
    evaluateLists(snapshot, {
      seed: settings.seed,
      threads: settings.threads,
      runner,
      windowDays: job.evaluationDays,
      recipes,
      published: theirs,
      // By night the better recipe is fitted anew; who tries a recipe by hand gets versions of that one, refused or not.
      keepsBetter: job.reason === 'night',
    }),
  );
  if (evaluation.winner === 'published-recipe') change({ ...theirs });
  return { recipes, trials, evaluation };
}

/** The run's own recipes, and of the models that it leaves alone the published ones, which they will be served beside. */
function recipesBeside(published: PublishedRelease | undefined, job: Job): Recipes {
  const others = kinds
    .filter((kind) => !job.models.includes(kind))
    .map((kind) => [kind, published?.models[kind] && readRecipe(kind, published.models[kind].recipe)])
    .filter(([, recipe]) => recipe !== undefined);
  return { ...nightlyRecipes, ...Object.fromEntries(others), ...job.recipes };
}

/** The published recipes of lists, unless they are tonight's: then there is nothing to compare. */
function differingListRecipes(published: PublishedRelease | undefined, tonight: ListRecipes): ListRecipes | undefined {
  const theirs = readListRecipes(published);
  const isSame =
    isDeepStrictEqual(theirs?.popularity, tonight.popularity) &&
    isDeepStrictEqual(theirs?.['collaborative-filtering'], tonight['collaborative-filtering']);
  return isSame ? undefined : theirs;
}
