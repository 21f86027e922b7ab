import { groupClass } from '../../shared/people/group-mark.tsx';

/** The colour of a segment of either scheme: of six, the places of the palette. */
export function segmentClass(segmentId: string): string {
  if (segmentId.startsWith('group-')) return groupClass(segmentId.slice('group-'.length));
  return segmentId;
}
