import { isDeepStrictEqual } from 'node:util';
import { type Database, primaryReads, type Queryable, type Reads, type Transaction } from '../../db/index.ts';
import { invalidField, invalidFields, notFound, PannierError } from '../../errors.ts';
import { findCustomers } from '../../intake/index.ts';
import { type PublishedRelease, readPublishedRelease } from '../../versions/index.ts';
import { isDefinedSegment, parseSegmentId } from '../segment-id.ts';
import type { DefinedSegment, ListReplacement, MembersPage, NewSegment, Preview } from './defined-segment.ts';
import { reconcile } from './live/follow.ts';
import { nightConditions } from './live/night-conditions.ts';
import { readMembers, toRefresh } from './members.ts';
import { readRule, rulesNaming } from './named-segments.ts';
import { previewRule } from './preview.ts';
import { refreshMembers } from './refresh-members.ts';
import type { RuleBasis, RuleShop } from './rule-query/store.ts';
import * as store from './store.ts';

/** Segments that a person defines, by a rule or as a list. */
export interface DefinedSegments {
  list(): Promise<DefinedSegment[]>;
  /** @throws PannierError `not_found` */
  read(segmentId: string): Promise<DefinedSegment>;
  /**
   * Makes a segment and finds its members. Idempotent by its id.
   * @throws PannierError `conflict` when the id has another content; `invalid_request` naming the fields of the definition
   */
  create(segment: NewSegment): Promise<{ segment: DefinedSegment; isNew: boolean }>;
  /** Counts without storing anything. @throws PannierError `invalid_request` */
  preview(definition: unknown, asOf: Date | undefined): Promise<Preview>;
  /** Finds the members anew. @throws PannierError `not_found` */
  refresh(segmentId: string, asOf: Date | undefined): Promise<DefinedSegment>;
  /** Makes these the members of a list. @throws PannierError `not_found`, `conflict` when it is no list */
  replaceMembers(segmentId: string, customerIds: readonly string[]): Promise<ListReplacement>;
  /** @throws PannierError `not_found`, `conflict` naming the campaigns that aim at it and are not over */
  remove(segmentId: string): Promise<DefinedSegment>;
  /** One page of members, of the last refresh or pinned to that of `from`. @throws PannierError `not_found` */
  members(segmentId: string, limit: number, from?: { snapshotId: number; after: number }): Promise<MembersPage>;
}

const clockToleranceMs = 60_000;

function notDefined(segmentId: string): PannierError {
  if (isDefinedSegment(segmentId)) return notFound('segment');
  return new PannierError(
    'conflict',
    'This segment is made by the night: it is listed with its figures, and its members can be read, but it is nobody’s to change.',
    [{ field: 'segment_id', message: 'is of no rule segment or list' }],
  );
}

export interface DefinedSegmentsDependencies {
  db: Database;
  /** where members are read; `db` where absent */
  reads?: Reads;
  /** what rules need of it */
  shop: RuleShop;
  clock: () => Date;
  /** what is served now; default: read at every question */
  readRelease?: () => Promise<PublishedRelease | undefined>;
  /** ids of campaigns that are not over; absent: nobody aims */
  campaignsAimedAt?: (tx: Transaction, segmentId: string, now: Date) => Promise<string[]>;
  /** ids of policies that decide by it now; absent: none does */
  policiesNaming?: (tx: Transaction, segmentId: string) => Promise<string[]>;
}

/**
 * Segments that a person defines. The members of a rule are determined at every refresh and kept until the next, so that pages,
 * exports and campaigns see one and the same set; who came and who went is written among the changes.
 */
export function createDefinedSegments(deps: DefinedSegmentsDependencies): DefinedSegments {
  const { db, reads = primaryReads(db), shop } = deps;

  return {
    async list() {
      return (await store.selectAllDefined(db)).map((row) => toSegment(row, row));
    },
    async read(segmentId) {
      const segment = await store.selectDefined(db, segmentId);
      if (!segment) throw notDefined(segmentId);
      return toSegment(segment, await lastRefresh(db, segment));
    },
    async create(segment) {
      checkNew(segment);
      const versions = await servedVersions(deps);
      const created = await db.transaction(async (tx) => createIn(tx, deps, segment, versions));
      if (!segment.live || !created.isNew) return created;
      // Who was told of before it was there for all to see.
      return db.transaction(async (tx) => ({ segment: await reconciled(tx, deps, segment.segmentId), isNew: true }));
    },
    async preview(definition, asOf) {
      const basis = basisAt(deps, await servedVersions(deps), asOf, '/as_of');
      return previewRule(
        db,
        await readRule(db, definition, shop.minorDigits, { barred: shop.barredAttributes }),
        basis,
      );
    },
    async refresh(segmentId, asOf) {
      const versions = await servedVersions(deps);
      return db.transaction(async (tx) => {
        const segment = await lock(tx, segmentId);
        if (segment.live && asOf) throw invalidField('as_of', 'cannot be asked of a live segment');
        if (segment.live) return reconciled(tx, deps, segmentId);
        const basis = basisAt(deps, versions, asOf);
        return toSegment(segment, await refreshMembers(tx, segment, basis));
      });
    },
    async replaceMembers(segmentId, customerIds) {
      const versions = await servedVersions(deps);
      return db.transaction(async (tx) => {
        const segment = await lock(tx, segmentId);
        if (segment.definition !== null)
          throw new PannierError('conflict', 'The members of a rule are found by the rule.');
        const listed = await findListed(tx, customerIds);
        const basis = basisAt(deps, versions);
        const refresh = await refreshMembers(tx, segment, basis, listed.keys);
        return { segment: toSegment(segment, refresh), unknown: listed.unknown, notProfiled: listed.notProfiled };
      });
    },
    async remove(segmentId) {
      return db.transaction(async (tx) => {
        const segment = await lock(tx, segmentId);
        await requireUnused(tx, deps, segmentId);
        const refresh = await lastRefresh(tx, segment);
        await store.deleteDefined(tx, segmentId);
        return toSegment(segment, refresh);
      });
    },
    members: (...page) => reads.read((from) => readMembers(from, ...page)),
  };
}

