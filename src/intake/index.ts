export type { AttributeType } from './attributes/attribute.ts';
export {
  type AskedAttribute,
  attributeQuery,
  attributeValuesQuery,
  declaredValuesQuery,
  hasAttribute,
  selectKnownAttributes,
} from './attributes/store.ts';
export type { BatchVerdict, RowCounts, Verdict } from './batch/verdicts.ts';
export {
  type BehaviourType,
  behaviours,
  type CountedType,
  countedItemEventTypes,
  countedTypes,
  type EventType,
  tasteEventTypes,
} from './behaviours.ts';
export { type Offer, type WhyNotForSale, whyNotForSale, whyNotShown } from './catalogue/for-sale.ts';
export { languageTag } from './catalogue/item-parts.ts';
export {
  type CatalogueItem,
  type ItemEmbedding,
  type ItemName,
  itemIdsOf,
  itemNamesOf,
  itemsNamed,
  loadEmbeddings,
  loadItemCosts,
  loadItems,
  visibleItems,
} from './catalogue/store.ts';
export type { StoredItem } from './catalogue/stored-item.ts';
export type { Fault } from './cleaning/rules.ts';
export type { Erasure } from './erasure/erase-customer.ts';
export { findErasures } from './erasure/erasures.ts';
export { holdOffErasure } from './erasure/store.ts';
export { findDroppedEvents } from './events/partitions.ts';
export { type DroppedEvents, isDeliberate, keepEvents, markForgotten } from './events/store.ts';
export { type Arrival, readCountries, readNewcomers } from './fact-queries/arrivals/store.ts';
export { selectBasketsWith } from './fact-queries/baskets/store.ts';
export {
  type Bind,
  behaviourCountsQuery,
  boughtItemsQuery,
  type CountedBehaviour,
  type CountedFacts,
  type CountedTime,
  drawnCustomersQuery,
  type FactWindow,
  type LastFact,
  lastFacts,
  lastFactsQuery,
  movedCustomersQuery,
  type OrderDays,
  profiledCustomersQuery,
  readOrderDays,
  spendQuery,
} from './fact-queries/behaviour-counts/store.ts';
export { languagesQuery, orderHabitsQuery } from './fact-queries/habits/store.ts';
export {
  findOrdersWithItems,
  type PurchaseSums,
  type PurchaseWindow,
  sumOrders,
  sumPurchases,
} from './fact-queries/purchases/purchases.ts';
export { isUndoneOrder, readOrdered, readVisitorsOrdered } from './fact-queries/purchases/store.ts';
export {
  type CountedRelations,
  costsRelation,
  countedRelations,
  customersRelation,
  eventsRelation,
  identityLinksRelation,
  itemPricesRelation,
  itemsRelation,
  linkHoldsAt,
  marketFiguresRelation,
  orderLinesRelation,
  ordersRelation,
  refundedLinesRelation,
  refundsRelation,
  relationsWhere,
  selectDaysOfFacts,
  soldOutDaysRelation,
  stockDaysRelation,
} from './fact-queries/relations/store.ts';
export {
  type ChannelCount,
  type SnapshotEvent,
  type SnapshotLine,
  type SnapshotSearch,
  streamBehaviours,
  streamChannels,
  streamOrderLines,
  streamSearches,
} from './fact-queries/snapshot/snapshot.ts';
export {
  type FactSources,
  type SnapshotSize,
  selectFactSources,
  selectLakeSource,
  selectPairCount,
  selectSnapshotSize,
} from './fact-queries/snapshot/store.ts';
export { readBehaviours, readShown } from './fact-queries/states/packed.ts';
export {
  type CustomerState,
  loadCustomerStates,
  loadVisitorStates,
  type Search,
  type VisitorState,
} from './fact-queries/states/states.ts';
export type { Beside } from './fact-queries/states/store.ts';
export { selectLatestFact } from './fact-queries/store.ts';
export {
  type EventEntry,
  type OrderEntry,
  type RefundEntry,
  selectEventEntries,
  selectOrderEntries,
  selectRefundEntries,
} from './fact-queries/timeline/store.ts';
export { microseconds, type TimelineEntry, type TimelineSelection } from './fact-queries/timeline/timeline.ts';
export { hasOwnColumns } from './files/own-columns.ts';
export { medusaOrder } from './files/platforms/open-source.ts';
export { platforms } from './files/platforms/presets.ts';
export { shopifyOrder } from './files/platforms/shopify.ts';
export { textOf } from './files/understanding/filled.ts';
export { isSale, meaningOf } from './files/understanding/orders/statuses.ts';
export type { Source } from './files/understanding/plan.ts';
export { compile, type Getter, type Scope } from './files/understanding/source.ts';
export type { RowKind, Understanding, UnderstandOptions, Understood } from './files/understanding/understood.ts';
export { loadContractChecks } from './imports/elements/load-contract-checks.ts';
export type { MappedImport } from './imports/import-mapped.ts';
export type { ImportOptions, ImportProgress, ImportResult, StoredImport } from './imports/import-types.ts';
export type { ImportedKind } from './imports/import-understood.ts';
export type { FactKind, PastCampaignKind } from './imports/kinds.ts';
export { factKinds, pastCampaignKinds } from './imports/kinds.ts';
export { type NamedItem, namedItems } from './imports/named-items.ts';
export type {
  KeptVerdict,
  PastCampaignKeeper,
  PastCampaignRow,
} from './imports/past-campaigns/import-past-campaigns.ts';
export { openRows } from './imports/reading/rows.ts';
export { nextMidnight, readMoment } from './imports/reading/time.ts';
export type { CleaningReport } from './imports/report/report.ts';
export { type FileAside, setAside } from './imports/upload/set-aside.ts';
export { createIntake, type Intake, type IntakeDependencies } from './intake.ts';
export { exportFacts, type FactExport } from './lake/export-facts.ts';
export { type LakeKind, lakeKinds } from './lake/store.ts';
export { refundOfOrder } from './orders/refund-of-order.ts';
export {
  attributesOf,
  customerIdsOf,
  customersSharing,
  findCustomers,
  findErased,
  findVisitors,
  holdCustomers,
  insertMissingCustomers,
  profiledAfter,
  profiledCustomerIdsOf,
  resolveCustomers,
  sharingAmong,
  visitorIdsOf,
} from './people/store.ts';
export type { QuarantinedRow } from './quarantine/rows.ts';
export {
  type CostElement,
  type CustomerElement,
  type EventElement,
  type ItemElement,
  type MarketFigureElement,
  type OrderChannel,
  type OrderElement,
  type OrderLineElement,
  orderChannels,
  type RefundElement,
} from './request-elements.ts';
export { type CustomerOrder, type CustomerQuery, listCustomers } from './search/customer-search.ts';
export {
  type CustomerCondition,
  type CustomerFigures,
  keysBeginningWith,
  type ListedCustomer,
} from './search/store.ts';
export { intakeStation } from './station.ts';
export { mostDaysCarried } from './stock/stock-days.ts';
export { carryOver, selectStockKeptFrom } from './stock/store.ts';
export { hasTouches, insertTouches, type TouchedDay, takeTouches } from './touches/store.ts';
export { type ArrivedKind, type TouchedKind, Touches } from './touches/touches.ts';
