import type { CollaborativeFilteringRecipe, MethodName, MethodSettings, ResolvedRecipe } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import { attempt, type Contender, reckonAll, reckonBytes, refuse } from './attempt.ts';
import { climb, isBetter, type Reach, type Step } from './climb.ts';
import type { RecipeTrial, Validation } from './validation.ts';

export interface SearchedSettings {
  /** absent where no training fits the budget, or the method refuses */
  readonly best?: Contender;
  readonly trials: readonly RecipeTrial[];
}

/** How far past the ends of a recipe's lists the search may go. */
export const reach: { readonly [Name in MethodName]: Readonly<Record<string, Reach>> } = {
  rp3beta: {
    neighbours: { least: 10, greatest: 2_000, isWhole: true },
    beta: { least: 0.05, greatest: 1.5 },
    shrinkage: { least: 1, greatest: 1_000 },
    alpha: { least: 0.05, greatest: 2.5 },
  },
  'item-knn': {
    neighbours: { least: 5, greatest: 2_000, isWhole: true },
    shrinkage: { least: 1, greatest: 1_000 },
  },
  ials: {
    unobservedWeight: { least: 0.000_1, greatest: 10 },
    regularisation: { least: 0.000_01, greatest: 1 },
    dimensions: { least: 4, greatest: 256, isWhole: true },
  },
  ease: { lambda: { least: 1, greatest: 100_000 }, beta: { least: 0.05, greatest: 1 } },
  'gf-cf': {
    idealWeight: { least: 0.01, greatest: 100 },
    dimensions: { least: 8, greatest: 512, isWhole: true },
    neighbours: { least: 20, greatest: 2_000, isWhole: true },
  },
  'next-baskets': {
    baskets: { least: 1, greatest: 12, isWhole: true },
    neighbours: { least: 10, greatest: 2_000, isWhole: true },
    beta: { least: 0.05, greatest: 1.5 },
    shrinkage: { least: 1, greatest: 1_000 },
    alpha: { least: 0.05, greatest: 2.5 },
    fading: { least: 0.1, greatest: 1 },
  },
  'tifu-knn': { neighbours: { least: 20, greatest: 2_000, isWhole: true }, ownShare: { least: 0.1, greatest: 0.9 } },
};

/** Settings whose product counts more than either. */
const against: { readonly [Name in MethodName]?: readonly [string, string] } = {
  ials: ['unobservedWeight', 'regularisation'],
};

/** What the models of one trial may take, all folds together. */
const mostBytes = 1e9;

/**
 * Searches the settings of one method: climbs from the recipe's first values, past the ends of its lists where that is better, and
 * stays with what is simplest where nothing is better beyond chance.
 *
 * @param options.budget reckoned seconds
 * @param options.known the method at the recipe's first values, where that was judged already with this blend
 */
export async function searchSettings(
  { validation, runner }: { validation: Validation; runner: TaskRunner },
  name: MethodName,
  options: {
    recipe: CollaborativeFilteringRecipe;
    resolved: ResolvedRecipe;
    budget: number;
    seed: number;
    known: Contender | undefined;
  },
): Promise<SearchedSettings> {
  const { recipe, resolved, budget, seed, known } = options;
  const grid = withinBudget(validation, name, options);
  const { blend } = resolved;
  const trials: RecipeTrial[] = [];
  let work = 0;
  let best: Contender | undefined;

  async function judge(point: Readonly<Record<string, unknown>>): Promise<Step | undefined> {
    const at = { name, settings: point as unknown as MethodSettings[MethodName], halfLives: resolved };
    const whole = reckonAll(validation, at);
    // What there is no room for is not better.
    if (best && reckonBytes(validation, at) > mostBytes) return 'worse';
    if (work + whole > budget) {
      // Something cheaper may still fit.
      if (best) return whole > reckonAll(validation, best) ? 'worse' : undefined;
      const refused = `one trial is reckoned to take ${Math.ceil(whole)} s, its part of tuning.workSeconds is ${Math.floor(budget)} s`;
      trials.push(refuse(name, {}, refused));
      return undefined;
    }
    if (known && !best) {
      work += whole;
      best = known;
      return 'better';
    }
    const { trial, step, contender } = await attempt(
      validation,
      runner,
      { ...at, described: point },
      { blend, rival: best },
    );
    trials.push(trial);
    work += trial.work;
    if (isBetter(step)) best = contender;
    return step;
  }

  const { trials: most } = recipe.tuning;
  const way = { reach: reach[name], against: against[name] };
  await climb({ ...grid }, { trials: most, looks: Math.ceil(most / 2), seed, ...way }, judge);
  return { ...(best && { best }), trials };
}

/** Trials of a method that its part of the work is enough for, at least. */
const leastTrials = 4;

/** The recipe's lists of a method's settings; EASE learns so many of a large shop's items that some trials fit the budget. */
function withinBudget(
  validation: Validation,
  name: MethodName,
  { recipe, resolved, budget }: { recipe: CollaborativeFilteringRecipe; resolved: ResolvedRecipe; budget: number },
): Readonly<Record<string, unknown>> {
  const { weight: _, ...grid } = recipe.methods[name];
  if (name !== 'ease') return grid;
  const { weight: __, ...settings } = resolved.methods.ease;
  if (reckonAll(validation, { name, settings, halfLives: resolved }) * leastTrials <= budget) return grid;
  const maximumSeconds = Math.min(
    settings.maximumSeconds,
    Number((budget / (leastTrials * validation.folds)).toPrecision(3)),
  );
  return { ...grid, maximumSeconds };
}
