import { type Database, deleteInPortions, type Queryable, sqlState, type Transaction } from '../../db/index.ts';
import { type EventType, incidentalTypes } from '../behaviours.ts';
import type { BusyMinute } from '../cleaning/robots.ts';
import type { Period } from './periods.ts';

export async function selectKnownEventIds(tx: Queryable, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ event_id: string }>(
    'select event_id from event_keys where event_id = any($1::text[])',
    [eventIds],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** SQL: somebody meant an event of this type; see `deliberate` of behaviours. */
export function isDeliberate(type: string): string {
  return `${type} not in (${incidentalTypes.map((one) => `'${one}'`).join()})`;
}

/**
 * What is known of people's deeds in clock minutes: ids of events that are stored, and of those that were refused as a robot's.
 * @returns for each minute in its place, at most one id more than the limit of each
 */
export async function selectDeeds(tx: Queryable, minutes: readonly BusyMinute[], limit: number): Promise<string[][]> {
  const found: string[][] = minutes.map(() => []);
  await Promise.all(
    (['visitor', 'customer'] as const).map(async (kind) => {
      const asked = [...minutes.entries()].filter(([, { actorKind }]) => actorKind === kind);
      if (asked.length === 0) return;
      const rows = await tx.query<{ place: number; event_id: string }>(
        deedsOf(kind),
        [
          asked.map(([, { actorId }]) => actorId),
          asked.map(([, { minute }]) => minute),
          asked.map(([place]) => place),
          limit + 1,
        ],
        `intake-deeds-of-${kind}s`,
      );
      for (const { place, event_id } of rows) found[place].push(event_id);
    }),
  );
  return found;
}

function deedsOf(kind: 'visitor' | 'customer'): string {
  // A visitor that is named did it, whoever is named beside.
  const byThem = (fact: string, name: string) =>
    `${fact}.${kind}_${name} = asked.${kind}_${name}${kind === 'customer' ? ` and ${fact}.visitor_${name} is null` : ''}`;
  return `with asked as materialized (
      select given.place, to_timestamp(given.minute / 1000.0) as minute, given.id as ${kind}_id, people.${kind}_key
      from unnest($1::text[], $2::float8[], $3::int[]) as given (id, minute, place)
      left join ${kind}s as people on people.${kind}_id = given.id)
    select asked.place, deed.event_id
    from asked cross join lateral (
      (select fact.event_id from events as fact
       where ${byThem('fact', 'key')} and ${isDeliberate('fact.type')}
         and fact.occurred_at >= asked.minute and fact.occurred_at < asked.minute + interval '1 minute' limit $4)
      union all
      (select refused.raw->>'event_id' from quarantine as refused
       where refused.kind = 'event' and refused.rules @> array['robot'] and ${byThem('refused', 'id')}
         and left(refused.raw->>'occurred_at', 16) = to_char(asked.minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI')
       limit $4)) as deed`;
}

export interface EventRow {
  eventId: string;
  type: EventType;
  customerKey: number | null;
  visitorKey: number | null;
  itemKey: number | null;
  /** epoch milliseconds */
  at: number;
  listId: string | undefined;
  position: number | undefined;
  query: string | undefined;
  name: string | undefined;
  properties: object | undefined;
  /** undefined: nothing of it is told */
  details: EventDetails | undefined;
}

/** What of visits, reviews and complaints is kept beside. */
export interface EventDetails {
  sessionId: string | undefined;
  path: string | undefined;
  device: string | undefined;
  /** name of the campaign */
  campaign: string | undefined;
  dwellSeconds: number | undefined;
  rating: number | undefined;
  topic: string | undefined;
  orderId: string | undefined;
  results: number | undefined;
  /** the rest of what is told of the page */
  page: object | undefined;
}

/**
 * Takes the ids that were never seen; two writers of one id wait for each other, and one of them gets it.
 * @param times epoch milliseconds by id
 */
export async function claimEventIds(tx: Transaction, times: ReadonlyMap<string, number>): Promise<Set<string>> {
  // Mostly all of them are new: then no id is sent back.
  const [{ claimed }] = await tx.query<{ claimed: string[] | null }>(
    `with claimed as (${insertKeys} on conflict (event_id) do nothing returning event_id)
     select case when count(*) < cardinality($1) then coalesce(array_agg(claimed.event_id), '{}') end as claimed from claimed`,
    [[...times.keys()], [...times.values()]],
    'intake-claim-event-ids',
  );
  return new Set(claimed ?? times.keys());
}

/**
 * The same of ids that were not known a moment ago, for a quarter less. @throws what makes the transaction begin again, where another writer
 * has taken one of them since
 */
export async function takeEventIds(tx: Transaction, times: ReadonlyMap<string, number>): Promise<void> {
  try {
    await tx.query(insertKeys, [[...times.keys()], [...times.values()]], 'intake-take-event-ids');
  } catch (error) {
    throw sqlState(error) === '23505' ? new TakenMeanwhile() : error;
  }
}

/** In one order for all, so that two writers do not wait for each other. */
const insertKeys = `insert into event_keys (event_id, occurred_at)
  select new.event_id, ${timeOf('new.at')} from unnest($1::text[], $2::float8[]) as new (event_id, at) order by new.event_id collate "C"`;

/** Has the code of a serialisation failure, after which a transaction is tried again. */
class TakenMeanwhile extends Error {
  readonly code = '40001';

  constructor() {
    super('An event was recorded by another writer meanwhile.');
  }
}

/** SQL: the time of epoch milliseconds, exact to the millisecond; read as numbers they take less than as texts. */
function timeOf(milliseconds: string): string {
  return `to_timestamp(${milliseconds} / 1000.0)`;
}

interface EventColumn {
  name: string;
  type: string;
  read: (event: EventRow) => unknown;
  /** SQL of what is stored of a value; absent: the value itself */
  stored?: (value: string) => string;
}

const neededColumns: readonly EventColumn[] = [
  { name: 'event_id', type: 'text', read: (event) => event.eventId },
  { name: 'type', type: 'event_type', read: (event) => event.type },
  { name: 'customer_key', type: 'int', read: (event) => event.customerKey },
  { name: 'visitor_key', type: 'bigint', read: (event) => event.visitorKey },
  { name: 'item_key', type: 'int', read: (event) => event.itemKey },
  { name: 'occurred_at', type: 'float8', read: (event) => event.at, stored: timeOf },
];

const detail = (name: string, type: string, read: (details: EventDetails) => unknown): EventColumn => ({
  name,
  type,
  read: ({ details }) => details && read(details),
});

/** Columns that a batch says nothing of would be read by the database for nothing: those go that are told together, or not at all. */
const toldTogether: readonly (readonly EventColumn[])[] = [
  [
    { name: 'list_id', type: 'uuid', read: (event) => event.listId },
    { name: 'list_position', type: 'int', read: (event) => event.position },
  ],
  [
    { name: 'query', type: 'text', read: (event) => event.query },
    { name: 'name', type: 'text', read: (event) => event.name },
    { name: 'properties', type: 'jsonb', read: (event) => event.properties && JSON.stringify(event.properties) },
  ],
  [detail('session_id', 'text', (details) => details.sessionId)],
  [detail('path', 'text', (details) => details.path), detail('device', 'text', (details) => details.device)],
  [
    detail('campaign', 'text', (details) => details.campaign),
    detail('page', 'jsonb', (details) => details.page && JSON.stringify(details.page)),
  ],
  [
    detail('dwell_seconds', 'int', (details) => details.dwellSeconds),
    detail('rating', 'smallint', (details) => details.rating),
    detail('topic', 'text', (details) => details.topic),
    detail('order_id', 'text', (details) => details.orderId),
    detail('results', 'int', (details) => details.results),
  ],
];

/** @returns their keys */
export async function insertEvents(tx: Transaction, events: readonly EventRow[]): Promise<number[]> {
  const isTold = ({ read }: EventColumn) => events.some((event) => read(event) !== undefined);
  const groups = toldTogether.map((columns) => columns.some(isTold));
  const columns = [...neededColumns, ...toldTogether.filter((_, index) => groups[index]).flat()];
  const names = columns.map(({ name }) => name).join();
  const stored = columns.map(({ name, stored }) => (stored ? stored(`new.${name}`) : `new.${name}`)).join();
  const [{ keys }] = await tx.query<{ keys: string }>(
    `with made as (
       insert into events (${names}) select ${stored}
       from unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join()}) as new (${names}) returning event_key)
     select string_agg(made.event_key::text, ',') as keys from made`,
    columns.map(({ read }) => events.map((event) => read(event) ?? null)),
    `intake-insert-events-${groups.map(Number).join('')}`,
  );
  return keys.split(',').map(Number);
}

interface PartitionState {
  exists: boolean;
  isAttached: boolean;
  /** its detaching was interrupted: it takes no rows any more */
  isPending: boolean;
}

async function selectPartition(db: Queryable, table: string): Promise<PartitionState> {
  const [state] = await db.query<PartitionState>(
    `select found.oid is not null as exists, inhrelid is not null as "isAttached",
            coalesce(inhdetachpending, false) as "isPending"
     from (select to_regclass($1)::oid as oid) as found
       left join pg_inherits on inhrelid = found.oid and inhparent = 'events'::regclass`,
    [table],
  );
  return state;
}

/**
 * Gives what was a partition a name of its own, under which it waits for its end, so that its name is free for a new one; nobody makes
 * one meanwhile.
 * @returns the name
 */
async function setAside(tx: Queryable, table: string, isPending: boolean): Promise<string> {
  if (isPending) await tx.query(`alter table events detach partition ${table} finalize`);
  const [{ name }] = await tx.query<{ name: string }>(
    `select 'expired_' || place || '_' || $1 as name from generate_series(1, 1000000) as place
     where to_regclass('expired_' || place || '_' || $1) is null limit 1`,
    [table],
  );
  await tx.query(`alter table ${table} rename to ${name}`);
  return name;
}

/** Tables that were partitions, and whose end was broken off: under their own name still, or set aside. */
export async function listDetached(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname ~ '^(expired_\\d+_)?events_\\d{4}(_\\d\\d)?$'
       and not exists (select from pg_inherits as link where link.inhrelid = pg_class.oid) order by relname`,
  );
  return rows.map((row) => row.name);
}

/** Those first whose detaching was interrupted. */
export async function listPartitions(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
     where inhparent = 'events'::regclass order by inhdetachpending desc, c.relname`,
  );
  return rows.map((row) => row.name);
}

