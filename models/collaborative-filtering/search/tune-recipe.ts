import type { Facts } from '../facts.ts';
import {
  type CollaborativeFilteringRecipe,
  type MethodName,
  type ResolvedRecipe,
  resolveRecipe,
  type Tuning,
} from '../recipe.ts';
import { type Blended, chooseMembers, settleBlend, startBlend } from './choose-blend.ts';
import { type Contender, searchSettings } from './search-settings.ts';
import { createValidation, type RecipeTrial, type TuneOptions, type Validation } from './validation.ts';

/** What the search chose, with everything that it tried. */
export interface TunedRecipe {
  readonly recipe: ResolvedRecipe;
  /** every candidate in the order tried; the last is what was chosen */
  readonly trials: readonly RecipeTrial[];
  /** customers judged by, over all folds; 0: nothing could be searched and the recipe's first values stand */
  readonly customers: number;
}

/**
 * The night's choice: tunes every method of `recipe.tuning.methods` within its trials and its part of the work, takes the
 * best of them or several in equal parts, and sets what the recipe leaves open, judged by NDCG@20 on validation parts of
 * the facts alone (see `makeFolds`). The simplest wins unless there is more than chance to say for another: a setting of the
 * blend moves only where the paired gain is above its standard error, and several methods are taken only where it is above
 * two.
 */
export function tuneRecipe(facts: Facts, recipe: CollaborativeFilteringRecipe, options: TuneOptions): TunedRecipe {
  let resolved = resolveRecipe(recipe);
  const { tuning } = recipe;
  if (tuning.trials === 0) return { recipe: resolved, trials: [], customers: 0 };
  const validation = createValidation(facts, recipe, options);
  const { customers } = validation;
  if (customers === 0) return { recipe: resolved, trials: [], customers: 0 };

  // Where nothing has a time there is no "selling now", and what sells at all the methods know themselves.
  if (!validation.isTimed) resolved = { ...resolved, blend: { ...resolved.blend, popularityPower: 0 } };
  const trials: RecipeTrial[] = [judgePopularity(validation, resolved)];
  const contenders: Contender[] = [];
  let left = reckonBudget(facts, tuning);
  // Whoever has no times has no orders that follow each other.
  const names = tuning.methods.filter((name) => validation.isTimed || name !== 'tifu-knn');
  names.forEach((name, place) => {
    const isFirst = contenders.length === 0;
    const searched = searchSettings(validation, name, {
      recipe,
      resolved,
      budget: left / (names.length - place),
      // What fades how fast is found with the first method and holds for the others.
      searchesHalfLife: validation.isTimed && isFirst,
      seed: options.seed,
    });
    left -= searched.work;
    trials.push(...searched.trials);
    const { best } = searched;
    if (!best) return;
    contenders.push(best);
    resolved = { ...resolved, halfLifeDays: best.halfLifeDays };
    if (isFirst)
      resolved = {
        ...resolved,
        ...asRecipe(settleBlend(validation, recipe, eachAlone(validation, [best], resolved)[0])),
      };
  });
  if (contenders.length === 0) return { recipe: resolved, trials, customers };

  const started = validation.now();
  const members = chooseMembers(
    eachAlone(validation, contenders, resolved),
    contenders.map(({ name }) => (name === 'item-knn' ? 'rp3beta' : name)),
  );
  const chosen = settleBlend(validation, recipe, members);
  const shares = Object.fromEntries(contenders.map(({ name }, index) => [name, chosen.weights[index]]));
  const { popularityHalfLifeDays, repurchaseHalfLifeDays } = chosen.halfLives;
  const settings = {
    ...shares,
    ...chosen.blend,
    ...(validation.isTimed && { popularityHalfLifeDays, repurchaseHalfLifeDays }),
  };
  trials.push(validation.report({ method: 'blend', settings, work: 0 }, started, chosen));
  const methods = { ...resolved.methods };
  for (const name of Object.keys(methods) as MethodName[]) {
    const contender = contenders.find((each) => each.name === name);
    Object.assign(methods, { [name]: { ...methods[name], ...contender?.settings, weight: shares[name] ?? 0 } });
  }
  return { recipe: { ...resolved, ...asRecipe(chosen), methods }, trials, customers };
}

/** A small shop is not searched for long, and one ten times as large for seven times as long. */
function reckonBudget({ behaviours }: Facts, { workSeconds }: Tuning): number {
  return Math.min(workSeconds, 0.0018 * behaviours.items.length ** 0.85);
}

/** Every contender alone, with all of them at hand. */
function eachAlone(
  validation: Validation,
  contenders: readonly Contender[],
  { blend, ...halfLives }: ResolvedRecipe,
): Blended[] {
  const folds = Array.from({ length: validation.folds }, (_, fold) =>
    validation.judge(
      fold,
      contenders.map(({ models }) => models[fold]),
      halfLives,
    ),
  );
  return contenders.map((_, place) => {
    const weights = contenders.map((__, index) => (index === place ? 1 : 0));
    return startBlend({ folds, weights, blend, halfLives });
  });
}

/** What a recipe keeps of a blend, the weights excepted. */
function asRecipe({ blend, halfLives: { popularityHalfLifeDays, repurchaseHalfLifeDays } }: Blended) {
  return { blend, popularityHalfLifeDays, repurchaseHalfLifeDays };
}

function judgePopularity(validation: Validation, resolved: ResolvedRecipe): RecipeTrial {
  const started = validation.now();
  const folds = Array.from({ length: validation.folds }, (_, fold) =>
    validation.judge(fold, [{ popularity: validation.popularityOf(fold, resolved) }], resolved),
  );
  const lists = startBlend({ folds, weights: [1], blend: resolved.blend, halfLives: resolved });
  return validation.report({ method: 'popularity', settings: {}, work: 0 }, started, lists);
}
