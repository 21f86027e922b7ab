import type { Queryable, Transaction } from '../../db/index.ts';
import { momentOf } from '../touches/store.ts';
import type { TouchedKind, Touches } from '../touches/touches.ts';

const erasureLock = `hashtextextended(current_schema() || '.erasure', 0)`;

/**
 * Until the transaction ends no person is erased. Who writes down something about customers asks this first and then
 * `findErased`, so that nothing is written behind an erasure's back.
 */
export async function holdOffErasure(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${erasureLock})`, [], 'hold-off-erasure');
}

/** Waits for those who hold off erasures. Before any other lock, because they take theirs after this one. */
export async function lockErasure(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${erasureLock})`);
}

/** Holds the customer against every writer of facts. */
export async function lockCustomer(
  tx: Transaction,
  customerId: string,
): Promise<{ customerKey: number; profilingAllowed: boolean } | undefined> {
  const [row] = await tx.query<{ customer_key: number; profiling_allowed: boolean }>(
    'select customer_key, profiling_allowed from customers where customer_id = $1 for update',
    [customerId],
  );
  return row && { customerKey: row.customer_key, profilingAllowed: row.profiling_allowed };
}

/** Hashes (hex) by which rows of people who were erased are known again, and nothing else of them. */
export async function hashErasedRows(tx: Queryable, rows: readonly string[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const hashes = await tx.query<{ hash: string }>(
    `select encode(${erasureHash('row', 'given.raw')}, 'hex') as hash
     from erasure_key as secret cross join unnest($1::text[]) with ordinality as given (raw, place) order by given.place`,
    [rows],
  );
  return hashes.map(({ hash }) => hash);
}

/**
 * What `erasure_hash` makes of an id; the row of `erasure_key` is `secret`.
 * @param id SQL of a text
 */
export function erasureHash(kind: 'customer' | 'visitor' | 'row', id: string): string {
  return `sha256(secret.key || sha256(secret.key || convert_to('${kind} ' || ${id}, 'UTF8')))`;
}

/** When these people were erased, in epoch milliseconds, for those who were. */
export async function selectErasures(
  tx: Queryable,
  customerIds: readonly string[],
  visitorIds: readonly string[],
): Promise<{ customers: Map<string, number>; visitors: Map<string, number> }> {
  const erasures = { customers: new Map<string, number>(), visitors: new Map<string, number>() };
  if (customerIds.length + visitorIds.length === 0) return erasures;
  const rows = await tx.query<{ kind: 'customers' | 'visitors'; id: string; erased_at: Date }>(
    `select asked.kind, asked.id, erased.erased_at
     from erasure_key as secret cross join lateral (
       select 'customers' as kind, named.id, ${erasureHash('customer', 'named.id')} as hash from unnest($1::text[]) as named (id)
       union all
       select 'visitors', named.id, ${erasureHash('visitor', 'named.id')} from unnest($2::text[]) as named (id)) as asked
     join erased_people as erased on erased.person_hash = asked.hash
     where exists (select from erased_people)`,
    [customerIds, visitorIds],
    'intake-erasures',
  );
  for (const { kind, id, erased_at } of rows) erasures[kind].set(id, erased_at.getTime());
  return erasures;
}

/** Remembers by hash alone that people were erased; whoever is unknown now keeps the objection of before. */
export async function insertTombstones(
  tx: Transaction,
  person: { customerId: string; visitorIds: readonly string[]; profilingAllowed: boolean | undefined },
  erasedAt: Date,
): Promise<void> {
  await tx.query(
    `insert into erased_people (person_hash, erased_at, profiling_allowed)
     select ${erasureHash('customer', '$1::text')}, $3::timestamptz, coalesce($4::boolean, true) from erasure_key as secret
     union all
     select ${erasureHash('visitor', 'named.id')}, $3::timestamptz, true
     from erasure_key as secret cross join unnest($2::text[]) as named (id)
     on conflict (person_hash) do update set erased_at = greatest(erased_people.erased_at, excluded.erased_at),
       profiling_allowed = coalesce($4::boolean, erased_people.profiling_allowed)`,
    [person.customerId, person.visitorIds, erasedAt, person.profilingAllowed ?? null],
  );
}

export interface LinkedVisitor {
  visitorKey: number;
  visitorId: string;
  /** Somebody else was seen on it too. */
  shared: boolean;
}

/** Visitors that the customer was linked with or is named beside; of two at one moment on a visitor only one has a link. */
export async function lockVisitors(tx: Transaction, customerKey: number): Promise<LinkedVisitor[]> {
  const linked = await tx.query<{ visitor_key: number }>(
    `select visitor_key from visitors where visitor_key in (
       select visitor_key from identity_links where customer_key = $1
       union select visitor_key from events where customer_key = $1
       union select visitor_key from orders where customer_key = $1)
     order by visitor_id for update`,
    [customerKey],
  );
  // A statement of its own: it sees what writers did that the lock waited for.
  const rows = await tx.query<{ visitor_key: number; visitor_id: string; shared: boolean }>(
    `select visitor_key, visitor_id, ${['identity_links', 'events', 'orders'].map(namesAnother).join(' or ')} as shared
     from visitors where visitor_key = any($2::bigint[])`,
    [customerKey, linked.map((row) => row.visitor_key)],
  );
  return rows.map((row) => ({ visitorKey: row.visitor_key, visitorId: row.visitor_id, shared: row.shared }));
}

function namesAnother(table: string): string {
  return `exists (select from ${table} as other where other.visitor_key = visitors.visitor_key and other.customer_key <> $1)`;
}

/** A fact of nobody by name that was the person's: its visitor was the person then, or never anybody else ($2). */
const anonymousButTheirs = `customer_key is null and visitor_key is not null and (
  visitor_key = any($2::bigint[]) or exists (
    select from identity_links l where l.customer_key = $1 and l.visitor_key = fact.visitor_key
      and fact.occurred_at >= l.valid_from and fact.occurred_at < l.valid_until))`;

/** Their visitors, so that facts are found by index. */
const onTheirVisitors =
  'visitor_key in (select visitor_key from identity_links where customer_key = $1 union all select unnest($2::bigint[]))';

export async function deleteEvents(
  tx: Transaction,
  customerKey: number,
  ownVisitorKeys: number[],
  touches: Touches,
): Promise<number> {
  const named = await changeFacts(tx, 'event', touches, 'delete from events where customer_key = $1', [customerKey]);
  const anonymous = await changeFacts(
    tx,
    'event',
    touches,
    `delete from events as fact where ${onTheirVisitors} and ${anonymousButTheirs}`,
    [customerKey, ownVisitorKeys],
  );
  return named + anonymous;
}

export async function anonymiseOrders(
  tx: Transaction,
  customerKey: number,
  ownVisitorKeys: number[],
  touches: Touches,
): Promise<number> {
  await tx.query(
    `delete from order_versions where customer_key = $1 or visitor_key = any($2::bigint[])
       or order_key in (select order_key from orders where customer_key = $1)
       or order_key in (select fact.order_key from orders as fact where ${onTheirVisitors} and ${anonymousButTheirs})`,
    [customerKey, ownVisitorKeys],
  );
  const named = await changeFacts(
    tx,
    'order',
    touches,
    'update orders set customer_key = null, visitor_key = null where customer_key = $1',
    [customerKey],
  );
  const anonymous = await changeFacts(
    tx,
    'order',
    touches,
    `update orders as fact set visitor_key = null where ${onTheirVisitors} and ${anonymousButTheirs}`,
    [customerKey, ownVisitorKeys],
  );
  const refunds = 'update refunds set customer_key = null where customer_key = $1';
  await changeFacts(tx, 'refund', touches, refunds, [customerKey]);
  return named + anonymous;
}

/** SQL of the times of a fact by kind, the first of them its own: on the days of all of them it is counted with its person. */
const timesOf = {
  event: 'occurred_at',
  order: 'occurred_at, paid_at, cancelled_at',
  refund: 'occurred_at',
} as const satisfies Partial<Record<TouchedKind, string>>;

/** SQL: when the visitors of erased events (`changed`) came next: they may be new there now. */
const nextEvents = `
  select next.occurred_at, 0 from (
      select visitor_key, min(occurred_at) as first from changed where visitor_key is not null group by visitor_key) as visitor
    cross join lateral (
      select other.occurred_at from events as other
      where other.visitor_key = visitor.visitor_key and other.occurred_at >= visitor.first
        and not exists (select from changed where changed.event_key = other.event_key)
      order by other.occurred_at limit 1) as next`;

/** Runs a change of facts that are of a person, and notes what it touches. @returns how many facts */
async function changeFacts(
  tx: Transaction,
  kind: keyof typeof timesOf,
  touches: Touches,
  change: string,
  values: unknown[],
): Promise<number> {
  const isEvent = kind === 'event';
  const rows = await tx.query<{ at: number; facts: number }>(
    `with changed as (${change} returning ${timesOf[kind]}${isEvent ? ', visitor_key, event_key' : ''})
     select ${momentOf('moment')} as at, (count(*) filter (where place = 1))::int as facts
     from (select touched.* from changed cross join lateral unnest(array[${timesOf[kind]}]) with ordinality as touched (moment, place)
           ${isEvent ? `union all ${nextEvents}` : ''}) as touched
     where moment is not null group by 1`,
    values,
  );
  touches.addMoments(
    kind,
    rows.map(({ at }) => at),
  );
  return rows.reduce((sum, { facts }) => sum + facts, 0);
}

/** So many rows are looked through at once, that no statement takes long. */
const rowsAtOnce = 20_000;

/**
 * SQL: a refused row that names only a visitor whom others were, too, is certainly of a time when the person was not there. A day more counts as
 * theirs, for a time without a zone may be of any.
 */
const isOfAnotherTime = `refused.raw->>'occurred_at' ~ '^\\d{4}-\\d\\d-\\d\\d' and pg_input_is_valid(refused.raw->>'occurred_at', 'timestamptz')
  and not exists (
    select from visitors as device join identity_links as link on link.visitor_key = device.visitor_key
    where device.visitor_id = refused.visitor_id and link.customer_key = $4
      and (refused.raw->>'occurred_at')::timestamptz >= link.valid_from - interval '1 day'
      and (refused.raw->>'occurred_at')::timestamptz < link.valid_until + interval '1 day')`;

/**
 * Rows that name the person, also with a `.0` that a program has put behind the id; and of those that could not be read at all,
 * and of which nobody knows whose they are, such as have an id of theirs anywhere.
 */
export async function deleteQuarantined(
  tx: Transaction,
  person: { customerId: string; customerKey: number | null; visitors: readonly LinkedVisitor[] },
): Promise<number> {
  const { customerId, customerKey, visitors } = person;
  const visitorIds = visitors.map(({ visitorId }) => visitorId);
  const sharedIds = visitors.filter(({ shared }) => shared).map(({ visitorId }) => visitorId);
  const named = await tx.query(
    `delete from quarantine as refused
     where refused.customer_id = any($1::text[]) or (refused.customer_id is null and refused.visitor_id = any($2::text[])
       and not (refused.visitor_id = any($3::text[]) and ${isOfAnotherTime}))
     returning refused.quarantine_id`,
    [writtenForms(customerId), visitorIds, sharedIds, customerKey],
  );
  const ids = [customerId, ...visitorIds];
  const pattern = anywhere(ids);
  const numbers = ids.filter((id) => /^\d{1,15}$/.test(id)).map(Number);
  const values = JSON.stringify({ ids: [...ids, ...numbers] });
  let count = named.length;
  for (let after: number | null = 0; after !== null; ) {
    const [looked]: { last: number | null; gone: number }[] = await tx.query(
      `with looked as materialized (
         select quarantine_id, raw, row_number from quarantine
         where quarantine_id > $1 and customer_id is null and rules @> array['unreadable'] order by quarantine_id limit $2),
       gone as (
         delete from quarantine as refused using looked
         where refused.quarantine_id = looked.quarantine_id
           and case when looked.raw ?| array['text', 'cells', 'element'] then looked.raw::text ~ $3
                    else looked.row_number is null
                      and jsonb_path_exists(looked.raw, '$.** ? (@ == $ids[*])', $4::jsonb) end
         returning 1)
       select (select count(*)::int from gone) as gone,
              (select max(quarantine_id) from looked having count(*) = $2) as last`,
      [after, rowsAtOnce, pattern, values],
    );
    count += looked.gone;
    after = looked.last;
  }
  return count;
}

/** Finds any of the ids as a word in the text of a JSON value, also as a CSV file writes it. */
function anywhere(ids: readonly string[]): string {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const written = new Set(ids.flatMap((id) => [inJson(id), inJson(id.replaceAll('"', '""'))]));
  const escaped = Array.from(written, (text) => text.replace(/[^\p{L}\p{N}]/gu, (character) => `\\${character}`));
  return `(^|[^[:alnum:]])(${escaped.join('|')})([^[:alnum:]]|$)`;
}

function writtenForms(id: string): string[] {
  return /^\d+$/.test(id) ? [id, ...Array.from({ length: 6 }, (_, zeros) => `${id}.${'0'.repeat(zeros + 1)}`)] : [id];
}

export async function deletePerson(
  tx: Transaction,
  customerKey: number,
  ownVisitorKeys: number[],
  touches: Touches,
): Promise<void> {
  await tx.query('delete from identity_links where customer_key = $1', [customerKey]);
  await tx.query('delete from visitors where visitor_key = any($1::bigint[])', [ownVisitorKeys]);
  const [{ registered_at: registeredAt }] = await tx.query<{ registered_at: Date | null }>(
    'delete from customers where customer_key = $1 returning registered_at',
    [customerKey],
  );
  if (registeredAt) touches.addMoment('customer', registeredAt.getTime());
}
