export type { CategoryComplementRow, ComplementRow } from './complements/learnt-complements.ts';
export { loadCategoryComplements, loadItemComplements } from './complements/store.ts';
export { eraseFromRecommendations } from './erasure.ts';
export { readPlacedClicks } from './exposures/store.ts';
export type { ListComparison, PopularityComparison } from './learnt/comparison.ts';
export type { CustomerListRow, NeighboursRow, PopularityRow } from './learnt/rows.ts';
export {
  compareCustomerLists,
  comparePopularity,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  readNeighbours,
  streamCustomerLists,
} from './learnt/store.ts';
export type { Explanation } from './lists/explain-list.ts';
export { assembleList, type ListedItems, type ListInput } from './lists/fill-list.ts';
export type { FoldInInput, NeighbourTable, RecentBehaviour } from './lists/fold-in.ts';
export { type ListText, wholeText } from './lists/made-list.ts';
export { listSources, noItems, type RankedItems, type ReasonSource, reasonSources } from './lists/ranked-items.ts';
export type { RecommendedItem } from './lists/recommended-item.ts';
export type { NewcomerTasteRow } from './newcomers/newcomer-tastes.ts';
export { loadNewcomerTastes } from './newcomers/store.ts';
export { traitsOfArrival, traitsOfAttributes } from './newcomers/traits.ts';
export {
  createRecommendations,
  type RecommendationDependencies,
  type Recommendations,
} from './recommendations.ts';
export type { RuleComparison, RuleRow } from './rules/learnt-rules.ts';
export { type ContextSummary, overallContext } from './rules/rule-table.ts';
export { compareRules, loadAssociationRules } from './rules/store.ts';
export type { SearchTermRow } from './searches/search-term.ts';
export { loadSearchTerms } from './searches/store.ts';
export type { SegmentSalesRow } from './segment-sales/segment-sales.ts';
export { loadSegmentSales } from './segment-sales/store.ts';
export { type ServedListEntry, saidOfItem, selectListEntries, servedListsRelation } from './served-lists/store.ts';
export { recommendationsStation } from './station.ts';
export { recommendationTables } from './tables.ts';
