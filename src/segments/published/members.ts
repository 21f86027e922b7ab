import type { Queryable, Reads } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { profiledCustomerIdsOf } from '../../intake/index.ts';
import { getVersion, type ModelVersion } from '../../versions/index.ts';
import { parseSegmentId } from '../segment-id.ts';
import { isIn } from './published-segmentation.ts';
import { type MemberRow, selectMembers } from './store.ts';

/** A member of a learnt segment. */
export interface Member extends MemberRow {
  customerId: string;
}

/** One page of members, all of one version. */
export interface MemberPage {
  version: ModelVersion;
  members: Member[];
  /** key to go on after; null on the last page */
  after: number | null;
}

/** Members of segments that the night makes. */
export interface Members {
  /**
   * One page of members, pinned to `version` when given.
   * @throws PannierError `not_found` when there is no such segment, or nothing is published
   */
  members(segmentId: string, limit: number, from?: { version: number; after: number }): Promise<MemberPage>;
  /** All members of the published version, page by page. @throws as `members` */
  allMembers(segmentId: string): AsyncGenerator<Member>;
}

const pageSize = 2_000;

export function createMembers(reads: Reads, publishedVersion: () => Promise<ModelVersion | undefined>): Members {
  /** A page goes on in the version that it began in, which mostly is published still. */
  async function pinnedVersion(version: number): Promise<ModelVersion> {
    const published = await publishedVersion();
    return published?.version === version ? published : reads.read((db) => getVersion(db, 'segmentation', version));
  }

  async function members(
    segmentId: string,
    limit: number,
    from?: { version: number; after: number },
  ): Promise<MemberPage> {
    const version = from ? await pinnedVersion(from.version) : await publishedVersion();
    if (!version) throw notFound('segment');
    const segment = parseSegmentId(segmentId);
    if (!isIn(version, segment)) throw notFound('segment');
    return reads.read(async (db) => {
      const rows = await selectMembers(db, version.version, segment, from?.after ?? 0, limit + 1);
      const page = rows.slice(0, limit);
      return {
        version,
        members: await withIds(db, page),
        after: rows.length > limit ? page.at(-1)!.customerKey : null,
      };
    });
  }

  return {
    members,
    async *allMembers(segmentId) {
      let page = await members(segmentId, pageSize);
      yield* page.members;
      while (page.after !== null) {
        page = await members(segmentId, pageSize, { version: page.version.version, after: page.after });
        yield* page.members;
      }
    },
  };
}

/** Ids live in intake; a customer who was erased or objected meanwhile has none here and drops out. */
async function withIds(db: Queryable, rows: MemberRow[]): Promise<Member[]> {
  const ids = await profiledCustomerIdsOf(
    db,
    rows.map((row) => row.customerKey),
  );
  return rows.flatMap((row) => {
    const customerId = ids.get(row.customerKey);
    return customerId === undefined ? [] : [{ ...row, customerId }];
  });
}
