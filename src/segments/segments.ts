import type { Database, Queryable } from '../db/index.ts';
import { notFound, PannierError } from '../errors.ts';
import { findCustomers, profiledCustomerIdsOf } from '../intake/index.ts';
import { getVersion, type ModelVersion, type PublishedRelease, readPublishedRelease } from '../versions/index.ts';
import { type ChangePage, readChanges, type SegmentChange } from './changes/changes.ts';
import {
  createDefinedSegments,
  type DefinedSegments,
  type DefinedSegmentsDependencies,
} from './defined/defined-segments.ts';
import { selectSegmentsOf } from './defined/store.ts';
import type { CustomerSegment, SegmentedCustomer } from './published/customer-segment.ts';
import { selectMembers, selectSegment } from './published/store.ts';
import type { SegmentationSummary } from './published/summary.ts';
import { isDefined, type LearntSegment, parseSegmentId, type Segment } from './segment-id.ts';
import type { ReportedTags } from './tags/customer-tagging.ts';
import { readCustomerTags } from './tags/read-tags.ts';
import type { ReportedValue } from './value/customer-value.ts';
import { readCustomerValue } from './value/read-value.ts';

/** A member of a learnt segment. */
export interface Member extends CustomerSegment {
  customerId: string;
  /** null: not kept of a cell */
  since: Date | null;
}

/** One page of members, all of one version. */
export interface MemberPage {
  version: ModelVersion;
  members: Member[];
  /** key to go on after; null on the last page */
  after: number | null;
}

/** The door of segments: members, changes and profiles. */
export interface Segments {
  /** segments that a person defines, by rule or as a list */
  readonly defined: DefinedSegments;
  /** The published segmentation with its figures. */
  published(): Promise<(ModelVersion & { figures: SegmentationSummary }) | undefined>;
  /**
   * One page of members, pinned to `version` when given.
   * @throws PannierError `not_found` when there is no such segment, or nothing is published
   */
  members(segmentId: string, limit: number, from?: { version: number; after: number }): Promise<MemberPage>;
  /** All members of the published version, page by page. @throws as `members` */
  allMembers(segmentId: string): AsyncGenerator<Member>;
  /** Who entered and left, oldest first. @throws PannierError `not_found` when there never was such a segment */
  changes(segmentId: string, page: { since: Date | null; after: number; limit: number }): Promise<ChangePage>;
  /** All changes, page by page. @throws as `changes` */
  allChanges(segmentId: string, since: Date | null): AsyncGenerator<SegmentChange>;
  /** @throws PannierError `not_found` */
  profile(customerId: string): Promise<CustomerProfile>;
}

/** What the published release says of a customer. */
export interface CustomerProfile extends SegmentedCustomer {
  value: ReportedValue | null;
  tags: ReportedTags | null;
  /** ids of the segments that were defined by a person */
  definedSegments: string[];
}

const pageSize = 2_000;

export interface SegmentsDependencies extends DefinedSegmentsDependencies {
  /** the database for what reads or writes much; the same where absent */
  reports?: Database;
  /** what is served now; default: read at every question */
  readRelease?: () => Promise<PublishedRelease | undefined>;
}

/** @see Segments */
export function createSegments(deps: SegmentsDependencies): Segments {
  const { db, reports = db, readRelease = () => readPublishedRelease(deps.db) } = deps;
  const defined = createDefinedSegments({ ...deps, db: reports });

  async function publishedVersion(): Promise<ModelVersion | undefined> {
    return (await readRelease())?.models.segmentation;
  }

  /** A page goes on in the version that it began in, which mostly is published still. */
  async function pinnedVersion(version: number): Promise<ModelVersion> {
    const published = await publishedVersion();
    return published?.version === version ? published : getVersion(db, 'segmentation', version);
  }

  async function members(
    segmentId: string,
    limit: number,
    from?: { version: number; after: number },
  ): Promise<MemberPage> {
    const version = from ? await pinnedVersion(from.version) : await publishedVersion();
    if (!version) throw notFound('segment');
    const segment = parseSegmentId(segmentId);
    if (!isIn(figuresOf(version), segment)) throw notFound('segment');
    const rows = await selectMembers(db, version.version, segment, from?.after ?? 0, limit + 1);
    const page = rows.slice(0, limit);
    return {
      version,
      members: await withIds(db, page, segment),
      after: rows.length > limit ? page.at(-1)!.customerKey : null,
    };
  }

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
    const found = await readChanges(db, segmentId, page);
    if (found.changes.length > 0) return found;
    if (isDefined(segment)) {
      await defined.read(segmentId);
      return found;
    }
    const version = await publishedVersion();
    if (!version || !isIn(figuresOf(version), segment)) throw notFound('segment');
    return found;
  }

  return {
    defined,
    async published() {
      const version = await publishedVersion();
      return version && { ...version, figures: figuresOf(version) };
    },
    members,
    async *allMembers(segmentId) {
      let page = await members(segmentId, pageSize);
      yield* page.members;
      while (page.after !== null) {
        page = await members(segmentId, pageSize, { version: page.version.version, after: page.after });
        yield* page.members;
      }
    },
    changes,
    async *allChanges(segmentId, since) {
      let page = await changes(segmentId, { since, after: 0, limit: pageSize });
      yield* page.changes;
      while (page.after !== null) {
        page = await changes(segmentId, { since, after: page.after, limit: pageSize });
        yield* page.changes;
      }
    },
    async profile(customerId) {
      const [release, customers] = [await readRelease(), await findCustomers(db, [customerId])];
      const customer = customers.get(customerId);
      if (!customer) throw notFound('customer');
      const { segmentation: model, 'customer-value': valueModel, 'customer-tags': tagModel } = release?.models ?? {};
      if (!customer.profilingAllowed) {
        return { ...customer, model, segment: null, value: null, tags: null, definedSegments: [] };
      }
      const { customerKey } = customer;
      const segment = model && (await selectSegment(db, model.version, customerKey));
      const value = await readCustomerValue(db, valueModel, customerKey);
      const tags = await readCustomerTags(db, tagModel, customerKey);
      const definedSegments = await selectSegmentsOf(db, customerKey);
      return { ...customer, model, segment: segment ?? null, value, tags, definedSegments };
    },
  };
}

function figuresOf(version: ModelVersion): SegmentationSummary {
  return version.summary as unknown as SegmentationSummary;
}

/** Groups and cells are by definition, clusters and Klaviyo's groups as far as the version has them. */
function isIn(summary: SegmentationSummary, segment: Segment | undefined): segment is LearntSegment {
  if (segment === undefined || isDefined(segment)) return false;
  if (segment.kind === 'cluster') return summary.clusters.some(({ cluster }) => cluster === segment.cluster);
  return segment.kind !== 'klaviyo' || summary.klaviyo !== undefined;
}

/** Ids live in intake; a customer who was erased or objected meanwhile has none here and drops out. */
async function withIds(db: Queryable, rows: CustomerSegment[], { kind }: LearntSegment): Promise<Member[]> {
  const ids = await profiledCustomerIdsOf(
    db,
    rows.map((row) => row.customerKey),
  );
  const sinceOf = (row: CustomerSegment) =>
    ({ group: row.groupSince, klaviyo: row.klaviyoSince, cluster: row.clusterSince, cell: null })[kind];
  return rows.flatMap((row) => {
    const customerId = ids.get(row.customerKey);
    return customerId === undefined ? [] : [{ ...row, customerId, since: sinceOf(row) }];
  });
}
