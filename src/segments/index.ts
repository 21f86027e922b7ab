export {
  type CustomerSegment,
  type CustomerStanding,
  eraseFromSegments,
  type Group,
  loadCustomerSegments,
  readCustomerSegment,
  type SegmentationSummary,
  type SegmentFigures,
  type ScoreRange,
  segmentTables,
  streamCustomerSegments,
} from './customer-segments.ts';
export { segmentRoutes } from './routes.ts';
export { createSegments, type Member, type MemberPage, type Segments } from './segments.ts';