/** Until the transaction ends nobody else makes a partition, or drops one that is detached. */
async function holdPartitions(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(current_schema() || '.event_partitions', 0))`);
}

/**
 * A partition is made as a table of its own and then attached, which holds up neither writers nor readers; creating it as a
 * partition at once would wait for all of them and let nobody pass meanwhile.
 */
export async function makePartitions(db: Database, periods: readonly Period[]): Promise<void> {
  await db.transaction(async (tx) => {
    await holdPartitions(tx);
    for (const { table, from, until } of periods) {
      const state = await selectPartition(tx, table);
      if (state.isAttached && !state.isPending) continue;
      if (state.exists) await setAside(tx, table, state.isPending);
      await tx.query(`create table ${table} (like events including defaults including constraints)`);
      await tx.query(
        `alter table events attach partition ${table} for values from ('${from.toISOString()}') to ('${until.toISOString()}')`,
      );
    }
  });
}

export async function hasReceivedSince(db: Database, table: string, since: Date): Promise<boolean> {
  return (await db.query(`select from ${table} where received_at >= $1 limit 1`, [since])).length > 0;
}

/** Writes down that the events of a stretch of time are dropped. */
export async function insertDropped(db: Database, { table, from, until }: Period): Promise<void> {
  await db.query(
    `insert into dropped_event_periods (partition_name, starts_at, ends_at) values ($1, $2, $3)
     on conflict (partition_name) do update set dropped_at = clock_timestamp(), forgotten_at = null`,
    [table, from, until],
  );
}

export interface DroppedEvents {
  from: Date;
  until: Date;
  /** who was counted from them is known no more */
  isForgotten: boolean;
}

/** No events are dropped until the transaction ends. Before anything is asked, also what it sees is from then on. */
export async function keepEvents(tx: Transaction): Promise<void> {
  await tx.query('lock table dropped_event_periods in share mode');
}

/** Stretches of time of which events have been dropped. Until the transaction ends no further one is. */
export async function selectDropped(tx: Transaction): Promise<DroppedEvents[]> {
  await keepEvents(tx);
  return selectDroppedPeriods(tx);
}

/** The same, of which there may be more at once. */
export async function selectDroppedPeriods(db: Queryable): Promise<DroppedEvents[]> {
  const rows = await db.query<{ starts_at: Date; ends_at: Date; is_forgotten: boolean }>(
    `select starts_at, ends_at, forgotten_at is not null as is_forgotten from dropped_event_periods order by starts_at`,
  );
  return rows.map((row) => ({ from: row.starts_at, until: row.ends_at, isForgotten: row.is_forgotten }));
}

export async function markForgotten(
  tx: Transaction,
  { from, until }: Pick<DroppedEvents, 'from' | 'until'>,
): Promise<void> {
  await tx.query(
    `update dropped_event_periods set forgotten_at = clock_timestamp() where starts_at = $1 and ends_at = $2`,
    [from, until],
  );
}

/**
 * Takes a partition out of the events and sets it aside, or what is left of one. DETACH CONCURRENTLY lets readers go on; it may not run inside
 * a transaction.
 * @returns the name it waits under; undefined: there is none any more; false: a reader held it for too long
 */
export async function takeOutPartition(db: Database, table: string): Promise<string | undefined | false> {
  return withLockTimeout(db, async (session) => {
    const { isAttached, isPending } = await selectPartition(session, table);
    if (isAttached) {
      await session.query(`alter table events detach partition ${table} ${isPending ? 'finalize' : 'concurrently'}`);
    }
    return db.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = '2s'`);
      await holdPartitions(tx);
      // Somebody may have made it anew since it was detached.
      const state = await selectPartition(tx, table);
      return state.exists && !state.isAttached ? await setAside(tx, table, false) : undefined;
    });
  });
}

