export {
  type FirstOrders,
  judgedDays,
  learnNewcomers,
  type NewcomerTaste,
  type NewcomerTastes,
  weighForNewcomer,
} from './newcomers.ts';
export { rankBySegment, type SegmentOfCustomers, type SegmentSales } from './rank-by-segment.ts';
export { type Popularity, rankPopularity } from './rank-popularity.ts';
export { rankTrends } from './rank-trends.ts';
export { learnRebuying, type Rebuying } from './rebuying.ts';
export { type PopularityRecipe, recipe, recipeSchema } from './recipe.ts';
