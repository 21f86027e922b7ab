import type { Facts } from '../facts.ts';
import type { TaughtLesson } from '../learnt-order/learn-order.ts';
import {
  type CollaborativeFilteringRecipe,
  type HalfLives,
  type MethodName,
  type ResolvedRecipe,
  resolveRecipe,
  type Tuning,
} from '../recipe.ts';
import { type TaskRunner, tasksHere } from '../tasks.ts';
import type { TrainedModel } from '../trained-model.ts';
import type { Contender } from './attempt.ts';
import { type Blended, chooseMembers, settleBlend, startBlend } from './choose-blend.ts';
import { chooseOrder } from './choose-order.ts';
import { addLists, type JudgedPools, type ListSums } from './judge-blend.ts';
import { joinPools } from './pools.ts';
import { chooseHalfLife } from './search-half-life.ts';
import { searchSettings } from './search-settings.ts';
import { startWhereFactorsLive } from './start-of-factors.ts';
import { createValidation, type RecipeTrial, type Validation } from './validation.ts';

/** What the search chose, with everything that it tried. */
export interface TunedRecipe {
  readonly recipe: ResolvedRecipe;
  /** every candidate in the order tried; the last is what was chosen */
  readonly trials: readonly RecipeTrial[];
  /** customers judged by, over all folds; 0: nothing could be searched and the recipe's first values stand */
  readonly customers: number;
  /** what the search's windows have taught of the order of its lists; absent: it is not learnt, or was not searched */
  readonly taught?: readonly TaughtLesson[] | undefined;
}

/** What a search is done with. */
export interface TuneOptions {
  readonly seed: number;
  /** who works on the trials, the caller's own thread if absent; what is chosen does not depend on it */
  readonly runner?: TaskRunner | undefined;
  /** seconds of any clock, for the report alone */
  readonly now?: () => number;
}

/** Whoever has the validation, works on it. */
interface Search {
  readonly validation: Validation;
  readonly runner: TaskRunner;
}

/**
 * The night's choice: tunes every method of `recipe.tuning.methods` within its trials and its part of the work, takes the
 * best of them or several in equal parts, and sets what the recipe leaves open, judged by NDCG@20 on validation parts of
 * the facts alone (see `makeFolds`). The simplest wins unless there is more than chance to say for another: a setting moves,
 * and another method is taken in, only where the paired gain is above its standard error.
 */
export async function tuneRecipe(
  facts: Facts,
  recipe: CollaborativeFilteringRecipe,
  { seed, runner = tasksHere, now = () => 0 }: TuneOptions,
): Promise<TunedRecipe> {
  const asIs = { recipe: resolveRecipe(recipe), trials: [], customers: 0 };
  if (recipe.tuning.trials === 0) return asIs;
  const validation = createValidation(facts, recipe, { seed, now, runner });
  if (validation.customers === 0) return asIs;
  // The facts themselves are not looked at any more: whoever has no use for them can let them go.
  return searchRecipe({ validation, runner }, recipe, { seed, workSeconds: reckonBudget(facts, recipe.tuning) });
}

async function searchRecipe(
  search: Search,
  given: CollaborativeFilteringRecipe,
  { seed, workSeconds }: { seed: number; workSeconds: number },
): Promise<TunedRecipe> {
  const { validation, runner } = search;
  const { customers } = validation;
  const { tuning } = given;
  const { interactions } = validation.inputOf(0, resolveRecipe(given)).matrices;
  const recipe = tuning.methods.includes('ials') ? startWhereFactorsLive(given, interactions) : given;
  let resolved = resolveRecipe(recipe);

  // Where nothing has a time there is no "selling now", and what sells at all the methods know themselves.
  if (!validation.isTimed) resolved = { ...resolved, blend: { ...resolved.blend, popularityPower: 0 } };
  const trials: RecipeTrial[] = [await judgePopularity(search, resolved)];
  // Whoever has no times has no orders that follow each other.
  const names = tuning.methods.filter((name) => validation.isTimed || (name !== 'tifu-knn' && name !== 'next-baskets'));
  const budget = workSeconds / names.length;
  // What fades how fast, and how much what is selling counts, is found with the first method and holds for the others.
  const faded = await chooseHalfLife(search, { names, recipe, resolved, budget });
  let { first } = faded;
  if (first) {
    resolved = { ...resolved, halfLifeDays: first.halfLives.halfLifeDays };
    const [alone] = await eachAlone(search, [first], resolved, 'searched');
    const settled = await settleBlend(runner, validation, recipe, alone);
    resolved = { ...resolved, ...asRecipe(settled) };
    first = { ...first, halfLives: resolved, ndcg: settled.ndcg };
  }
  const searched = await Promise.all(
    names.map((name) =>
      searchSettings(search, name, { recipe, resolved, budget, seed, known: name === first?.name ? first : undefined }),
    ),
  );
  trials.push(...faded.trials, ...searched.flatMap((each) => each.trials));
  const contenders = searched.flatMap(({ best }) => best ?? []);
  if (contenders.length === 0) return { recipe: resolved, trials, customers };

  const started = validation.now();
  const members = await chooseMembers(
    runner,
    await eachAlone(search, contenders, resolved),
    contenders.map(({ name }) => (name === 'item-knn' ? 'rp3beta' : name)),
    validation.heldBack,
  );
  const chosen = await settleBlend(runner, validation, recipe, members);
  const shares = Object.fromEntries(contenders.map(({ name }, index) => [name, chosen.weights[index]]));
  const { popularityHalfLifeDays, repurchaseHalfLifeDays } = chosen.halfLives;
  const settings = {
    ...shares,
    ...chosen.blend,
    ...(validation.isTimed && { popularityHalfLifeDays, repurchaseHalfLifeDays }),
  };
  trials.push(report(validation, { method: 'blend', settings, work: 0 }, started, chosen));
  const methods = { ...resolved.methods };
  for (const name of Object.keys(methods) as MethodName[]) {
    const contender = contenders.find((each) => each.name === name);
    Object.assign(methods, { [name]: { ...methods[name], ...contender?.settings, weight: shares[name] ?? 0 } });
  }
  const blended = { ...resolved, ...asRecipe(chosen), methods };
  const order = await chooseOrder(search, recipe, blended, { seed, budget, contenders });
  trials.splice(-1, 0, ...order.trials);
  const chosenRecipe = { ...blended, ...(order.ranking && { ranking: order.ranking }) };
  return { recipe: chosenRecipe, trials, customers, taught: order.taught };
}

