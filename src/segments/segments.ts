import { type Database, findTogether, primaryReads, type Queryable, type Reads } from '../db/index.ts';
import { invalidField, notFound } from '../errors.ts';
import {
  type CustomerCondition,
  type CustomerOrder,
  type CustomerQuery,
  hasAttribute,
  type ListedCustomer,
  listCustomers,
} from '../intake/index.ts';
import { type ModelVersion, readPublishedRelease } from '../versions/index.ts';
import { createSegmentChanges, type SegmentChanges } from './changes/segment-changes.ts';
import { type CustomerProfile, readProfiles } from './customer-profile.ts';
import {
  createDefinedSegments,
  type DefinedSegments,
  type DefinedSegmentsDependencies,
} from './defined/defined-segments.ts';
import { createLiveSegments, type LiveSegments } from './defined/live/live-segments.ts';
import { definedMember, selectDefined } from './defined/store.ts';
import { readPredictedAttributes } from './labels/predictions.ts';
import type { PredictedAttribute } from './labels/store.ts';
import { type Portrait, readPortrait } from './portraits/read-portrait.ts';
import type { CustomerSegment } from './published/customer-segment.ts';
import { type FlowQuery, type Flows, readFlows } from './published/flows.ts';
import { createMembers, type Members } from './published/members.ts';
import { figuresOf, isIn } from './published/published-segmentation.ts';
import { type LearntFigure, learntFigures, learntMember, readCustomerSegments } from './published/store.ts';
import type { SegmentationSummary } from './published/summary.ts';
import { isDefinedSegment, parseSegmentId } from './segment-id.ts';
import { valueWithin } from './value/value-within.ts';

/** By what customers are listed; with `-` the largest first. */
export type CustomerSort = 'customer_id' | LearntFigure | `-${LearntFigure}`;

/** The door of segments: members, changes and profiles. */
export interface Segments extends Members, SegmentChanges {
  /** segments that a person defines, by rule or as a list */
  readonly defined: DefinedSegments;
  /** keeps those of them that are live as facts have them */
  readonly live: LiveSegments;
  /** The published segmentation with its figures. */
  published(): Promise<(ModelVersion & { figures: SegmentationSummary }) | undefined>;
  /** Who moved between two segmentations. @throws PannierError `not_found` */
  flows(query: FlowQuery): Promise<Flows>;
  /**
   * Customers by id with their published segments, all or the members of a segment; null: no orders, or not to be profiled.
   * @throws PannierError `invalid_request` where there is no such segment, or nothing of it is published, or a value comes alone
   */
  customers(
    query: Omit<CustomerQuery, 'condition' | 'order'> & {
      segment?: string;
      /** only those who have this attribute, with `value` where that is given */
      attribute?: string;
      value?: string;
      sort?: CustomerSort;
    },
  ): Promise<{
    version: number | null;
    page: (ListedCustomer & { segment: CustomerSegment | null })[];
    next: string | null;
  }>;
  /**
   * What the members of a segment are like beside everybody else, or beside those of another who are not in it.
   * @throws PannierError `not_found`; `invalid_request` where there is no segment to compare with
   */
  portrait(segmentId: string, against?: string): Promise<Portrait>;
  /** The declared attributes that nights learn from behaviour, with how far that is to be believed, or why they do not. */
  predictedAttributes(): Promise<PredictedAttribute[]>;
  /** Is it a segment that is defined, or that the night finds? */
  isSegment(segmentId: string): Promise<boolean>;
  /**
   * @param horizonDays what the customer is expected to bring is said within so many days; default: the night's
   * @throws PannierError `not_found`
   */
  profile(customerId: string, horizonDays?: number): Promise<CustomerProfile>;
}

export interface SegmentsDependencies extends DefinedSegmentsDependencies {
  /** the database for what reads or writes much; the same where absent */
  reports?: Database;
  /** where profiles and members are read; `db` where absent */
  reads?: Reads;
  /** attributes of customers that no portrait tells of */
  barredAttributes?: readonly string[];
  /** those that nights predict; of a shop that names none nothing is looked up */
  predictedAttributes?: readonly string[];
  log?: { error(fields: object, message: string): void };
}

const profileLanes = 2;

