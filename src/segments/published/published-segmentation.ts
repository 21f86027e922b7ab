import type { ModelVersion } from '../../versions/index.ts';
import { isDefined, type LearntSegment, type Segment } from '../segment-id.ts';
import type { SegmentationSummary } from './summary.ts';

export function figuresOf(version: ModelVersion): SegmentationSummary {
  return version.summary as unknown as SegmentationSummary;
}

/** Groups and cells are by definition, clusters and Klaviyo's groups as far as the version has them. */
export function isIn(version: ModelVersion, segment: Segment | undefined): segment is LearntSegment {
  if (segment === undefined || isDefined(segment)) return false;
  const summary = figuresOf(version);
  if (segment.kind === 'cluster') return summary.clusters.some(({ cluster }) => cluster === segment.cluster);
  return segment.kind !== 'klaviyo' || summary.klaviyo !== undefined;
}
