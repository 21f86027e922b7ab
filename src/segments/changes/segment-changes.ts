import type { Reads } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import type { ModelVersion } from '../../versions/index.ts';
import type { DefinedSegments } from '../defined/defined-segments.ts';
import { isIn } from '../published/published-segmentation.ts';
import { isDefined, parseSegmentId } from '../segment-id.ts';
import { type ChangePage, readChanges, type SegmentChange } from './changes.ts';

/** Who entered and left segments. */
export interface SegmentChanges {
  /** Who entered and left, oldest first. @throws PannierError `not_found` when there never was such a segment */
  changes(segmentId: string, page: { since: Date | null; after: number; limit: number }): Promise<ChangePage>;
  /** All changes, page by page. @throws as `changes` */
  allChanges(segmentId: string, since: Date | null): AsyncGenerator<SegmentChange>;
}

const pageSize = 2_000;

export function createSegmentChanges(
  reads: Reads,
  publishedVersion: () => Promise<ModelVersion | undefined>,
  defined: DefinedSegments,
): SegmentChanges {
  async function changes(
    segmentId: string,
    page: { since: Date | null; after: number; limit: number },
  ): Promise<ChangePage> {
    const segment = parseSegmentId(segmentId);
    if (segment?.kind === 'cell') {
      throw new PannierError('conflict', 'Who enters and leaves a cell is not kept.', [
        { field: 'segment_id', message: 'is of a cell' },
      ]);
    }
    const read = await reads.read((db) => readChanges(db, segmentId, page));
    if (read.changes.length > 0) return read;
    if (isDefined(segment)) {
      await defined.read(segmentId);
      return read;
    }
    const version = await publishedVersion();
    if (!version || !isIn(version, segment)) throw notFound('segment');
    return read;
  }

  return {
    changes,
    async *allChanges(segmentId, since) {
      let page = await changes(segmentId, { since, after: 0, limit: pageSize });
      yield* page.changes;
      while (page.after !== null) {
        page = await changes(segmentId, { since, after: page.after, limit: pageSize });
        yield* page.changes;
      }
    },
  };
}
