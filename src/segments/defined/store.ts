import { deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import { type CustomerCondition, profiledCustomersQuery } from '../../intake/index.ts';
import type { ModelKind } from '../../versions/index.ts';
import type { CompiledRule } from './rule-query/store.ts';

export interface RefreshRow {
  refresh_id: number;
  as_of: Date;
  versions: Partial<Record<ModelKind, number>>;
  members: number;
  arrived: number;
  departed: number;
  refreshed_at: Date;
}

export interface DefinedRow {
  segment_key: number;
  segment_id: string;
  name: string;
  /** null: a list that the shop keeps */
  definition: unknown;
  created_at: Date;
  /** its members follow facts as they come in */
  live: boolean;
  /** of a live one: the moment up to which passing time was heeded */
  followed_until: Date | null;
  /** of a live one: when its members were found anew as a whole, and how many had to be corrected then */
  reconciled_at: Date | null;
  corrected: number | null;
}

/** undefined: there is such a segment already. */
export async function insertDefined(
  tx: Transaction,
  segment: Pick<DefinedRow, 'segment_id' | 'name' | 'definition' | 'created_at' | 'live'>,
): Promise<DefinedRow | undefined> {
  const [row] = await tx.query<DefinedRow>(
    `insert into defined_segments (segment_id, name, definition, created_at, live, followed_until)
     values ($1, $2, $3, $4::timestamptz, $5::boolean, case when $5 then $4 end)
     on conflict (segment_id) do nothing returning *`,
    [
      segment.segment_id,
      segment.name,
      segment.definition === null ? null : JSON.stringify(segment.definition),
      segment.created_at,
      segment.live,
    ],
  );
  return row;
}

/** @param lock holds it against other refreshes */
export async function selectDefined(db: Queryable, segmentId: string, lock = false): Promise<DefinedRow | undefined> {
  const [row] = await db.query<DefinedRow>(
    `select * from defined_segments where segment_id = $1 ${lock ? 'for update' : ''}`,
    [segmentId],
  );
  return row;
}

/** Every segment with its last refresh, by id. */
export function selectAllDefined(db: Queryable): Promise<(DefinedRow & RefreshRow)[]> {
  return db.query<DefinedRow & RefreshRow>(
    `select segment.*, refresh.* from defined_segments as segment,
       lateral (select last.refresh_id, last.as_of, last.versions, last.members, last.arrived, last.departed, last.refreshed_at
                from segment_refreshes as last
                where last.segment_key = segment.segment_key order by last.refresh_id desc limit 1) as refresh
     order by segment_id`,
  );
}

export function selectRules(db: Queryable): Promise<Pick<DefinedRow, 'segment_id' | 'definition'>[]> {
  return db.query(
    'select segment_id, definition from defined_segments where definition is not null order by segment_id',
  );
}

/**
 * Definitions by segment id; null is a list, and what is no segment is absent.
 * @param hold keeps them from being removed until the transaction ends
 */
export async function selectDefinitions(
  db: Queryable,
  segmentIds: readonly string[],
  hold: boolean,
): Promise<Map<string, unknown>> {
  const rows = await db.query<Pick<DefinedRow, 'segment_id' | 'definition'>>(
    `select segment_id, definition from defined_segments where segment_id = any($1::text[])
     order by segment_id ${hold ? 'for key share' : ''}`,
    [segmentIds],
  );
  return new Map(rows.map((row) => [row.segment_id, row.definition]));
}

export function selectMembershipsOf(
  db: Queryable,
  customerKeys: readonly number[],
  segmentIds: readonly string[],
): Promise<{ customer_key: number; segment_id: string }[]> {
  return db.query(
    `select customer_key, segment_id from segment_memberships join defined_segments using (segment_key)
     where customer_key = any($1::int[]) and segment_id = any($2::text[]) and left_refresh is null
     order by customer_key, segment_id`,
    [customerKeys, segmentIds],
    'memberships-of-customers',
  );
}

/** Who is in which segment, by segment. */
export function selectMembersBySegment(db: Queryable): Promise<{ segment_id: string; customer_keys: number[] }[]> {
  return db.query(
    `select segment.segment_id, array_agg(membership.customer_key order by membership.customer_key) as customer_keys
     from segment_memberships as membership join defined_segments as segment using (segment_key)
     where membership.left_refresh is null group by segment.segment_id order by segment.segment_id`,
  );
}

/** Keys of those who are in a segment now, in their order, after one. */
export async function selectMembersOfDefined(
  db: Queryable,
  segmentId: string,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select customer_key from segment_memberships join defined_segments using (segment_key)
     where segment_id = $1 and left_refresh is null and customer_key > $2 order by customer_key limit $3`,
    [segmentId, after, limit],
    'members-of-defined-after',
  );
  return rows.map(({ customer_key }) => customer_key);
}

/** Who is in the segment by its last snapshot, and may be profiled still. */
export function definedMember(segmentKey: number): CustomerCondition {
  return (bind) => `profiling_allowed and customer_key in (
    select customer_key from segment_memberships where segment_key = ${bind(segmentKey)} and left_refresh is null)`;
}

export async function deleteDefined(tx: Transaction, segmentId: string): Promise<void> {
  await tx.query('delete from segment_changes where segment_id = $1', [segmentId]);
  await tx.query('delete from defined_segments where segment_id = $1', [segmentId]);
}

/** A refresh of a segment; by default its last. */
export async function selectRefresh(
  db: Queryable,
  segmentKey: number,
  refreshId?: number,
): Promise<RefreshRow | undefined> {
  const [row] = await db.query<RefreshRow>(
    `select * from segment_refreshes where segment_key = $1 and ($2::bigint is null or refresh_id = $2)
     order by refresh_id desc limit 1`,
    [segmentKey, refreshId ?? null],
  );
  return row;
}

export interface MembershipRow {
  customer_key: number;
  entered_at: Date;
  recency_days: number | null;
  frequency: number | null;
  monetary_minor: number | null;
  recency_score: number | null;
  frequency_score: number | null;
  monetary_score: number | null;
}

/** Members as of a refresh in key order after `after`, with the figures of the segmentation it was made beside. */
export function selectMemberships(
  db: Queryable,
  segmentKey: number,
  refresh: RefreshRow,
  after: number,
  limit: number,
): Promise<MembershipRow[]> {
  return db.query<MembershipRow>(
    `select customer_key, entered_at, recency_days, frequency, monetary_minor, recency_score, frequency_score, monetary_score
     from segment_memberships
     left join (select * from customer_segments where version = $4) as figures using (customer_key)
     where segment_key = $1 and customer_key > $2 and entered_refresh <= $3
       and (left_refresh is null or left_refresh > $3)
     order by customer_key limit $5`,
    [segmentKey, after, refresh.refresh_id, refresh.versions.segmentation ?? 0, limit],
  );
}

/** The defined segments a customer is in. */
export async function selectSegmentsOf(db: Queryable, customerKeys: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await db.query<{ customer_key: number; segment_id: string }>(
    `select customer_key, segment_id from segment_memberships join defined_segments using (segment_key)
     where customer_key = any($1::int[]) and left_refresh is null order by segment_id`,
    [customerKeys],
    'defined-segments-of-customers',
  );
  const segments = new Map<number, string[]>(customerKeys.map((key) => [key, []]));
  for (const { customer_key: key, segment_id: id } of rows) segments.get(key)!.push(id);
  return segments;
}

/** Counts of a rule and its parts, in the order of `parts`, and of everybody it was asked of; and the first customers it finds. */
export async function countRule(
  db: Queryable,
  { flagged, formula, parts, values }: CompiledRule,
  examples: number,
): Promise<{ everybody: number; counts: number[]; examples: number[] }> {
  const counted = parts.map(({ formula }, index) => `count(*) filter (where ${formula})::int as part${index}`);
  const [row] = await db.query<Record<string, number> & { examples: number[] }>(
    `with flagged as materialized (${flagged})
     select count(*)::int as everybody, ${counted.join(', ')},
            array(select customer_key from flagged where ${formula} order by customer_key limit ${examples}) as examples
     from flagged`,
    values,
  );
  return {
    everybody: row['everybody'],
    counts: parts.map((_, index) => row[`part${index}`]),
    examples: row.examples,
  };
}

export async function insertRefresh(
  tx: Transaction,
  segmentKey: number,
  asOf: Date,
  versions: RefreshRow['versions'],
): Promise<number> {
  const [row] = await tx.query<{ refresh_id: number }>(
    'insert into segment_refreshes (segment_key, as_of, versions) values ($1, $2, $3) returning refresh_id',
    [segmentKey, asOf, versions],
  );
  return row.refresh_id;
}

/** Who may not be profiled any more, or is nobody any more, goes without a trace. */
export async function forgetUnprofiled(tx: Transaction, segmentKey: number, segmentId: string): Promise<void> {
  await tx.query(
    `with gone as (
       delete from segment_memberships as membership where segment_key = $1 and not exists (
         select from (${profiledCustomersQuery}) as profiled where profiled.customer_key = membership.customer_key)
       returning customer_key)
     delete from segment_changes where segment_id = $2 and customer_key in (select customer_key from gone)`,
    [segmentKey, segmentId],
  );
}

/**
 * Makes the members those of a rule or a list: who is in it and was no member enters, who was and is not in it leaves, and both
 * is written among the changes.
 *
 * @param wanted the rule that members meet, or the keys of those who shall be members
 */
export async function applyMembers(
  tx: Transaction,
  segment: { segmentKey: number; segmentId: string },
  refreshId: number,
  wanted: CompiledRule | readonly number[],
): Promise<void> {
  await tx.query('create temporary table if not exists wanted_members (customer_key int not null) on commit drop');
  await tx.query('delete from wanted_members');
  if ('formula' in wanted) {
    const { flagged, formula, values } = wanted;
    await tx.query(
      `insert into wanted_members select customer_key from (${flagged}) as flagged where ${formula}`,
      values,
    );
  } else await tx.query('insert into wanted_members select unnest($1::int[])', [wanted]);
  // What has just been written has no statistics: a planner that expects a handful compares every row with every other.
  await tx.query('analyze wanted_members');
  await tx.query('set local enable_nestloop = off');
  await tx.query(
    `with departed as (
       update segment_memberships as membership set left_refresh = $3
       where segment_key = $1 and left_refresh is null
         and not exists (select from wanted_members where wanted_members.customer_key = membership.customer_key)
       returning customer_key),
     arrived as (
       insert into segment_memberships (segment_key, customer_key, entered_refresh, entered_at)
       select $1, customer_key, $3, (select as_of from segment_refreshes where refresh_id = $3)
       from wanted_members where not exists (
         select from segment_memberships as membership
         where membership.segment_key = $1 and membership.left_refresh is null
           and membership.customer_key = wanted_members.customer_key)
       returning customer_key)
     insert into segment_changes (segment_id, customer_key, change, changed_at, version)
     select $2, customer_key, change, now(), $3
     from (select customer_key, 'left' as change from departed union all select customer_key, 'entered' from arrived) as moved
     order by customer_key`,
    [segment.segmentKey, segment.segmentId, refreshId],
  );
}

export async function countRefresh(tx: Transaction, segmentKey: number, refreshId: number): Promise<RefreshRow> {
  const [row] = await tx.query<RefreshRow>(
    `update segment_refreshes as refresh set members = counted.members, arrived = counted.arrived, departed = counted.departed
     from (select count(*) filter (where left_refresh is null)::int as members,
                  count(*) filter (where entered_refresh = $2)::int as arrived,
                  count(*) filter (where left_refresh = $2)::int as departed
           from segment_memberships where segment_key = $1) as counted
     where refresh_id = $2 returning refresh.*`,
    [segmentKey, refreshId],
  );
  return row;
}

/** Snapshots older than that, but for the last one of each segment, and who had left before the oldest one kept. */
export async function deleteRefreshesBefore(db: Queryable, time: Date, leave?: AbortSignal): Promise<number> {
  const refreshes = await deleteInPortions(
    db,
    `with due as (
       select refresh_id from segment_refreshes as old where refreshed_at < $1 and exists (
         select from segment_refreshes as later where later.segment_key = old.segment_key and later.refresh_id > old.refresh_id)
       limit $2),
     gone as (delete from segment_refreshes where refresh_id in (select refresh_id from due) returning 1)
     select count(*)::int as count from gone`,
    [time],
    leave,
  );
  // Who had left is looked for only when a snapshot went: memberships have no index by it.
  if (refreshes === 0) return 0;
  const memberships = await deleteInPortions(
    db,
    `with oldest as (select segment_key, min(refresh_id) as refresh_id from segment_refreshes group by segment_key),
          due as (select membership.ctid from segment_memberships as membership join oldest using (segment_key)
                  where left_refresh <= oldest.refresh_id limit $1),
          gone as (delete from segment_memberships where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [],
    leave,
  );
  return refreshes + memberships;
}

export async function deleteMembershipsOf(tx: Queryable, customerKey: number): Promise<void> {
  await tx.query('delete from segment_memberships where customer_key = $1', [customerKey]);
}