/** @see Segments */
export function createSegments(deps: SegmentsDependencies): Segments {
  const { db, reports = db, reads = primaryReads(db), readRelease = () => readPublishedRelease(deps.db) } = deps;
  const defined = createDefinedSegments({ ...deps, reads, db: reports });
  const predicted = { isWanted: (deps.predictedAttributes ?? []).length > 0, barred: deps.barredAttributes ?? [] };
  // What is asked for in one turn is read together.
  const findProfiles = findTogether(async (ids: string[]) => {
    const release = await readRelease();
    return reads.read((from) => readProfiles(from, release, ids, predicted));
  }, profileLanes);
  const publishedVersion = async () => (await readRelease())?.models.segmentation;
  return {
    defined,
    live: createLiveSegments({ log: { error() {} }, ...deps, db: reports }),
    ...createMembers(reads, publishedVersion),
    ...createSegmentChanges(reads, publishedVersion, defined),
    async published() {
      const version = await publishedVersion();
      return version && { ...version, figures: figuresOf(version) };
    },
    flows: async (query) => readFlows(reports, await publishedVersion(), query),
    async customers({ segment, attribute, value, sort = 'customer_id', ...query }) {
      const published = await publishedVersion();
      if (attribute === undefined && value !== undefined)
        throw invalidField('value', 'must be given with the other one');
      const conditions = [
        ...(segment === undefined ? [] : [await memberOf(db, published, segment, 'segment')]),
        ...(attribute === undefined ? [] : [hasAttribute(attribute, value)]),
      ];
      const condition: CustomerCondition = (bind) => ['true', ...conditions.map((one) => one(bind))].join(' and ');
      const version = published?.version ?? null;
      const order = version === null ? undefined : orderBy(version, sort);
      const { page, next } = await listCustomers(db, { ...query, condition, order });
      const profiled = page.filter(({ profilingAllowed }) => profilingAllowed).map(({ customerKey }) => customerKey);
      const segments = version === null ? undefined : await readCustomerSegments(db, version, profiled);
      return { version, page: page.map((one) => ({ ...one, segment: segments?.get(one.customerKey) ?? null })), next };
    },
    async portrait(segmentId, against) {
      const release = await readRelease();
      const published = release?.models.segmentation;
      const members = await findMember(reports, published, segmentId);
      if (!members) throw notFound('segment');
      const others = against === undefined ? undefined : await memberOf(reports, published, against, 'against');
      return readPortrait(reports, {
        segmentId,
        sides: { members, others },
        release,
        now: deps.clock(),
        timeZone: deps.shop.timeZone,
        barred: deps.barredAttributes ?? [],
      });
    },
    predictedAttributes: () => readPredictedAttributes(db, deps.barredAttributes ?? []),
    async isSegment(segmentId) {
      if (isDefinedSegment(segmentId)) return (await selectDefined(db, segmentId)) !== undefined;
      const [published, segment] = [await publishedVersion(), parseSegmentId(segmentId)];
      // Before the first night there may be any that a night finds.
      return published ? isIn(published, segment) : segment !== undefined;
    },
    async profile(customerId, horizonDays) {
      const profile = (await findProfiles([customerId])).get(customerId);
      if (!profile) throw notFound('customer');
      const { value } = profile;
      if (horizonDays === undefined || !value) return profile;
      return { ...profile, value: await reads.read((from) => valueWithin(from, value, horizonDays)) };
    },
  };
}

/** undefined: by their ids */
function orderBy(version: number, sort: CustomerSort): CustomerOrder | undefined {
  const figure = sort.replace('-', '');
  if (figure === 'customer_id') return undefined;
  const figures = learntFigures(version, figure as LearntFigure);
  return { name: sort, figures, isDescending: sort.startsWith('-') };
}

/** What holds of the members of a segment. @param field that names it @throws PannierError `invalid_request` */
async function memberOf(
  db: Queryable,
  published: ModelVersion | undefined,
  segmentId: string,
  field: string,
): Promise<CustomerCondition> {
  const member = await findMember(db, published, segmentId);
  if (!member) throw invalidField(field, 'is no segment');
  return member;
}

/** What holds of the members of a segment; undefined: there is none. */
async function findMember(
  db: Queryable,
  published: ModelVersion | undefined,
  segmentId: string,
): Promise<CustomerCondition | undefined> {
  if (isDefinedSegment(segmentId)) {
    const row = await selectDefined(db, segmentId);
    return row && definedMember(row.segment_key);
  }
  const segment = parseSegmentId(segmentId);
  return published && isIn(published, segment) ? learntMember(published.version, segment) : undefined;
}
