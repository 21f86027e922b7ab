import { isDeepStrictEqual } from 'node:util';
import { resolveRecipe } from '../../../models/collaborative-filtering/index.ts';
import { kinds, type PublishedRelease } from '../../versions/index.ts';
import type { Engine } from '../engines/engine.ts';
import {
  agedAtCut,
  type Evaluation,
  evaluateLists,
  evaluationWindow,
  type JudgedRecipes,
} from '../evaluation/evaluate-lists.ts';
import { readListRecipes } from '../evaluation/published-recipes.ts';
import { nightlyRecipes, readRecipe } from '../learners/choose-recipes.ts';
import type { ListRecipes } from '../learners/fit-lists.ts';
import type { Recipes } from '../learners/index.ts';
import type { AnyLearner, LearnerKind, RunSettings } from '../learners/learner.ts';
import { type FactorFit, factorFit, type WorkedOut } from '../learners/worked-out.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Job } from './run.ts';
import type { Stages } from './stages.ts';

/** A run that learns. */
export interface RunUnderWay {
  job: Job;
  due: readonly AnyLearner[];
  settings: RunSettings;
  engine: Engine;
  snapshot: Snapshot;
  published: PublishedRelease | undefined;
}

/** What a run learns by, and how it came to it. */
export interface SettledRecipes {
  recipes: Recipes;
  /** whose recipe was searched, and what was tried; undefined: nothing was left open */
  searched: { kind: LearnerKind; trials: readonly unknown[] } | undefined;
  /** undefined: the run makes no lists */
  evaluation: Evaluation | undefined;
  /** undefined: the engine works nothing out beforehand */
  workedOut: WorkedOut | undefined;
  /** what judging the recipe of lists taught of their order; undefined: it is not learnt, or nobody was judged */
  taught?: JudgedRecipes['taught'];
}

/** The stages in which `settleRecipes` works. */
export function settlingStages(due: readonly AnyLearner[], engine: Engine): string[] {
  return [
    ...(due.some(({ search }) => search) ? ['tuning'] : []),
    ...(engine.ahead?.stages(due) ?? []),
    ...(due.some(({ makesLists }) => makesLists) ? ['evaluation'] : []),
  ];
}

/** Searches what recipes leave open, lets the engine work out what it learns beforehand, and judges those of lists beside the published ones. */
export async function settleRecipes(stages: Stages, run: RunUnderWay): Promise<SettledRecipes> {
  const { job, due, settings, engine, snapshot, published } = run;
  let recipes = recipesBeside(published, job);
  const change = (changes: Partial<Record<LearnerKind, unknown>>) => {
    recipes = { ...recipes, ...changes } as Recipes;
  };
  const found = await searchRecipe(stages, run, recipes);
  if (found) change({ [found.kind]: found.recipe });
  const searched = found && { kind: found.kind, trials: found.trials };
  const makesLists = due.some(({ makesLists }) => makesLists);
  const theirs = makesLists ? differingListRecipes(published, recipes) : undefined;
  const fits = makesLists ? listFits(snapshot, job, theirs ? [recipes, theirs] : [recipes]) : [];
  const workedOut = await engine.ahead?.workOut({ due, settings, snapshot, recipes, fits }, stages.run);
  if (!makesLists) return { recipes, searched, evaluation: undefined, workedOut };
  const { evaluation, taught } = await stages.run('evaluation', () =>
    evaluateLists(snapshot, {
      seed: settings.seed,
      threads: settings.threads,
      runner: engine.runner,
      workedOut,
      taught: found?.taught,
      windowDays: job.evaluationDays,
      recipes,
      published: theirs,
      // By night the better recipe is fitted anew; who tries a recipe by hand gets versions of that one, refused or not.
      keepsBetter: job.reason === 'night',
    }),
  );
  if (evaluation.winner === 'published-recipe') change({ ...theirs });
  return { recipes, searched, evaluation, workedOut, taught };
}

/** What the one recipe that is searched comes to; undefined: it is not the run's. */
async function searchRecipe(
  stages: Stages,
  { job, due, settings, engine: { runner }, snapshot }: RunUnderWay,
  recipes: Recipes,
) {
  const learner = due.find(({ search }) => search);
  if (!learner) return undefined;
  const { kind } = learner;
  // What the recipe is judged by must not have chosen it, so the search sees nothing of the window.
  const { cut } = evaluationWindow(snapshot, job.evaluationDays);
  const found = await stages.run('tuning', () => learner.search!(snapshot, recipes[kind], cut, { settings, runner }));
  return { kind, ...found };
}

/** The factors that these recipes ask for: before the cut by which they are judged, and at the run's end. */
function listFits(snapshot: Snapshot, job: Job, recipes: readonly ListRecipes[]): FactorFit[] {
  const { placeWeights } = snapshot;
  const window = evaluationWindow(snapshot, job.evaluationDays);
  const times = [
    { cut: window.cut, agedAt: agedAtCut(snapshot, window) },
    { cut: snapshot.asOf, agedAt: snapshot.asOf },
  ];
  return recipes.flatMap(({ 'collaborative-filtering': recipe }) => {
    const { methods, halfLifeDays } = resolveRecipe(recipe);
    if (methods.ials.weight === 0) return [];
    return times.map((time) => factorFit(recipe, { ...time, halfLifeDays, placeWeights, ials: methods.ials }));
  });
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
