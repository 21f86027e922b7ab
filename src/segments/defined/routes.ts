import { readCursor, writeCursor } from '../../formats/cursor.ts';
import { type Call, type Handlers, listOf, type MediaType, type Reply, streamRows } from '../../http/index.ts';
import type { DefinedMember, DefinedSegment } from './defined-segment.ts';
import type { DefinedSegments } from './defined-segments.ts';

const pageSize = 2_000;
const unknownShown = 100;

export function toDefined({ segmentId, name, definition, createdAt, refresh }: DefinedSegment) {
  return {
    segment_id: segmentId,
    name,
    definition: definition as Record<string, unknown> | null,
    created_at: createdAt.toISOString(),
    snapshot_id: refresh.snapshotId,
    as_of: refresh.asOf.toISOString(),
    versions: refresh.versions,
    refreshed_at: refresh.refreshedAt.toISOString(),
    members: refresh.members,
    entered: refresh.entered,
    left: refresh.left,
  };
}

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

type Answered =
  | 'createSegment'
  | 'previewSegment'
  | 'getSegment'
  | 'deleteSegment'
  | 'refreshSegment'
  | 'replaceSegmentMembers';

export function definedSegmentRoutes(
  segments: DefinedSegments,
  money: (minor: number) => string,
): Pick<Handlers, Answered> & {
  listDefinedMembers: (
    parameters: Call<'listSegmentMembers'>['parameters'],
    mediaType: MediaType,
  ) => Promise<Reply<'listSegmentMembers'>>;
} {
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

  async function* allMembers(segmentId: string): AsyncGenerator<DefinedMember> {
    let page = await segments.members(segmentId, pageSize);
    yield* page.members;
    while (page.after !== null) {
      const { snapshotId } = page.refresh;
      page = await segments.members(segmentId, pageSize, { snapshotId, after: page.after });
      yield* page.members;
    }
  }

  return {
    async createSegment({ body }) {
      const { segment_id: segmentId, name, definition } = body;
      const { segment, isNew } = await segments.create({ segmentId, name, definition });
      return { status: isNew ? 201 : 200, json: toDefined(segment) };
    },

    async previewSegment({ body }) {
      const asOf = body.as_of === undefined ? undefined : new Date(body.as_of);
      const preview = await segments.preview(body.definition, asOf);
      return {
        json: {
          as_of: preview.asOf.toISOString(),
          versions: preview.versions,
          everybody: preview.everybody,
          customers: preview.customers,
          parts: preview.parts.map(({ at, customers }) => ({ field: at, customers })),
          examples: preview.examples,
        },
      };
    },

    async getSegment({ parameters }) {
      return { json: toDefined(await segments.read(parameters.segment_id)) };
    },

    async deleteSegment({ parameters }) {
      return { json: toDefined(await segments.remove(parameters.segment_id)) };
    },

    async refreshSegment({ parameters }) {
      const asOf = parameters.as_of === undefined ? undefined : new Date(parameters.as_of);
      return { json: toDefined(await segments.refresh(parameters.segment_id, asOf)) };
    },

    async replaceSegmentMembers({ parameters, body, malformed }) {
      const ids = body.customer_ids.filter((_, index) => !malformed.has(index)) as string[];
      const { segment, unknown, notProfiled } = await segments.replaceMembers(parameters.segment_id, ids);
      return {
        json: {
          segment: toDefined(segment),
          unknown: unknown.length,
          unknown_ids: unknown.slice(0, unknownShown),
          not_profiled: notProfiled,
          malformed: malformed.size,
          malformed_ids: Array.from(malformed, ([index, faults]) => ({ index, faults })).slice(0, unknownShown),
        },
      };
    },

    async listDefinedMembers(parameters, mediaType) {
      const { segment_id, limit, cursor } = parameters;
      if (mediaType !== 'application/json') {
        return streamRows(mediaType, memberColumns, allMembers(segment_id), toMember);
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
