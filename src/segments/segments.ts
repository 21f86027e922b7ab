import type { Database, Queryable } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { profiledCustomerIdsOf } from '../intake/index.ts';
import { getVersion, type ModelVersion, readPublishedRelease } from '../versions/index.ts';
import {
  type CustomerSegment,
  type CustomerStanding,
  type Group,
  readCustomerSegment,
  type SegmentationSummary,
} from './customer-segments.ts';
import * as store from './store.ts';

export interface Member extends CustomerSegment {
  customerId: string;
  since: Date;
}

export interface MemberPage {
  version: ModelVersion;
  members: Member[];
  /** key to go on after; null on the last page */
  after: number | null;
}

export interface Segments {
  /** The published segmentation with its figures. */
  published(): Promise<(ModelVersion & { figures: SegmentationSummary }) | undefined>;
  /**
   * One page of members, pinned to `version` when given.
   * @throws PannierError `not_found` when there is no such segment, or nothing is published
   */
  members(segmentId: string, limit: number, from?: { version: number; after: number }): Promise<MemberPage>;
  /** All members of the published version, page by page. @throws as `members` */
  allMembers(segmentId: string): AsyncGenerator<Member>;
  /** @throws PannierError `not_found` */
  standing(customerId: string): Promise<CustomerStanding>;
}

export function createSegments({ db }: { db: Database }): Segments {
  async function publishedVersion(): Promise<ModelVersion | undefined> {
    return (await readPublishedRelease(db))?.models.segmentation;
  }

  async function members(
    segmentId: string,
    limit: number,
    from?: { version: number; after: number },
  ): Promise<MemberPage> {
    const version = from ? await getVersion(db, 'segmentation', from.version) : await publishedVersion();
    if (!version) throw notFound('segment');
    const where = parseSegmentId(segmentId);
    if (where.cluster && !figuresOf(version).clusters.some(({ cluster }) => cluster === where.cluster)) {
      throw notFound('segment');
    }
    const rows = await store.selectMembers(db, version.version, where, from?.after ?? 0, limit + 1);
    const page = rows.slice(0, limit);
    return {
      version,
      members: await withIds(db, page, where.group !== undefined),
      after: rows.length > limit ? page.at(-1)!.customerKey : null,
    };
  }

  return {
    async published() {
      const version = await publishedVersion();
      return version && { ...version, figures: figuresOf(version) };
    },
    members,
    async *allMembers(segmentId) {
      const pageSize = 2_000;
      let page = await members(segmentId, pageSize);
      yield* page.members;
      while (page.after !== null) {
        page = await members(segmentId, pageSize, { version: page.version.version, after: page.after });
        yield* page.members;
      }
    },
    async standing(customerId) {
      const found = await readCustomerSegment(db, customerId);
      if (!found) throw notFound('customer');
      return found;
    },
  };
}

function figuresOf(version: ModelVersion): SegmentationSummary {
  return version.summary as unknown as SegmentationSummary;
}

function parseSegmentId(segmentId: string): { group?: Group; cluster?: number } {
  if (segmentId.startsWith('group-')) return { group: segmentId.slice('group-'.length) as Group };
  return { cluster: Number(segmentId.slice('cluster-'.length)) };
}

/** Ids live in intake; a customer who was erased or objected meanwhile has none here and drops out. */
async function withIds(db: Queryable, rows: CustomerSegment[], byGroup: boolean): Promise<Member[]> {
  const ids = await profiledCustomerIdsOf(
    db,
    rows.map((row) => row.customerKey),
  );
  return rows.flatMap((row) => {
    const customerId = ids.get(row.customerKey);
    return customerId === undefined ? [] : [{ ...row, customerId, since: byGroup ? row.groupSince : row.clusterSince }];
  });
}
