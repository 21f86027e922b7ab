import type { Handlers } from '../../http/index.ts';
import type { DefinedSegment } from './defined-segment.ts';
import type { DefinedSegments } from './defined-segments.ts';

const unknownShown = 100;

export function toDefined({ segmentId, name, definition, createdAt, live, refresh }: DefinedSegment) {
  return {
    segment_id: segmentId,
    name,
    definition: definition as Record<string, unknown> | null,
    created_at: createdAt.toISOString(),
    live: live && {
      followed_until: live.followedUntil.toISOString(),
      reconciled_at: live.reconciledAt?.toISOString() ?? null,
      corrected: live.corrected,
    },
    snapshot_id: refresh.snapshotId,
    as_of: refresh.asOf.toISOString(),
    versions: refresh.versions,
    refreshed_at: refresh.refreshedAt.toISOString(),
    members: refresh.members,
    entered: refresh.entered,
    left: refresh.left,
  };
}

type Answered =
  | 'createSegment'
  | 'previewSegment'
  | 'getSegment'
  | 'deleteSegment'
  | 'refreshSegment'
  | 'replaceSegmentMembers';

export function definedSegmentRoutes(segments: DefinedSegments): Pick<Handlers, Answered> {
  return {
    async createSegment({ body }) {
      const { segment_id: segmentId, name, definition, live } = body;
      const { segment, isNew } = await segments.create({ segmentId, name, definition, live });
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
  };
}