type ServedVersions = RuleBasis['versions'];

async function servedVersions({
  db,
  readRelease = () => readPublishedRelease(db),
}: DefinedSegmentsDependencies): Promise<ServedVersions> {
  return (await readRelease())?.versions ?? {};
}

/** @throws PannierError `invalid_request` naming the field of a time in the future */
function basisAt(
  { clock, shop }: DefinedSegmentsDependencies,
  versions: ServedVersions,
  asOf?: Date,
  field = 'as_of',
): RuleBasis {
  if (asOf && asOf.getTime() > clock().getTime() + clockToleranceMs) {
    throw invalidField(field, 'must not be in the future');
  }
  return { asOf: asOf ?? clock(), shop, versions };
}

async function lock(tx: Transaction, segmentId: string): Promise<store.DefinedRow> {
  const segment = await store.selectDefined(tx, segmentId, true);
  if (!segment) throw notDefined(segmentId);
  return segment;
}

async function createIn(
  tx: Transaction,
  deps: DefinedSegmentsDependencies,
  { segmentId, name, definition, live = false }: NewSegment,
  versions: ServedVersions,
) {
  if (definition !== undefined) {
    const { minorDigits, barredAttributes: barred } = deps.shop;
    const rule = await readRule(tx, definition, minorDigits, { hold: true, of: segmentId, barred });
    const faults = live ? nightConditions(rule) : [];
    if (faults.length > 0) throw invalidFields(faults);
  }
  const row = { segment_id: segmentId, name, definition: definition ?? null, created_at: deps.clock(), live };
  const made = await store.insertDefined(tx, row);
  if (made) {
    const refresh = await refreshMembers(tx, made, basisAt(deps, versions));
    return { segment: toSegment(made, refresh), isNew: true };
  }
  const segment = await lock(tx, segmentId);
  if (segment.name !== name || segment.live !== live || !isDeepStrictEqual(segment.definition, definition ?? null)) {
    throw new PannierError('conflict', 'There is a segment of this id with another content.');
  }
  return { segment: toSegment(segment, await lastRefresh(tx, segment)), isNew: false };
}

/** @throws PannierError `conflict` naming the campaigns that aim at it and are not over, or the rules that name it */
async function requireUnused(
  tx: Transaction,
  { campaignsAimedAt, policiesNaming, clock, shop }: DefinedSegmentsDependencies,
  segmentId: string,
): Promise<void> {
  const campaigns = (await campaignsAimedAt?.(tx, segmentId, clock())) ?? [];
  if (campaigns.length > 0) {
    throw new PannierError('conflict', `Campaigns that are not over aim at this segment: ${campaigns.join(', ')}.`);
  }
  const policies = (await policiesNaming?.(tx, segmentId)) ?? [];
  if (policies.length > 0)
    throw new PannierError('conflict', `Policies decide by this segment: ${policies.join(', ')}.`);
  const rules = await rulesNaming(tx, segmentId, shop.minorDigits);
  if (rules.length > 0) throw new PannierError('conflict', `Rules name this segment: ${rules.join(', ')}.`);
}

/** A live segment whose members were found anew as a whole. */
async function reconciled(
  tx: Transaction,
  { clock, shop }: DefinedSegmentsDependencies,
  segmentId: string,
): Promise<DefinedSegment> {
  await reconcile(tx, await lock(tx, segmentId), { asOf: clock(), shop });
  const segment = await lock(tx, segmentId);
  return toSegment(segment, await lastRefresh(tx, segment));
}

async function lastRefresh(db: Queryable, { segment_key }: store.DefinedRow): Promise<store.RefreshRow> {
  return (await store.selectRefresh(db, segment_key))!;
}

function toSegment(row: store.DefinedRow, refresh: store.RefreshRow): DefinedSegment {
  return {
    segmentId: row.segment_id,
    name: row.name,
    definition: row.definition,
    createdAt: row.created_at,
    live: row.live
      ? { followedUntil: row.followed_until!, reconciledAt: row.reconciled_at, corrected: row.corrected }
      : null,
    refresh: toRefresh(refresh),
  };
}

/** @throws PannierError `invalid_request` for a rule without a definition, or a list with one */
function checkNew({ segmentId, definition, live }: NewSegment): void {
  if (live && definition === undefined) throw invalidField('/live', 'is for rules');
  const isRule = parseSegmentId(segmentId)?.kind === 'rule';
  if (isRule === (definition !== undefined)) return;
  throw invalidField('/definition', isRule ? 'must be given for a rule' : 'cannot be given to a list');
}

/** Who of these may be in a list. */
async function findListed(tx: Transaction, customerIds: readonly string[]) {
  const ids = [...new Set(customerIds)];
  const customers = await findCustomers(tx, ids);
  const profiled = [...customers.values()].filter(({ profilingAllowed }) => profilingAllowed);
  return {
    keys: profiled.map(({ customerKey }) => customerKey),
    unknown: ids.filter((id) => !customers.has(id)),
    notProfiled: customers.size - profiled.length,
  };
}
