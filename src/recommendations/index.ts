export {
  compareCustomerLists,
  comparePopularity,
  compareRules,
  type ListComparison,
  type PopularityComparison,
  type RuleComparison,
} from './comparison-store.ts';
export type { Explanation } from './explain.ts';
export { streamCustomerLists } from './export-store.ts';
export type { FoldInInput, NeighbourTable, RecentBehaviour } from './fold-in.ts';
export { assembleList, type ListedItems, type ListInput } from './list.ts';
export { listSources, noItems, type RankedItems, type ReasonSource, reasonSources } from './ranked-items.ts';
export {
  createRecommendations,
  type RecommendationDependencies,
  type Recommendations,
  type RecommendedItem,
} from './recommendations.ts';
export { overallContext, type RuleContext } from './rule-table.ts';
export { recommendationsStation } from './station.ts';
export {
  type CustomerListRow,
  deleteCustomer as eraseFromRecommendations,
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  type NeighboursRow,
  type PopularityRow,
  type RuleRow,
  readNeighbours,
  recommendationTables,
} from './store.ts';
