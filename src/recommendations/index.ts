export {
  compareCustomerLists,
  comparePopularity,
  compareRules,
  type ListComparison,
  type PopularityComparison,
  type RuleComparison,
} from './learnt/comparison-store.ts';
export { streamCustomerLists } from './learnt/export-store.ts';
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
} from './learnt/store.ts';
export type { Explanation } from './lists/explain-list.ts';
export { assembleList, type ListedItems, type ListInput } from './lists/fill-list.ts';
export type { FoldInInput, NeighbourTable, RecentBehaviour } from './lists/fold-in.ts';
export { listSources, noItems, type RankedItems, type ReasonSource, reasonSources } from './lists/ranked-items.ts';
export {
  createRecommendations,
  type RecommendationDependencies,
  type Recommendations,
  type RecommendedItem,
} from './recommendations.ts';
export { overallContext, type RuleContext } from './rules/rule-table.ts';
export { recommendationsStation } from './station.ts';
