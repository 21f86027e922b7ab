import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import type { NetworkSettings } from './network.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Hyper-parameters of learning from a campaign, the shape of recipe.json. */
export interface CouponResponseRecipe {
  readonly network: NetworkSettings;
  /** parts of the customers, each scored by models that have not seen it */
  readonly folds: number;
  readonly bootstrapSamples: number;
  /** an arm with fewer customers teaches nothing */
  readonly minimumArmCustomers: number;
  /** nor one with fewer customers who had the outcome, or had it not */
  readonly minimumArmOutcomes: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CouponResponseRecipe> = z.strictObject({
  network: z.strictObject({
    hidden: z.array(whole(1, 1_024)).max(8),
    epochs: whole(1, 10_000),
    batch: whole(1, 1_000_000),
    learningRate: within(0.000_001, 10),
    ridge: within(0, 1_000),
  }),
  folds: whole(2, 100),
  bootstrapSamples: whole(10, 100_000),
  minimumArmCustomers: whole(2, 1_000_000_000),
  minimumArmOutcomes: whole(1, 1_000_000_000),
});

/** The values of the nightly run. */
export const recipe: CouponResponseRecipe = nightly;
