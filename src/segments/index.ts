export type { Group, KlaviyoGroup } from '../../models/segmentation/index.ts';
export { recordSegmentChanges } from './changes/changes.ts';
export { type SegmentChangeEntry, selectChangeEntries } from './changes/store.ts';
export type { CustomerProfile } from './customer-profile.ts';
export type { DefinedSegment } from './defined/defined-segment.ts';
export type { DefinedSegments } from './defined/defined-segments.ts';
export { refreshSegments } from './defined/refresh.ts';
export { membersQuery, type RuleShop } from './defined/rule-query/store.ts';
export { eraseFromSegments } from './erasure.ts';
export {
  keepAttributes,
  type LearntAttribute,
  learnAttributes,
  type PreparedAttributes,
  prepareAttributes,
} from './labels/learn-attributes.ts';
export { type AttributePrediction, predictAttribute } from './labels/predict-attribute.ts';
export { hasPredictions, type LabelRow, readRunsOfPredictions, selectDeclared } from './labels/store.ts';
export { readDefinedMembers, readMembersAfter, readMemberships, readSegmentAttributes } from './memberships.ts';
export type { CustomerSegment, SegmentComparison, SegmentedCustomer } from './published/customer-segment.ts';
export type { Member, MemberPage } from './published/members.ts';
export {
  compareSegments,
  countAlike,
  loadCustomerSegments,
  readCustomerSegments,
  streamCustomerSegments,
} from './published/store.ts';
export type {
  ClusterDescription,
  ClusteringReport,
  ScoreRange,
  ScoreRanges,
  SegmentationSummary,
  SegmentFigures,
} from './published/summary.ts';
export { membershipsRelation, readKnownSegments, valuesRelation } from './relations/store.ts';
export { isDefinedSegment, type Segment, type SegmentKind, segmentIdOf, segmentIdPatterns } from './segment-id.ts';
export { createSegments, type Segments } from './segments.ts';
export { segmentsStation } from './station.ts';
export { segmentTables } from './tables.ts';
export type {
  CustomerTagging,
  Tag,
  TagComparison,
  TagKind,
  TagName,
  TagsSummary,
} from './tags/customer-tagging.ts';
export { readCustomerTags } from './tags/read-tags.ts';
export { compareTags, loadCustomerTags } from './tags/store.ts';
export type { CustomerValue, ValueComparison, ValueRanking, ValueSummary } from './value/customer-value.ts';
export { readCustomerValues } from './value/read-value.ts';
export { compareValues, loadCustomerValues, streamCustomerValues } from './value/store.ts';
