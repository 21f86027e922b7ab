import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Hyper-parameters of the forecasts, the shape of recipe.json. */
export interface DemandForecastsRecipe {
  /** so many days are foreseen */
  readonly horizonDays: number;
  /** weight of the newest value in SES, Croston, SBA and TSB */
  readonly smoothing: number;
  /** the mean is that of so many known days */
  readonly meanDays: number;
  readonly holtWinters: {
    /** a shorter smooth demand has none */
    readonly minimumWeeks: number;
    /** what is left of a trend after a day */
    readonly damping: number;
    /** the weights of level, trend and season, among all of whose combinations the past chooses */
    readonly level: readonly number[];
    readonly trend: readonly number[];
    readonly season: readonly number[];
  };
  /** a day of more than is bought on this share of the days with a sale, and than twice their median, counts as that much */
  readonly ordinaryShare: number;
  /** so many times the past is foreseen, to judge the methods and draw intervals */
  readonly origins: number;
  /** days from one of these times to the next */
  readonly originDays: number;
  /** only where at least so many days were known then */
  readonly minimumKnownDays: number;
  /** an item's errors are drawn to its category's as if that had added so many weeks */
  readonly pooledWeeks: number;
  /** the same for a category's week and the shop's */
  readonly profileWeeks: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<DemandForecastsRecipe> = z.strictObject({
  horizonDays: whole(1, 366),
  smoothing: within(0.001, 1),
  meanDays: whole(1, 3_650),
  holtWinters: z.strictObject({
    minimumWeeks: whole(2, 520),
    damping: within(0, 1),
    level: z.array(within(0, 1)).min(1).max(20),
    trend: z.array(within(0, 1)).min(1).max(20),
    season: z.array(within(0, 1)).min(1).max(20),
  }),
  ordinaryShare: within(0.5, 1),
  origins: whole(1, 100),
  originDays: whole(1, 366),
  minimumKnownDays: whole(1, 3_650),
  pooledWeeks: within(0.1, 1_000_000),
  profileWeeks: within(0.1, 1_000_000),
});

/** The values of the nightly run. */
export const recipe: DemandForecastsRecipe = nightly;
