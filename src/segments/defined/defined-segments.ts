import { isDeepStrictEqual } from 'node:util';
import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { invalidField, notFound, PannierError } from '../../errors.ts';
import { customerIdsOf, findCustomers, profiledCustomerIdsOf } from '../../intake/index.ts';
import { readPublishedRelease } from '../../versions/index.ts';
import { isDefinedSegment, parseSegmentId } from '../segment-id.ts';
import type {
  DefinedMember,
  DefinedSegment,
  ListReplacement,
  NewSegment,
  Preview,
  Refresh,
} from './defined-segment.ts';
import { refreshMembers } from './refresh.ts';
import { readDefinition } from './rules/read-definition.ts';
import { type SegmentRule, segmentsNamed } from './rules/segment-rule.ts';
import { compileRule, type RuleBasis } from './rules/store.ts';
import * as store from './store.ts';

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
  members(
    segmentId: string,
    limit: number,
    from?: { snapshotId: number; after: number },
  ): Promise<{ refresh: Refresh; members: DefinedMember[]; after: number | null }>;
}

const examples = 5;
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
  minorDigits: number;
  clock: () => Date;
  /** ids of campaigns that are not over; absent: nobody aims */
  campaignsAimedAt?: (tx: Transaction, segmentId: string, now: Date) => Promise<string[]>;
}

/**
 * Segments that a person defines. The members of a rule are found at every refresh and kept until the next, so that pages,
 * exports and campaigns see one and the same set; who came and who went is written among the changes.
 */
