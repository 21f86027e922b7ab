export { recordSegmentChanges } from './changes/changes.ts';
export {
  type DefinedSegment,
  type DefinedSegments,
  isDefinedSegment,
  refreshSegments,
} from './defined/defined-segments.ts';
export { readMemberships, readSegmentAttributes, readSegmentsOf } from './memberships.ts';
export {
  compareSegments,
  compareTags,
  compareValues,
  type SegmentComparison,
  type TagComparison,
  type ValueComparison,
} from './published/comparison-store.ts';
export {
  type ClusterDescription,
  type ClusteringReport,
  type CustomerSegment,
  type CustomerStanding,
  eraseFromSegments,
  type Group,
  type KlaviyoGroup,
  loadCustomerSegments,
  readCustomerSegment,
  readCustomerSegments,
  type ScoreRange,
  type ScoreRanges,
  type SegmentationSummary,
  type SegmentFigures,
  segmentTables,
  streamCustomerSegments,
} from './published/customer-segments.ts';
export { createSegments, type Member, type MemberPage, type Segments } from './segments.ts';
export { segmentsStation } from './station.ts';
export {
  type CustomerTagging,
  loadCustomerTags,
  readCustomerTags,
  type Tag,
  type TagKind,
  type TagName,
  type TagStanding,
  type TagsSummary,
  tagTables,
} from './tags/tags.ts';
export {
  type CustomerValue,
  loadCustomerValues,
  readCustomerValue,
  streamCustomerValues,
  type ValueRanking,
  type ValueStanding,
  type ValueSummary,
  valueTables,
} from './value/value.ts';
