export { expireSegmentChanges, recordSegmentChanges } from './changes.ts';
export { compareSegments, compareValues, type SegmentComparison, type ValueComparison } from './comparison-store.ts';
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
  type ScoreRange,
  type ScoreRanges,
  type SegmentationSummary,
  type SegmentFigures,
  segmentTables,
  streamCustomerSegments,
} from './customer-segments.ts';
export { csvField, segmentRoutes } from './routes.ts';
export { createSegments, type Member, type MemberPage, type Segments } from './segments.ts';
export {
  type CustomerValue,
  loadCustomerValues,
  readCustomerValue,
  streamCustomerValues,
  type ValueRanking,
  type ValueStanding,
  type ValueSummary,
  valueTables,
} from './value.ts';