/** A small shop is not searched for long, and one ten times as large for seven times as long. */
function reckonBudget({ behaviours }: Facts, { workSeconds }: Tuning): number {
  return Math.min(workSeconds, 20 + 0.0018 * behaviours.items.length ** 0.85);
}

/** Customers whose pools are gathered by one task. */
const customersATask = 1_000;

/** What models trained in a fold put up there. */
async function judge(
  { validation, runner }: Search,
  fold: number,
  models: readonly TrainedModel[],
  { halfLives, part }: { halfLives: HalfLives; part: Part },
): Promise<JudgedPools> {
  const { matrices, [part]: sheet } = validation.inputOf(fold, halfLives);
  const { customers } = sheet;
  const input = { sheet, matrices, models: runner.share(models) };
  const parts = Array.from({ length: Math.ceil(customers.length / customersATask) }, (_, part) => {
    const start = part * customersATask;
    return runner.run('gatherTogether', { ...input, start, end: Math.min(customers.length, start + customersATask) });
  });
  return { customers, matrices, pools: runner.share(joinPools(await Promise.all(parts))) };
}

function judgeAll(
  search: Search,
  modelsOf: (fold: number) => readonly TrainedModel[],
  by: { halfLives: HalfLives; part: Part },
) {
  const folds = Array.from({ length: search.validation.folds }, (_, fold) => fold);
  return Promise.all(folds.map((fold) => judge(search, fold, modelsOf(fold), by)));
}

/** Whose lists are judged: of all customers, or of those who choose settings. */
type Part = 'sheet' | 'searched';

/** Every contender alone, with all of them at hand. */
async function eachAlone(
  search: Search,
  contenders: readonly Contender[],
  { blend, ...halfLives }: ResolvedRecipe,
  part: Part = 'sheet',
): Promise<Blended[]> {
  const modelsOf = (fold: number) => contenders.map(({ models }) => models[fold]);
  const folds = await judgeAll(search, modelsOf, { halfLives, part });
  const alone = contenders.map((_, place) => {
    const weights = contenders.map((__, index) => (index === place ? 1 : 0));
    return startBlend(search.runner, { folds, weights, blend, halfLives });
  });
  return Promise.all(alone);
}

/** What a recipe keeps of a blend, the weights excepted. */
function asRecipe({ blend, halfLives: { popularityHalfLifeDays, repurchaseHalfLifeDays } }: Blended) {
  return { blend, popularityHalfLifeDays, repurchaseHalfLifeDays };
}

async function judgePopularity(search: Search, resolved: ResolvedRecipe): Promise<RecipeTrial> {
  const { validation } = search;
  const started = validation.now();
  const popularityIn = (fold: number) => validation.inputOf(fold, resolved).matrices.popularity;
  const folds = await judgeAll(search, (fold) => [{ popularity: popularityIn(fold) }], {
    halfLives: resolved,
    part: 'sheet',
  });
  const lists = await startBlend(search.runner, { folds, weights: [1], blend: resolved.blend, halfLives: resolved });
  return report(validation, { method: 'popularity', settings: {}, work: 0 }, started, lists);
}

function report(
  validation: Validation,
  trial: Pick<RecipeTrial, 'method' | 'settings' | 'work'>,
  started: number,
  { folds, weights, blend, halfLives, ndcg }: Blended,
): RecipeTrial {
  const lists = folds.map((judged, fold) => {
    const sums: ListSums = { customers: 0, recall: 0, listed: 0, information: 0, shown: new Set() };
    addLists(sums, judged, { weights, blend, owners: validation.inputOf(fold, halfLives).owners });
    return sums;
  });
  return validation.report(trial, started, { ndcg, lists });
}
