import { z } from 'zod';
import { halfLife } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** The hyper-parameters of the nightly run, the shape of recipe.json. */
export interface PopularityRecipe {
  /** days after which a behaviour counts half; Infinity counts all alike */
  readonly halfLifeDays: number;
  /** learn, the usual: popular goods are weighed by what is known of newcomers where that is better; popular: never */
  readonly newcomers?: 'learn' | 'popular' | undefined;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<PopularityRecipe> = z.strictObject({
  halfLifeDays: halfLife,
  newcomers: z.enum(['learn', 'popular']).optional(),
});

/** The values of the nightly run. */
export const recipe = nightly as PopularityRecipe;
