export type { DemandForecasts, Span } from './forecast-demand.ts';
export { forecastDemand } from './forecast-demand.ts';
export type { Bands } from './intervals/bands.ts';
export type { SpanErrors } from './intervals/learn-errors.ts';
export {
  croston,
  meanOfLast,
  smooth,
  smoothBest,
  smoothManySums,
  smoothSums,
  syntetosBoylan,
  teunterSyntetosBabai,
} from './methods/levels.ts';
export { type Method, methods } from './methods/methods.ts';
export { type HoltWinters, repeatWeek, smoothSeasons } from './methods/seasonal.ts';
export { type DemandForecastsRecipe, recipe, recipeSchema } from './recipe.ts';
export { classify, type DemandClass } from './series/demand-class.ts';
export type { DemandHistory } from './series/series.ts';
export { type DemandOver, demandOver } from './stock/demand-over.ts';
export { planReorder, quantityToOrder, type Reorder, type Replenishment } from './stock/reorder.ts';
export { daysOfSupply, measureSupply, type Supply } from './stock/supply.ts';
