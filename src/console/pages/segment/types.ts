import type { Answer } from '../../api/index.ts';

export type Defined = Answer<'/v1/segments/{segment_id}'>;
export type Published = Answer<'/v1/segments'>['items'][number];
export type SegmentPortrait = Answer<'/v1/segments/{segment_id}/portrait'>;
