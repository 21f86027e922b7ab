import { readCursor, writeCursor } from '../../formats/cursor.ts';
import { type Handlers, listOf, streamRows } from '../../http/index.ts';
import type { DefinedMember } from './defined-segment.ts';
import type { DefinedSegments } from './defined-segments.ts';

const pageSize = 2_000;

/** The columns of members in a CSV. */
export const memberColumns = [
  'customer_id',
  'recency_days',
  'frequency',
  'monetary',
  'recency_score',
  'frequency_score',
  'monetary_score',
  'since',
];

/** Lists the members of segments that people define. */
export function definedMemberRoutes(
  segments: DefinedSegments,
  money: (minor: number) => string,
): Pick<Handlers, 'listSegmentMembers'> {
  const toMember = (member: DefinedMember) => ({
    customer_id: member.customerId,
    recency_days: member.recencyDays,
    frequency: member.frequency,
    monetary: member.monetaryMinor === null ? null : money(member.monetaryMinor),
    recency_score: member.recencyScore,
    frequency_score: member.frequencyScore,
    monetary_score: member.monetaryScore,
    since: member.since.toISOString(),
  });

  return {
    async listSegmentMembers({ parameters, mediaType }) {
      const { segment_id, limit, cursor } = parameters;
      if (mediaType !== 'application/json') {
        return streamRows(mediaType, memberColumns, allMembers(segments, segment_id), toMember);
      }
      const [snapshotId, after] = readCursor(cursor, 2) ?? [];
      const from = snapshotId === undefined ? undefined : { snapshotId, after: after };
      const page = await segments.members(segment_id, limit, from);
      const next = page.after === null ? null : writeCursor([page.refresh.snapshotId, page.after]);
      return {
        json: {
          segment_id,
          snapshot_id: page.refresh.snapshotId,
          version: page.refresh.versions.segmentation ?? null,
          ...listOf(page.members.map(toMember), next, page.refresh.asOf),
        },
      };
    },
  };
}

async function* allMembers(segments: DefinedSegments, segmentId: string): AsyncGenerator<DefinedMember> {
  let page = await segments.members(segmentId, pageSize);
  yield* page.members;
  while (page.after !== null) {
    const { snapshotId } = page.refresh;
    page = await segments.members(segmentId, pageSize, { snapshotId, after: page.after });
    yield* page.members;
  }
}
