import type { Answer } from '../../api/index.ts';

export type AllSegments = Answer<'/v1/segments'>;
export type Segment = AllSegments['items'][number];
export type SegmentFlows = Answer<'/v1/segments/flows'>;
/** Groups that are shown by size, revenue and flows. */
export type Scheme = 'group' | 'klaviyo';
