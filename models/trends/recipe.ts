import { z } from 'zod';
import { halfLife, whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Hyper-parameters of the trends, the shape of recipe.json. */
export interface TrendsRecipe {
  /** the last so many days are compared with all before them */
  readonly recentDays: number;
  /** within them a day counts half of one so much later */
  readonly recentHalfLifeDays: number;
  /** the same before them */
  readonly pastHalfLifeDays: number;
  /** fewer days before them are no past */
  readonly minimumPastDays: number;
  /** a member that was counted less often is not judged */
  readonly minimumCount: number;
  /** as if each of both times had so many counts more, at the member's mean rate: few counts say little */
  readonly priorCount: number;
  /** how much a member's counts vary is drawn to all members' as if that had added so many weeks */
  readonly pooledWeeks: number;
  /** of those called rising or falling at most this share is so by chance, in the mean */
  readonly falseDiscoveryRate: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<TrendsRecipe> = z.strictObject({
  recentDays: whole(1, 366),
  recentHalfLifeDays: halfLife,
  pastHalfLifeDays: halfLife,
  minimumPastDays: whole(14, 36_500),
  minimumCount: within(1, 1_000_000_000),
  priorCount: within(0.1, 1_000),
  pooledWeeks: within(0.1, 1_000_000),
  falseDiscoveryRate: within(0.0001, 0.5),
});

/** The values of the nightly run. */
export const recipe: TrendsRecipe = nightly;
