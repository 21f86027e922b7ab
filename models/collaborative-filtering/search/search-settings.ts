import type { CollaborativeFilteringRecipe, MethodName, MethodSettings, ResolvedRecipe } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import { attempt, type Contender, reckonAll, refuse } from './attempt.ts';
import { climb, isBetter, type Step } from './climb.ts';
import type { RecipeTrial, Validation } from './validation.ts';

export interface SearchedSettings {
  /** absent where no training fits the budget, or the method refuses */
  readonly best?: Contender;
  readonly trials: readonly RecipeTrial[];
}

/**
 * Searches the settings of one method: climbs from the recipe's first values, and stays with what is simplest where nothing is
 * better beyond chance.
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
  const { weight: _, ...grid } = recipe.methods[name];
  const { blend } = resolved;
  const trials: RecipeTrial[] = [];
  let work = 0;
  let best: Contender | undefined;

  async function judge(point: Readonly<Record<string, unknown>>): Promise<Step | undefined> {
    const at = { name, settings: point as unknown as MethodSettings[MethodName], halfLives: resolved };
    const whole = reckonAll(validation, at);
    if (work + whole > budget) {
      if (trials.length === 0) {
        const refused = `one trial is reckoned to take ${Math.ceil(whole)} s, its part of tuning.workSeconds is ${Math.floor(budget)} s`;
        trials.push(refuse(name, {}, refused));
      }
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

  await climb({ ...grid }, { trials: recipe.tuning.trials, seed }, judge);
  return { ...(best && { best }), trials };
}
