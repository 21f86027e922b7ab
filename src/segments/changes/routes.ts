import { readCursor, writeCursor } from '../../formats/cursor.ts';
import { type Handlers, listOf, streamRows } from '../../http/index.ts';
import type { SegmentChange } from './changes.ts';
import type { SegmentChanges } from './segment-changes.ts';

const changeColumns = ['customer_id', 'change', 'at', 'as_of', 'version'];

export function changeRoutes(segments: SegmentChanges): Pick<Handlers, 'listSegmentChanges'> {
  return {
    async listSegmentChanges({ parameters, mediaType }) {
      const { segment_id } = parameters;
      const since = parameters.since === undefined ? null : new Date(parameters.since);
      if (mediaType !== 'application/json') {
        return streamRows(mediaType, changeColumns, segments.allChanges(segment_id, since), toChange);
      }
      const [after = 0] = readCursor(parameters.cursor, 1) ?? [];
      const page = await segments.changes(segment_id, { since, after, limit: parameters.limit });
      const next = page.after === null ? null : writeCursor([page.after]);
      return { json: { segment_id, ...listOf(page.changes.map(toChange), next) } };
    },
  };
}

function toChange({ customerId, change, at, asOf, version }: SegmentChange) {
  return { customer_id: customerId, change, at: at.toISOString(), as_of: asOf.toISOString(), version };
}
