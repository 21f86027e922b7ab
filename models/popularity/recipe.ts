import { z } from 'zod';
import { halfLife } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** The hyper-parameter of the nightly run, the shape of recipe.json. */
export interface PopularityRecipe {
  /** days after which a behaviour counts half; Infinity counts all alike */
  readonly halfLifeDays: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<PopularityRecipe> = z.strictObject({ halfLifeDays: halfLife });

/** The values of the nightly run. */
export const recipe: PopularityRecipe = nightly;
