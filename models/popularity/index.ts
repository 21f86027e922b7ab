export { type Popularity, rankPopularity } from './rank-popularity.ts';
export { type PopularityRecipe, recipe, recipeSchema } from './recipe.ts';
