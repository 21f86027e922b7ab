export { type Count, compareRates, type RateRatio } from './compare-rates.ts';
export { measureTrends, type TrendRefusal, type Trends, weekdayExposure } from './measure-trends.ts';
export { recipe, recipeSchema, type TrendsRecipe } from './recipe.ts';
