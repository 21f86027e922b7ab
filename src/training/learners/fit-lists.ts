import {
  type CollaborativeFilteringRecipe,
  createFamilyFitter,
  type FitOptions,
  type FittedFamily,
  fitFamily,
  resolveRecipe,
  type TaskRunner,
  type TunedRecipe,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { type Popularity, type PopularityRecipe, rankPopularity } from '../../../models/popularity/index.ts';
import { factsBefore, salesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { factorFit, findFactors, type WorkedOut } from './worked-out.ts';

/** The recipes of what lists are made of. */
export interface ListRecipes {
  popularity: PopularityRecipe;
  'collaborative-filtering': CollaborativeFilteringRecipe;
}

/** What is sold. */
export interface RankedSales {
  popularity: Popularity;
  /** by item: lines sold */
  purchases: Uint32Array;
}

/** A family without what its order was learnt from, which is large. */
export type LearntFamily = Omit<FittedFamily, 'taught'>;

/** What lists are made of, fitted on the facts before one time. */
export interface FittedLists extends RankedSales, Omit<FittedFamily, 'popularity'> {}

/** How the work is done; what is learnt does not hang on the threads. */
export interface LearningOptions {
  seed: number;
  threads?: number;
  /** who works on what can be parted, the caller's thread if absent */
  runner?: TaskRunner | undefined;
  /** what need not be learnt here */
  workedOut?: WorkedOut | undefined;
  /** of the order of lists by the same recipe */
  taught?: FitOptions['taught'];
}

/**
 * Searches what the recipe leaves open, on the facts before `asOf` alone.
 * @returns the recipe resolved, with everything that was tried
 */
export function tuneLists(
  snapshot: Snapshot,
  asOf: number,
  recipe: CollaborativeFilteringRecipe,
  { seed, runner }: LearningOptions,
): Promise<TunedRecipe> {
  const now = () => performance.now() / 1_000;
  return tuneRecipe(factsBefore(snapshot, asOf, recipe), recipe, { seed, runner, now });
}

/**
 * Ranks goods by their sales before `asOf`; nothing later is looked at.
 *
 * @param agedAt from when ages count back: a time after `asOf` makes all of it as old as it will be then
 */
export function rankSales(snapshot: Snapshot, asOf: number, recipe: PopularityRecipe, agedAt = asOf): RankedSales {
  const sales = salesBefore(snapshot, asOf, agedAt);
  const itemCount = snapshot.itemKeys.length;
  const weights = new Float32Array(sales.items.length).fill(1);
  const purchases = new Uint32Array(itemCount);
  for (const item of sales.items) purchases[item]++;
  return { popularity: rankPopularity({ ...sales, itemCount, weights }, recipe), purchases };
}

/**
 * Fits collaborative filtering on goods bought or looked at before `asOf`; nothing later is looked at. A recipe that leaves
 * something to the night's search is fitted with the first value of every list.
 *
 * @param agedAt from when ages count back, as in `rankSales`
 */
export function fitCandidates(
  snapshot: Snapshot,
  asOf: number,
  recipe: CollaborativeFilteringRecipe,
  options: LearningOptions,
  agedAt = asOf,
): LearntFamily {
  const { taught: _, ...family } = fitFamily(factsBefore(snapshot, asOf, recipe, agedAt), resolveRecipe(recipe), {
    ...fitOptions(options, recipe, snapshot, asOf, agedAt),
    ...(options.taught && { taught: options.taught }),
  });
  return family;
}

function fitOptions(
  { seed, threads, workedOut }: LearningOptions,
  recipe: CollaborativeFilteringRecipe,
  { placeWeights }: Snapshot,
  cut: number,
  agedAt: number,
): FitOptions {
  return {
    seed,
    ...(threads !== undefined && { threads }),
    itemFactors: (halfLifeDays, ials) =>
      findFactors(workedOut, factorFit(recipe, { cut, agedAt, halfLifeDays, placeWeights, ials })),
  };
}

/** Both, as lists are made of them. */
export function fitLists(
  snapshot: Snapshot,
  asOf: number,
  recipes: ListRecipes,
  options: LearningOptions,
  agedAt = asOf,
): FittedLists {
  return createListFitter(snapshot, asOf, options, agedAt)(recipes, options.taught);
}

/** Fits lists by several recipes (see `fitLists`); what they have in common is learnt once. */
export function createListFitter(
  snapshot: Snapshot,
  asOf: number,
  options: LearningOptions,
  agedAt = asOf,
): (recipes: ListRecipes, taught?: FitOptions['taught']) => FittedLists {
  const fitters = new Map<string, ReturnType<typeof createFamilyFitter>>();
  return (recipes, taught) => {
    const recipe = recipes['collaborative-filtering'];
    // All that facts are made by.
    const { behaviourWeights, quantityEffect, refundedPurchases } = recipe;
    const key = JSON.stringify([Object.entries(behaviourWeights).sort(), quantityEffect, refundedPurchases]);
    if (!fitters.has(key)) {
      fitters.set(
        key,
        createFamilyFitter(
          factsBefore(snapshot, asOf, recipe, agedAt),
          fitOptions(options, recipe, snapshot, asOf, agedAt),
        ),
      );
    }
    return {
      ...fitters.get(key)!(resolveRecipe(recipe), taught),
      ...rankSales(snapshot, asOf, recipes.popularity, agedAt),
    };
  };
}
