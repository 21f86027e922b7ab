import { readCursor, writeCursor } from '../../formats/cursor.ts';
import { type Handlers, listOf, streamRows } from '../../http/index.ts';
import { memberColumns } from '../defined/member-routes.ts';
import type { Member, Members } from './members.ts';

/** Lists the members of segments that the night makes. */
export function publishedMemberRoutes(
  segments: Members,
  money: (minor: number) => string,
): Pick<Handlers, 'listSegmentMembers'> {
  const toMember = (member: Member) => ({
    customer_id: member.customerId,
    recency_days: member.recencyDays,
    frequency: member.frequency,
    monetary: money(member.monetaryMinor),
    recency_score: member.recencyScore,
    frequency_score: member.frequencyScore,
    monetary_score: member.monetaryScore,
    since: member.since?.toISOString() ?? null,
  });

  return {
    async listSegmentMembers({ parameters, mediaType }) {
      const { segment_id, limit, cursor } = parameters;
      if (mediaType !== 'application/json') {
        return streamRows(mediaType, memberColumns, segments.allMembers(segment_id), toMember);
      }
      const [version, after] = readCursor(cursor, 2) ?? [];
      const from = version === undefined ? undefined : { version, after: after };
      const page = await segments.members(segment_id, limit, from);
      const next = page.after === null ? null : writeCursor([page.version.version, page.after]);
      return {
        json: {
          segment_id,
          snapshot_id: null,
          version: page.version.version,
          ...listOf(page.members.map(toMember), next, page.version.asOf),
        },
      };
    },
  };
}
