export {
  type CustomerSegment,
  type CustomerStanding,
  eraseFromSegments,
  type Group,
  loadCustomerSegments,
  readCustomerSegment,
  type ScoreRange,
  type SegmentationSummary,
  type SegmentFigures,
  segmentTables,
  streamCustomerSegments,
} from './customer-segments.ts';
export { csvField, segmentRoutes } from './routes.ts';
export { createSegments, type Member, type MemberPage, type Segments } from './segments.ts';
