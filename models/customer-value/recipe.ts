import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Horizon and limits of the nightly run, the shape of recipe.json. */
export interface CustomerValueRecipe {
  /** what is expected is expected within this many days */
  readonly horizonDays: number;
  /** customers with a repeat, and with a repeat that brought money, that the models need at least */
  readonly minimumRepeatCustomers: number;
  /** a hold-out shorter than this judges nothing */
  readonly minimumHoldoutDays: number;
  /** in the hold-out at least so many must buy again, and as many not */
  readonly minimumHoldoutCustomers: number;
  /** beyond this the value of orders is reported as not independent of their number, which Gamma-Gamma takes it to be */
  readonly maximumSpendCorrelation: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CustomerValueRecipe> = z.strictObject({
  horizonDays: whole(1, 3_650),
  minimumRepeatCustomers: whole(2, 1_000_000_000),
  minimumHoldoutDays: whole(1, 3_650),
  minimumHoldoutCustomers: whole(2, 1_000_000_000),
  maximumSpendCorrelation: within(0, 1),
});

/** The values of the nightly run. */
export const recipe: CustomerValueRecipe = nightly;
