import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import limits from './recipe.json' with { type: 'json' };

/** How attributes are encoded, screened and judged, and which categories are too thin. */
export interface SalesEffectsRecipe {
  /** a category of fewer items is refused */
  readonly minimumItems: number;
  /** and one that sold less; of the price, in goods with at least two prices */
  readonly minimumUnits: number;
  /** and one of which fewer items sold anything */
  readonly minimumSellingItems: number;
  /** of the price nothing is told where fewer goods that were sold had at least two prices */
  readonly minimumPricedItems: number;
  /** levels of fewer items are taken together */
  readonly minimumLevelItems: number;
  /** so many items must there be for each coefficient; the least telling attributes are left out until there are */
  readonly itemsPerCoefficient: number;
  /** effects are taken to come from a normal distribution about none, of this deviation in logarithms: the ridge */
  readonly priorDeviation: number;
  /** so many times the sales are dealt out anew among the items */
  readonly permutations: number;
  /** how often a category whose attributes do nothing may be said to have an effect, on whichever attribute */
  readonly falseAlarmRate: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<SalesEffectsRecipe> = z.strictObject({
  minimumItems: whole(10, 1_000_000),
  minimumUnits: within(1, 1_000_000_000),
  minimumSellingItems: whole(5, 1_000_000),
  minimumPricedItems: whole(3, 1_000_000),
  minimumLevelItems: whole(2, 1_000_000),
  itemsPerCoefficient: within(2, 1_000),
  priorDeviation: within(0.01, 100),
  permutations: whole(19, 100_000),
  falseAlarmRate: within(0.001, 0.5),
});

/** The values of a run. */
export const recipe: SalesEffectsRecipe = limits;
