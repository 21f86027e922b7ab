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

/** SQL, as the indexes of quarantine have it. */
const isRobotsDeed = `refused.kind = 'event' and refused.rules @> array['robot']`;

/**
 * What is known of people's deeds in clock minutes: ids of events that are stored, and of those that were refused as a robot's.
 * @returns for each minute in its place, at most one id more than the limit
 */
export async function selectDeeds(tx: Queryable, minutes: readonly BusyMinute[], limit: number): Promise<string[][]> {
  const found: string[][] = minutes.map(() => []);
  if (minutes.length === 0) return found;
  const rows = await tx.query<{ place: number; event_id: string }>(
    `with asked as (
       select given.place, given.minute, given.visitor_id, given.customer_id, visitors.visitor_key, customers.customer_key,
              to_char(given.minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') as minute_text
       from unnest($1::text[], $2::text[], $3::timestamptz[]) with ordinality as given (visitor_id, customer_id, minute, place)
       left join visitors on visitors.visitor_id = given.visitor_id
       left join customers on customers.customer_id = given.customer_id)
     select asked.place::int as place, deed.event_id
     from asked cross join lateral (
       (select fact.event_id from events as fact
        where fact.visitor_key = asked.visitor_key and ${isDeliberate('fact.type')}
          and fact.occurred_at >= asked.minute and fact.occurred_at < asked.minute + interval '1 minute' limit $4)
       union all
       (select fact.event_id from events as fact
        where fact.customer_key = asked.customer_key and fact.visitor_key is null and ${isDeliberate('fact.type')}
          and fact.occurred_at >= asked.minute and fact.occurred_at < asked.minute + interval '1 minute' limit $4)
       union all
       (select refused.raw->>'event_id' from quarantine as refused
        where ${isRobotsDeed} and refused.visitor_id = asked.visitor_id
          and left(refused.raw->>'occurred_at', 16) = asked.minute_text limit $4)
       union all
       (select refused.raw->>'event_id' from quarantine as refused
        where ${isRobotsDeed} and refused.visitor_id is null and refused.customer_id = asked.customer_id
          and left(refused.raw->>'occurred_at', 16) = asked.minute_text limit $4)) as deed`,
    [
      minutes.map(({ visitorId }) => visitorId ?? null),
      minutes.map(({ customerId }) => customerId ?? null),
      minutes.map(({ minute }) => isoTime(minute)),
      limit + 1,
    ],
    'intake-deeds',
  );
  for (const { place, event_id } of rows) found[place - 1].push(event_id);
  return found;
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

/** Takes the ids that were never seen; two writers of one id wait for each other, and one of them gets it. */
export async function claimEventIds(tx: Transaction, times: ReadonlyMap<string, number>): Promise<Set<string>> {
  const rows = await tx.query<{ event_id: string }>(
    `insert into event_keys (event_id, occurred_at)
     select * from unnest($1::text[], $2::timestamptz[]) as new(event_id, occurred_at) order by event_id collate "C"
     on conflict (event_id) do nothing returning event_id`,
    [[...times.keys()], Array.from(times.values(), isoTime)],
    'intake-claim-event-ids',
  );
  return new Set(rows.map((row) => row.event_id));
}

type ColumnOf<Row> = readonly [column: string, type: string, read: (row: Row) => unknown];

const eventColumns: readonly ColumnOf<EventRow>[] = [
  ['event_id', 'text', (event) => event.eventId],
  ['type', 'event_type', (event) => event.type],
  ['customer_key', 'int', (event) => event.customerKey],
  ['visitor_key', 'bigint', (event) => event.visitorKey],
  ['item_key', 'int', (event) => event.itemKey],
  ['occurred_at', 'timestamptz', (event) => isoTime(event.at)],
  ['list_id', 'uuid', (event) => event.listId],
  ['list_position', 'int', (event) => event.position],
  ['query', 'text', (event) => event.query],
  ['name', 'text', (event) => event.name],
  ['properties', 'jsonb', (event) => event.properties && JSON.stringify(event.properties)],
];
const detailColumns: readonly ColumnOf<EventDetails>[] = [
  ['session_id', 'text', (details) => details.sessionId],
  ['path', 'text', (details) => details.path],
  ['device', 'text', (details) => details.device],
  ['campaign', 'text', (details) => details.campaign],
  ['dwell_seconds', 'int', (details) => details.dwellSeconds],
  ['rating', 'smallint', (details) => details.rating],
  ['topic', 'text', (details) => details.topic],
  ['order_id', 'text', (details) => details.orderId],
  ['results', 'int', (details) => details.results],
  ['page', 'jsonb', (details) => details.page && JSON.stringify(details.page)],
];
const detailedColumns: readonly ColumnOf<EventRow>[] = [
  ...eventColumns,
  ...detailColumns.map(
    ([column, type, read]): ColumnOf<EventRow> => [column, type, ({ details }) => details && read(details)],
  ),
];

/** @returns their keys */
export async function insertEvents(tx: Transaction, events: readonly EventRow[]): Promise<number[]> {
  const isDetailed = events.some(({ details }) => details !== undefined);
  // Columns that a batch says nothing of would be read by the database for nothing.
  const columns = isDetailed ? detailedColumns : eventColumns;
  const rows = await tx.query<{ event_key: number }>(
    `insert into events (${columns.map(([column]) => column).join()})
     select * from unnest(${columns.map(([, type], index) => `$${index + 1}::${type}[]`).join()}) returning event_key`,
    columns.map(([, , read]) => events.map((event) => read(event) ?? null)),
    isDetailed ? 'intake-insert-detailed-events' : 'intake-insert-events',
  );
  return rows.map(({ event_key }) => event_key);
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
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

/** What is left of a partition that was on its way out when somebody was stopped; nobody makes one meanwhile. */
async function dropDetached(tx: Queryable, table: string, isPending: boolean): Promise<void> {
  if (isPending) await tx.query(`alter table events detach partition ${table} finalize`);
  await tx.query(`drop table ${table}`);
}

/** Tables that were partitions, and whose dropping was broken off. */
export async function listDetached(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname ~ '^events_\\d{4}(_\\d\\d)?$'
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
      if (state.exists) await dropDetached(tx, table, state.isPending);
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
 * DETACH CONCURRENTLY lets readers go on; it may not run inside a transaction.
 * @param onDetached forgets what is derived from it, before it is gone for good
 * @returns false: a reader held it for too long
 */
export async function dropPartition(db: Database, table: string, onDetached: () => Promise<unknown>): Promise<boolean> {
  return db.session(async (session) => {
    await session.query(`set lock_timeout = '2s'`);
    try {
      const { isAttached, isPending } = await selectPartition(session, table);
      if (isAttached) {
        await session.query(`alter table events detach partition ${table} ${isPending ? 'finalize' : 'concurrently'}`);
      }
      await onDetached();
      await db.transaction(async (tx) => {
        await tx.query(`set local lock_timeout = '2s'`);
        await holdPartitions(tx);
        // Somebody may have made it anew since it was detached.
        const state = await selectPartition(tx, table);
        if (state.exists && !state.isAttached) await dropDetached(tx, table, false);
      });
      return true;
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
