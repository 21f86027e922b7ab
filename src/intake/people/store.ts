import type { Queryable } from '../../db/index.ts';
import { isoTime } from '../batch/upsert-rules.ts';
import type { Attributes } from '../request-elements.ts';
import type { StoredCustomer } from './apply-customer.ts';
import type { Appearance, Link } from './links.ts';

interface CustomerRow {
  customer_key: number;
  customer_id: string;
  attributes: Attributes;
  profiling_allowed: boolean;
  registered_at: Date | null;
  updated_at: Date | null;
  told_at: Date | null;
}

/**
 * Makes customers of the ids that nobody has yet, in order of id, so that two transactions cannot wait for each other.
 * @returns the ids that were missing
 */
export async function insertMissingCustomers(tx: Queryable, customerIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ customer_id: string }>(
    `insert into customers (customer_id)
     select asked.id from unnest($1::text[]) as asked (id)
     where not exists (select from customers where customers.customer_id = asked.id)
     order by asked.id collate "C" on conflict (customer_id) do nothing returning customer_id`,
    [customerIds],
  );
  return new Set(rows.map((row) => row.customer_id));
}

export async function lockCustomers(
  tx: Queryable,
  customerIds: readonly string[],
): Promise<Map<string, StoredCustomer>> {
  const rows = await tx.query<CustomerRow>(
    'select * from customers where customer_id = any($1::text[]) order by customer_id for no key update',
    [customerIds],
  );
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        customerKey: row.customer_key,
        customerId: row.customer_id,
        attributes: row.attributes,
        profilingAllowed: row.profiling_allowed,
        registeredAt: row.registered_at?.getTime() ?? null,
        updatedAt: row.updated_at?.getTime() ?? null,
        toldAt: row.told_at?.getTime() ?? null,
      },
    ]),
  );
}

/** When customers did what events and orders tell of them; epoch milliseconds. */
export async function selectMomentsOfFacts(tx: Queryable, customerKeys: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ at: Date }>(
    `select occurred_at as at from events where customer_key = any($1::int[])
     union select occurred_at from orders where customer_key = any($1::int[])`,
    [customerKeys],
  );
  return rows.map(({ at }) => at.getTime());
}

export async function updateCustomers(tx: Queryable, states: readonly StoredCustomer[]): Promise<void> {
  const rows = states.map((state) => ({
    customer_key: state.customerKey,
    attributes: state.attributes,
    profiling_allowed: state.profilingAllowed,
    registered_at: isoTime(state.registeredAt),
    updated_at: isoTime(state.updatedAt),
    told_at: isoTime(state.toldAt),
  }));
  await tx.query(
    `update customers set attributes = new.attributes, profiling_allowed = new.profiling_allowed,
       registered_at = new.registered_at, updated_at = new.updated_at, told_at = coalesce(new.told_at, clock_timestamp())
     from jsonb_to_recordset($1::jsonb) as new(customer_key int, attributes jsonb, profiling_allowed boolean,
       registered_at timestamptz, updated_at timestamptz, told_at timestamptz)
     where customers.customer_key = new.customer_key`,
    [JSON.stringify(rows)],
  );
}

/** Customers by their ids; unknown ones are absent. */
export async function findCustomers(
  db: Queryable,
  customerIds: readonly string[],
): Promise<Map<string, { customerKey: number; profilingAllowed: boolean }>> {
  const rows = await db.query<Pick<CustomerRow, 'customer_key' | 'customer_id' | 'profiling_allowed'>>(
    'select customer_key, customer_id, profiling_allowed from customers where customer_id = any($1::text[])',
    [customerIds],
    'intake-find-customers',
  );
  return new Map(
    rows.map((row) => [row.customer_id, { customerKey: row.customer_key, profilingAllowed: row.profiling_allowed }]),
  );
}

/** A browser that more customers have used than these is anybody's, and tells nothing of who they are. */
const mostSharing = 5;