export function createDefinedSegments(deps: DefinedSegmentsDependencies): DefinedSegments {
  const { db, minorDigits, clock, campaignsAimedAt } = deps;

  async function basisAt(queryable: Queryable, asOf: Date | undefined, field = 'as_of'): Promise<RuleBasis> {
    if (asOf && asOf.getTime() > clock().getTime() + clockToleranceMs) {
      throw invalidField(field, 'must not be in the future');
    }
    return { asOf: asOf ?? clock(), versions: (await readPublishedRelease(queryable))?.versions ?? {} };
  }

  /**
   * @param hold keeps the segments that the rule names from being removed until the transaction ends
   * @throws PannierError `invalid_request` when the rule names a segment that is not defined
   */
  async function readRule(queryable: Queryable, definition: unknown, hold = false): Promise<SegmentRule> {
    const rule = readDefinition(definition, { at: '/definition', minorDigits });
    const named = segmentsNamed(rule).filter(({ segmentId }) => isDefinedSegment(segmentId));
    const ids = named.map(({ segmentId }) => segmentId);
    const known = named.length > 0 ? await store.selectDefinitions(queryable, ids, hold) : new Map();
    const faults = named
      .filter(({ segmentId }) => !known.has(segmentId))
      .map(({ field }) => ({ field, message: 'is not a known segment' }));
    if (faults.length > 0) throw new PannierError('invalid_request', 'A segment is not known.', faults);
    return rule;
  }

  /** Ids of the rule segments whose rule names this one. */
  async function rulesNaming(tx: Transaction, segmentId: string): Promise<string[]> {
    const rules = await store.selectRules(tx);
    return rules.flatMap(({ segment_id, definition }) => {
      const named = segmentsNamed(readDefinition(definition, { at: '/definition', minorDigits }));
      return named.some((one) => one.segmentId === segmentId) ? [segment_id] : [];
    });
  }

  async function lock(tx: Transaction, segmentId: string): Promise<store.DefinedRow> {
    const found = await store.selectDefined(tx, segmentId, true);
    if (!found) throw notDefined(segmentId);
    return found;
  }

  return {
    async list() {
      return (await store.selectAllDefined(db)).map((row) => toSegment(row, row));
    },
    async read(segmentId) {
      const found = await store.selectDefined(db, segmentId);
      if (!found) throw notDefined(segmentId);
      return toSegment(found, await lastRefresh(db, found));
    },
    async create({ segmentId, name, definition }) {
      const isRule = parseSegmentId(segmentId)?.kind === 'rule';
      if (isRule !== (definition !== undefined)) {
        throw invalidField('/definition', isRule ? 'must be given for a rule' : 'cannot be given to a list');
      }
      return db.transaction(async (tx) => {
        if (isRule) await readRule(tx, definition, true);
        const made = await store.insertDefined(tx, {
          segment_id: segmentId,
          name,
          definition: definition ?? null,
          created_at: clock(),
        });
        if (made) {
          const refresh = await refreshMembers(tx, made, await basisAt(tx, undefined), minorDigits);
          return { segment: toSegment(made, refresh), isNew: true };
        }
        const found = await lock(tx, segmentId);
        if (found.name !== name || !isDeepStrictEqual(found.definition, definition ?? null)) {
          throw new PannierError('conflict', 'There is a segment of this id with another content.');
        }
        return { segment: toSegment(found, await lastRefresh(tx, found)), isNew: false };
      });
    },
    async preview(definition, asOf) {
      const basis = await basisAt(db, asOf, '/as_of');
      const compiled = compileRule(await readRule(db, definition), basis);
      const { everybody, counts, examples: keys } = await store.countRule(db, compiled, examples);
      const ids = await customerIdsOf(db, keys);
      return {
        ...basis,
        everybody,
        customers: counts[0]!,
        parts: compiled.parts.map(({ at }, index) => ({ at, customers: counts[index]! })),
        examples: keys.flatMap((key) => ids.get(key) ?? []),
      };
    },
    async refresh(segmentId, asOf) {
      return db.transaction(async (tx) => {
        const found = await lock(tx, segmentId);
        return toSegment(found, await refreshMembers(tx, found, await basisAt(tx, asOf), minorDigits));
      });
    },
    async replaceMembers(segmentId, customerIds) {
      return db.transaction(async (tx) => {
        const found = await lock(tx, segmentId);
        if (found.definition !== null)
          throw new PannierError('conflict', 'The members of a rule are found by the rule.');
        const wantedIds = [...new Set(customerIds)];
        const customers = await findCustomers(tx, wantedIds);
        const profiled = [...customers.values()].filter(({ profilingAllowed }) => profilingAllowed);
        const keys = profiled.map(({ customerKey }) => customerKey);
        const refresh = await refreshMembers(tx, found, await basisAt(tx, undefined), minorDigits, keys);
        return {
          segment: toSegment(found, refresh),
          unknown: wantedIds.filter((id) => !customers.has(id)),
          notProfiled: customers.size - profiled.length,
        };
      });
    },
    async remove(segmentId) {
      return db.transaction(async (tx) => {
        const found = await lock(tx, segmentId);
        const campaigns = (await campaignsAimedAt?.(tx, segmentId, clock())) ?? [];
        if (campaigns.length > 0) {
          throw new PannierError(
            'conflict',
            `Campaigns that are not over aim at this segment: ${campaigns.join(', ')}.`,
          );
        }
        const rules = await rulesNaming(tx, segmentId);
        if (rules.length > 0) throw new PannierError('conflict', `Rules name this segment: ${rules.join(', ')}.`);
        const refresh = await lastRefresh(tx, found);
        await store.deleteDefined(tx, segmentId);
        return toSegment(found, refresh);
      });
    },
    async members(segmentId, limit, from) {
      const found = await store.selectDefined(db, segmentId);
      if (!found) throw notFound('segment');
      const refresh = await store.selectRefresh(db, found.segment_key, from?.snapshotId);
      if (!refresh) throw notFound('snapshot of this segment');
      const rows = await store.selectMemberships(db, found.segment_key, refresh, from?.after ?? 0, limit + 1);
      const page = rows.slice(0, limit);
      return {
        refresh: toRefresh(refresh),
        members: await withIds(db, page),
        after: rows.length > limit ? page.at(-1)!.customer_key : null,
      };
    },
  };
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
    refresh: toRefresh(refresh),
  };
}

function toRefresh(row: store.RefreshRow): Refresh {
  return {
    snapshotId: row.refresh_id,
    asOf: row.as_of,
    versions: row.versions,
    members: row.members,
    entered: row.arrived,
    left: row.departed,
    refreshedAt: row.refreshed_at,
  };
}

/** Ids live in intake; a customer who was erased or objected meanwhile has none here and drops out. */
async function withIds(db: Queryable, rows: store.MembershipRow[]): Promise<DefinedMember[]> {
  const ids = await profiledCustomerIdsOf(
    db,
    rows.map((row) => row.customer_key),
  );
  return rows.flatMap((row) => {
    const customerId = ids.get(row.customer_key);
    if (customerId === undefined) return [];
    return [
      {
        customerId,
        since: row.entered_at,
        recencyDays: row.recency_days,
        frequency: row.frequency,
        monetaryMinor: row.monetary_minor,
        recencyScore: row.recency_score,
        frequencyScore: row.frequency_score,
        monetaryScore: row.monetary_score,
      },
    ];
  });
}
