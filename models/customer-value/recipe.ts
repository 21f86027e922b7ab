import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** What is known of customers from their first order on and does not change, by which they may order more or less often. */
export const covariateNames = ['first-category', 'first-channel', 'country'] as const;
/** Name of one of them. */
export type CovariateName = (typeof covariateNames)[number];

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
  /** by which customers are told apart where it foretells what they do; empty: by none */
  readonly covariates: readonly CovariateName[];
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CustomerValueRecipe> = z.strictObject({
  horizonDays: whole(1, 3_650),
  minimumRepeatCustomers: whole(2, 1_000_000_000),
  minimumHoldoutDays: whole(1, 3_650),
  minimumHoldoutCustomers: whole(2, 1_000_000_000),
  maximumSpendCorrelation: within(0, 1),
  covariates: z.array(z.enum(covariateNames)),
});

/** The values of the nightly run. */
export const recipe: CustomerValueRecipe = nightly as CustomerValueRecipe;
