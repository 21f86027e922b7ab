import recipe from './recipe.json' with { type: 'json' };

export type { Popularity, PopularityRecipe } from './rank-popularity.ts';
export { rankPopularity } from './rank-popularity.ts';
/** The hyper-parameters of the nightly run. */
export { recipe };