/** Drops what was set aside. @returns false: a reader held it for too long */
export async function dropExpired(db: Database, name: string): Promise<boolean> {
  return (await withLockTimeout(db, (session) => session.query(`drop table if exists ${name}`))) !== false;
}

async function withLockTimeout<Result>(
  db: Database,
  work: (session: Transaction) => Promise<Result>,
): Promise<Result | false> {
  return db.session(async (session) => {
    await session.query(`set lock_timeout = '2s'`);
    try {
      return await work(session);
    } catch (error) {
      if (sqlState(error) === '55P03') return false;
      throw error;
    } finally {
      await session.query('reset lock_timeout');
    }
  });
}

/** When the earliest event occurred, from `from` on, whose id is known. */
export async function selectEarliestId(db: Queryable, from: Date): Promise<Date | undefined> {
  const [row] = await db.query<{ occurred_at: Date }>(
    'select occurred_at from event_keys where occurred_at >= $1 order by occurred_at limit 1',
    [from],
  );
  return row?.occurred_at;
}

/** Deletes the ids of a period that has no partition: ids are taken only after their partition was made. */
export function deleteIdsOf(db: Queryable, { table, from, until }: Period, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select ctid from event_keys where occurred_at >= $1 and occurred_at < $2 and to_regclass($3) is null limit $4),
          gone as (delete from event_keys where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [from, until, table],
    leave,
  );
}

/** Postgres tells a row without a partition as a check violation that names no constraint. */
export function isPartitionMissing(error: unknown): boolean {
  return sqlState(error) === '23514' && !(error as { constraint?: string }).constraint;
}
