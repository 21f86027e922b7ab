import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import type { SegmentNames } from './words.ts';

/** What the shop's own segments are called, and how many they are of; empty for who may not see segments. */
export function useOwnSegments() {
  const may = useMay();
  return useGet(get('/v1/segments'), { when: may('segments', 'view') });
}

export function useSegmentNames(): SegmentNames {
  const { data } = useOwnSegments();
  return new Map(data?.defined.map(({ segment_id, name }) => [segment_id, name]));
}
