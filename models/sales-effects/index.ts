export type { Attribute, LeftOut } from './attributes.ts';
export { type CountData, type CountFit, fitCounts } from './fit-counts.ts';
export {
  type AttributeEffect,
  type CategorySales,
  type EffectsRefusal,
  measureEffects,
  type SalesEffects,
} from './measure-effects.ts';
export { measurePrice, type PricedSales, type PriceEffect, type PriceRefusal } from './price-effect.ts';
export { recipe, recipeSchema, type SalesEffectsRecipe } from './recipe.ts';