/** Customers who have used a browser that this customer, or this visitor, has used too. */
export async function customersSharing(
  db: Queryable,
  { customerKey, visitorKey }: { customerKey: number | null; visitorKey: number | null },
): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select distinct other.customer_key from (
       select visitor_key from identity_links where customer_key = $1 union select $2::bigint) as own
     join identity_links as other using (visitor_key)
     where other.customer_key is distinct from $1 and (
       select count(distinct used.customer_key) from identity_links as used where used.visitor_key = own.visitor_key) <= $3
     order by other.customer_key`,
    [customerKey, visitorKey, mostSharing],
    'customers-sharing',
  );
  return rows.map((row) => row.customer_key);
}

/** Which of these customers have used the same browser, a list a browser. */
export async function sharingAmong(db: Queryable, customerKeys: readonly number[]): Promise<number[][]> {
  const rows = await db.query<{ customer_keys: number[] }>(
    `select array_agg(distinct link.customer_key) as customer_keys from identity_links as link
     where link.customer_key = any($1::int[]) group by link.visitor_key
     having count(distinct link.customer_key) > 1 and (
       select count(distinct used.customer_key) from identity_links as used where used.visitor_key = link.visitor_key) <= $2`,
    [customerKeys, mostSharing],
    'sharing-among',
  );
  return rows.map((row) => row.customer_keys);
}

/**
 * Keeps customers from being erased until the transaction ends; whoever is being erased is waited for. Who records a customer
 * calls it before all else that waits. Nobody who writes facts waits for it.
 * @returns how many of these distinct keys are still somebody's
 */
export async function holdCustomers(tx: Queryable, customerKeys: readonly number[]): Promise<number> {
  if (customerKeys.length === 0) return 0;
  const rows = await tx.query(
    'select from customers where customer_key = any($1::int[]) order by customer_key for key share',
    [customerKeys],
    'hold-customers',
  );
  return rows.length;
}

/** Which of these keys belong to nobody any more. */
export async function findErased(db: Queryable, customerKeys: ArrayLike<number>): Promise<number[]> {
  const rows = await db.query<Pick<CustomerRow, 'customer_key'>>(
    `select customer_key from unnest($1::int[]) as asked (customer_key)
     where not exists (select from customers where customers.customer_key = asked.customer_key)`,
    [Array.from(customerKeys)],
  );
  return rows.map((row) => row.customer_key);
}

/** The ids of customers who allow profiling. */
export async function profiledCustomerIdsOf(
  db: Queryable,
  customerKeys: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db.query<Pick<CustomerRow, 'customer_key' | 'customer_id'>>(
    'select customer_key, customer_id from customers where profiling_allowed and customer_key = any($1::int[])',
    [customerKeys],
    'intake-profiled-customer-ids',
  );
  return new Map(rows.map((row) => [row.customer_key, row.customer_id]));
}

/** The ids of customers; erased ones are absent. */
export async function customerIdsOf(db: Queryable, customerKeys: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.query<Pick<CustomerRow, 'customer_key' | 'customer_id'>>(
    'select customer_key, customer_id from customers where customer_key = any($1::int[])',
    [customerKeys],
    'intake-customer-ids',
  );
  return new Map(rows.map((row) => [row.customer_key, row.customer_id]));
}

/** What is told of customers; erased ones are absent. */
export async function attributesOf(
  db: Queryable,
  customerKeys: readonly number[],
): Promise<Map<number, { customerId: string; profilingAllowed: boolean; attributes: Attributes }>> {
  const rows = await db.query<CustomerRow>(
    'select customer_key, customer_id, profiling_allowed, attributes from customers where customer_key = any($1::int[])',
    [customerKeys],
    'intake-attributes-of',
  );
  return new Map(
    rows.map((row) => [
      row.customer_key,
      { customerId: row.customer_id, profilingAllowed: row.profiling_allowed, attributes: row.attributes },
    ]),
  );
}

/** Customers who allow profiling, in the order of their keys, after one. */
export async function profiledAfter(
  db: Queryable,
  after: number,
  limit: number,
): Promise<{ customerKey: number; customerId: string }[]> {
  return db.query(
    `select customer_key as "customerKey", customer_id as "customerId" from customers
     where profiling_allowed and customer_key > $1 order by customer_key limit $2`,
    [after, limit],
    'intake-profiled-after',
  );
}

/** Visitors by their ids, each with the customer that they are at a moment (null: nobody by name); unknown ones are absent. */
export async function findVisitors(
  db: Queryable,
  visitorIds: readonly string[],
  at: Date,
): Promise<Map<string, { visitorKey: number; customerId: string | null }>> {
  const rows = await db.query<{ visitor_id: string; visitor_key: number; customer_id: string | null }>(
    `select visitors.visitor_id, visitors.visitor_key, customers.customer_id from visitors
       left join identity_links as link on link.visitor_key = visitors.visitor_key and link.valid_from <= $2 and $2 < link.valid_until
       left join customers using (customer_key)
     where visitors.visitor_id = any($1::text[])`,
    [visitorIds, at],
    'intake-find-visitors',
  );
  return new Map(rows.map((row) => [row.visitor_id, { visitorKey: row.visitor_key, customerId: row.customer_id }]));
}

/** The ids of visitors; erased ones are absent. */
export async function visitorIdsOf(db: Queryable, visitorKeys: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.query<{ visitor_key: number; visitor_id: string }>(
    'select visitor_key, visitor_id from visitors where visitor_key = any($1::bigint[])',
    [visitorKeys],
    'intake-visitor-ids',
  );
  return new Map(rows.map((row) => [row.visitor_key, row.visitor_id]));
}

/**
 * Keys of customers, made where missing. They are held against erasure until the transaction ends: without that, a fact
 * could be written for somebody who is being erased.
 */
export function resolveCustomers(
  tx: Queryable,
  customerIds: readonly string[],
  onMade: (ids: ReadonlySet<string>) => void = () => {},
): Promise<Map<string, number>> {
  return resolveKeys(
    customerIds,
    (ids) => selectHeld(tx, 'customer', ids),
    async (ids) => onMade(await insertMissingCustomers(tx, ids)),
  );
}

/** Keys of visitors, made where missing, held like customers. */
export function resolveVisitors(tx: Queryable, visitorIds: readonly string[]): Promise<Map<string, number>> {
  return resolveKeys(
    visitorIds,
    (ids) => selectHeld(tx, 'visitor', ids),
    (ids) =>
      tx.query(
        `insert into visitors (visitor_id) select id from unnest($1::text[]) as id
         order by id collate "C" on conflict (visitor_id) do nothing`,
        [ids],
      ),
  );
}

/** In one order for all, so that two writers do not wait for each other. */
function selectHeld(
  tx: Queryable,
  kind: 'customer' | 'visitor',
  ids: readonly string[],
): Promise<{ id: string; key: number }[]> {
  return tx.query(
    `select ${kind}_id as id, ${kind}_key as key from ${kind}s where ${kind}_id = any($1::text[]) order by 1 for key share`,
    [ids],
    `intake-resolve-${kind}s`,
  );
}

async function resolveKeys(
  ids: readonly string[],
  select: (ids: readonly string[]) => Promise<{ id: string; key: number }[]>,
  insert: (ids: readonly string[]) => Promise<unknown>,
): Promise<Map<string, number>> {
  const keys = new Map<string, number>();
  for (let missing = ids; missing.length > 0; ) {
    for (const { id, key } of await select(missing)) keys.set(id, key);
    missing = missing.filter((id) => !keys.has(id));
    if (missing.length > 0) await insert(missing);
  }
  return keys;
}

interface LinkRow {
  visitor_key: number;
  customer_key: number;
  appeared_at: Date;
  valid_from: Date;
  /** pg gives 'infinity' as the number Infinity. */
  valid_until: Date | number;
}

const linkColumns = ['visitor_key', 'customer_key', 'appeared_at', 'valid_from', 'valid_until'];

function toLink(row: LinkRow): Link {
  return {
    visitorKey: row.visitor_key,
    customerKey: row.customer_key,
    appearedAt: row.appeared_at.getTime(),
    validFrom: row.valid_from.getTime(),
    validUntil: Number(row.valid_until),
  };
}

export async function selectLinks(tx: Queryable, visitorKeys: readonly number[]): Promise<Link[]> {
  const rows = await tx.query<LinkRow>(
    `select ${linkColumns.join()} from identity_links where visitor_key = any($1::bigint[])`,
    [visitorKeys],
    'intake-select-links',
  );
  return rows.map(toLink);
}

/** A stretch of a visitor's time in epoch milliseconds, both ends within. */
export interface Span {
  visitorKey: number;
  from: number;
  until: number;
}

/**
 * Of visitors' links the last two that begin before the end of a stretch, in ascending order: of nearly all visitors those are all, or all
 * that tell of the stretch.
 */
export async function selectLatestLinks(tx: Queryable, spans: readonly Span[]): Promise<Link[]> {
  const rows = await tx.query<LinkRow>(
    `select latest.* from unnest($1::bigint[], $2::float8[]) as span (visitor_key, ends)
     cross join lateral (
       select ${linkColumns.map((column) => `link.${column}`).join()} from identity_links as link
       where link.visitor_key = span.visitor_key and link.valid_from <= to_timestamp(span.ends / 1000.0)
       order by link.valid_from desc limit 2) as latest
     order by latest.visitor_key, latest.valid_from`,
    [spans.map((span) => span.visitorKey), spans.map(({ until }) => until)],
    'intake-latest-links',
  );
  return rows.map(toLink);
}

/**
 * Of visitors' links those that begin in a stretch, the last before it and the next two after it, in ascending order: a till has very many.
 * The very first may be there only by reaching back, for somebody who was seen in one moment with the second: what is put before it ends it.
 */
export async function selectLinksNear(tx: Queryable, spans: readonly Span[]): Promise<Link[]> {
  const columnsOf = (link: string) => linkColumns.map((column) => `${link}.${column}`).join();
  const rows = await tx.query<LinkRow>(
    `select near.* from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as span (visitor_key, starts, ends)
     cross join lateral (
       (select ${columnsOf('earlier')} from identity_links as earlier
        where earlier.visitor_key = span.visitor_key and earlier.valid_from < span.starts order by earlier.valid_from desc limit 1)
       union all
       (select ${columnsOf('within')} from identity_links as within
        where within.visitor_key = span.visitor_key and within.valid_from between span.starts and span.ends)
       union all
       (select ${columnsOf('later')} from identity_links as later
        where later.visitor_key = span.visitor_key and later.valid_from > span.ends order by later.valid_from limit 2)) as near
     order by near.visitor_key, near.valid_from`,
    [
      spans.map((span) => span.visitorKey),
      spans.map(({ from }) => isoTime(from)),
      spans.map(({ until }) => isoTime(until)),
    ],
    'intake-links-near',
  );
  return rows.map(toLink);
}

/** One writer at a time decides whose a visitor is; those who only write facts of it need not wait. */
export async function lockVisitors(tx: Queryable, visitorKeys: readonly number[]): Promise<void> {
  await tx.query('select from visitors where visitor_key = any($1::bigint[]) order by visitor_key for no key update', [
    visitorKeys,
  ]);
}

/** All that is known of who was seen on visitors: facts that name both, and links whose facts may be gone with their retention. */
export async function selectAppearances(tx: Queryable, visitorKeys: readonly number[]): Promise<Appearance[]> {
  const rows = await tx.query<{ visitor_key: number; customer_key: number; at: Date }>(
    `select visitor_key, customer_key, at from (
       select visitor_key, customer_key, at,
              lag(customer_key) over (partition by visitor_key order by at, customer_key) as previous
       from (select visitor_key, customer_key, occurred_at as at from events
             where visitor_key = any($1::bigint[]) and customer_key is not null
             union all
             select visitor_key, customer_key, occurred_at from orders
             where visitor_key = any($1::bigint[]) and customer_key is not null
             union all
             select visitor_key, customer_key, appeared_at from identity_links
             where visitor_key = any($1::bigint[])) as seen) as marked
     where customer_key is distinct from previous`,
    [visitorKeys],
  );
  return rows.map((row) => ({ visitorKey: row.visitor_key, customerKey: row.customer_key, at: row.at.getTime() }));
}

/** When each of these visitors first did something as nobody by name from a moment on, in epoch milliseconds; who did not is absent. */
export async function selectEarliestAnonymous(
  tx: Queryable,
  since: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  if (since.size === 0) return new Map();
  const firstIn = (table: string) =>
    `(select fact.occurred_at as at from ${table} as fact
      where fact.visitor_key = asked.visitor_key and fact.customer_key is null and fact.occurred_at >= asked.since
      order by fact.occurred_at limit 1)`;
  const rows = await tx.query<{ visitor_key: number; at: Date }>(
    `select asked.visitor_key, min(first.at) as at
     from unnest($1::bigint[], $2::timestamptz[]) as asked (visitor_key, since)
     cross join lateral (${firstIn('events')} union all ${firstIn('orders')}) as first
     group by asked.visitor_key`,
    [[...since.keys()], Array.from(since.values(), isoTime)],
    'intake-earliest-anonymous',
  );
  return new Map(rows.map((row) => [row.visitor_key, row.at.getTime()]));
}

/** Who was seen next on a visitor after each of these, as facts tell it; of those at one moment the greatest key is whose it is, see `deriveLinks`. */
export async function selectFollowing(tx: Queryable, appearances: readonly Appearance[]): Promise<Appearance[]> {
  const nextIn = (table: string) =>
    `(select fact.visitor_key, fact.customer_key, fact.occurred_at as at from ${table} as fact
      where fact.visitor_key = seen.visitor_key and fact.customer_key is not null and fact.occurred_at >= seen.at
        and (fact.occurred_at > seen.at or fact.customer_key > seen.customer_key)
      order by fact.occurred_at, fact.customer_key desc limit 1)`;
  const rows = await tx.query<{ visitor_key: number; customer_key: number; at: Date }>(
    `select following.visitor_key, following.customer_key, following.at
     from unnest($1::bigint[], $2::int[], $3::timestamptz[]) as seen (visitor_key, customer_key, at)
     cross join lateral (
       select either.* from (${nextIn('events')} union all ${nextIn('orders')}) as either
       order by either.at, either.customer_key desc limit 1) as following`,
    [
      appearances.map(({ visitorKey }) => visitorKey),
      appearances.map(({ customerKey }) => customerKey),
      appearances.map(({ at }) => isoTime(at)),
    ],
    'intake-following-appearances',
  );
  return rows.map((row) => ({ visitorKey: row.visitor_key, customerKey: row.customer_key, at: row.at.getTime() }));
}

export async function replaceLinks(
  tx: Queryable,
  visitorKeys: readonly number[],
  links: readonly Link[],
): Promise<void> {
  await tx.query('delete from identity_links where visitor_key = any($1::bigint[])', [visitorKeys]);
  await insertLinks(tx, links);
}

export async function deleteLinks(tx: Queryable, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await tx.query(
    `delete from identity_links using unnest($1::bigint[], $2::timestamptz[]) as gone (visitor_key, valid_from)
     where identity_links.visitor_key = gone.visitor_key and identity_links.valid_from = gone.valid_from`,
    [links.map((link) => link.visitorKey), links.map((link) => isoTime(link.validFrom))],
  );
}

/** Takes away the links that begin with these appearances; what other facts tell is derived from them anew. */
export async function forgetAppearances(tx: Queryable, appearances: readonly Appearance[]): Promise<void> {
  if (appearances.length === 0) return;
  await tx.query(
    `delete from identity_links as link
     using unnest($1::bigint[], $2::int[], $3::timestamptz[]) as gone (visitor_key, customer_key, appeared_at)
     where link.visitor_key = gone.visitor_key and link.customer_key = gone.customer_key
       and link.appeared_at = gone.appeared_at`,
    [
      appearances.map(({ visitorKey }) => visitorKey),
      appearances.map(({ customerKey }) => customerKey),
      appearances.map(({ at }) => isoTime(at)),
    ],
  );
}

export async function insertLinks(tx: Queryable, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await tx.query(
    `insert into identity_links (visitor_key, customer_key, appeared_at, valid_from, valid_until)
     select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])`,
    [
      links.map((link) => link.visitorKey),
      links.map((link) => link.customerKey),
      links.map((link) => isoTime(link.appearedAt)),
      links.map((link) => isoTime(link.validFrom)),
      links.map((link) => (link.validUntil === Number.POSITIVE_INFINITY ? 'infinity' : isoTime(link.validUntil))),
    ],
  );
}
