import type { Queryable, Transaction } from '../../../db/index.ts';
import type { CompiledRule } from '../rule-query/store.ts';
import type { DefinedRow } from '../store.ts';

/** Keys of the live segments. */
export async function selectLiveKeys(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ segment_key: number }>(
    'select segment_key from defined_segments where live order by segment_key',
    [],
    'live-segments',
  );
  return rows.map((row) => row.segment_key);
}

/** A live segment, held against other changes of its members; undefined: it is gone. */
export async function lockLive(tx: Transaction, segmentKey: number): Promise<DefinedRow | undefined> {
  const [row] = await tx.query<DefinedRow>(
    'select * from defined_segments where segment_key = $1 and live for no key update',
    [segmentKey],
  );
  return row;
}

/** Of the customers that a rule was compiled for those who are members and should not be, or are none and should be. */
export async function selectMoved(
  tx: Transaction,
  segmentKey: number,
  { flagged, formula, values }: CompiledRule,
): Promise<{ entering: number[]; leaving: number[] }> {
  const rows = await tx.query<{ customer_key: number; meets: boolean }>(
    `select told.customer_key, told.meets from (
       select asked.customer_key, asked.meets, exists (
         select from segment_memberships as membership where membership.segment_key = $${values.length + 1}
           and membership.left_refresh is null and membership.customer_key = asked.customer_key) as is_member
       from (select customer_key, ${formula} as meets from (${flagged}) as flagged) as asked) as told
     where told.meets <> told.is_member order by told.customer_key`,
    [...values, segmentKey],
  );
  const keysWhere = (meets: boolean) => rows.filter((row) => row.meets === meets).map((row) => row.customer_key);
  return { entering: keysWhere(true), leaving: keysWhere(false) };
}

/** Lets customers enter and leave, as a snapshot of its own, so that pages of an earlier one stay what they are. */
export async function moveMembers(
  tx: Transaction,
  { segment_key: key, segment_id: id }: DefinedRow,
  asOf: Date,
  { entering, leaving }: { entering: readonly number[]; leaving: readonly number[] },
): Promise<void> {
  const [{ refresh_id }] = await tx.query<{ refresh_id: number }>(
    `insert into segment_refreshes (segment_key, as_of, versions, members, arrived, departed)
     select $1, $2, '{}', last.members + $3 - $4, $3, $4
     from segment_refreshes as last where last.segment_key = $1 order by last.refresh_id desc limit 1 returning refresh_id`,
    [key, asOf, entering.length, leaving.length],
  );
  await tx.query(
    `update segment_memberships set left_refresh = $3
     where segment_key = $1 and left_refresh is null and customer_key = any($2::int[])`,
    [key, leaving, refresh_id],
  );
  await tx.query(
    `insert into segment_memberships (segment_key, customer_key, entered_refresh, entered_at)
     select $1, unnest($2::int[]), $3, $4`,
    [key, entering, refresh_id, asOf],
  );
  await tx.query(
    `insert into segment_changes (segment_id, customer_key, change, changed_at, version)
     select $1, moved.customer_key, moved.change, now(), $4 from (
       select unnest($2::int[]) as customer_key, 'left' as change union all select unnest($3::int[]), 'entered') as moved`,
    [id, leaving, entering, refresh_id],
  );
}

export async function selectKeys(tx: Transaction, query: string, values: unknown[]): Promise<number[]> {
  const rows = await tx.query<{ customer_key: number }>(query, values);
  return rows.map((row) => row.customer_key);
}

export async function setFollowed(tx: Transaction, segmentKey: number, until: Date): Promise<void> {
  await tx.query('update defined_segments set followed_until = $2 where segment_key = $1', [segmentKey, until]);
}

export async function setReconciled(tx: Transaction, segmentKey: number, at: Date, corrected: number): Promise<void> {
  await tx.query(
    'update defined_segments set followed_until = $2, reconciled_at = $2, corrected = $3 where segment_key = $1',
    [segmentKey, at, corrected],
  );
}
