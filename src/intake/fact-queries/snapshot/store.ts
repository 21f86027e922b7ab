import type { Queryable } from '../../../db/index.ts';
import { tasteEventTypes } from '../../behaviours.ts';
import { linkThen } from '../store.ts';

/** COPY takes no parameters; a Date's ISO form has nothing to escape. */
function literal(time: Date): string {
  return `timestamptz '${time.toISOString()}'`;
}

const milliseconds = (time: string) => `floor(extract(epoch from ${time}) * 1000)::int8`;

export function orderLinesQuery(asOf: Date, watermark: Date): string {
  return `${selectOrderLines(asOf, watermark)} order by fact.occurred_at, fact.order_key, line.line_number`;
}

function selectOrderLines(asOf: Date, watermark: Date, more = ''): string {
  const inSnapshot = (fact: string) =>
    `${fact}.occurred_at < ${literal(asOf)} and ${fact}.received_at <= ${literal(watermark)}`;
  // A cancelled order has come back whole at that time: what refunds gave back of it later, then.
  const cancelled = (
    order: string,
  ) => `(${order}.cancelled_at is not null and ${order}.cancelled_at < ${literal(asOf)} and exists (
      select from order_statuses as told where told.order_key = ${order}.order_key and told.status = 'cancelled'
        and told.occurred_at = ${order}.cancelled_at and told.received_at <= ${literal(watermark)}))`;
  const at = `case when ${cancelled('sale')} then least(refund.occurred_at, sale.cancelled_at) else refund.occurred_at end`;
  const rest = `case when ${cancelled('fact')} and line.quantity > coalesce(undone.quantity, 0)
      then concat_ws(' ', ${milliseconds('fact.cancelled_at')}, line.quantity - coalesce(undone.quantity, 0),
                     line.amount_minor - coalesce(undone.amount_minor, 0)) end`;
  return `
    select fact.order_key, case when customers.profiling_allowed then customers.customer_key end, line.item_key,
           ${milliseconds('fact.occurred_at')}, line.quantity, line.amount_minor, line.unit_price, line.list_price,
           nullif(concat_ws(';', undone.refunds, ${rest}), ''), (line.coupon_code is not null)::int, fact.channel${more}
    from orders fact join order_lines line using (order_key)
    ${linkThen}
    left join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key)
    left join (select order_key, order_line_number,
                      string_agg(concat_ws(' ', ${milliseconds(at)}, link.quantity, link.amount_minor), ';'
                                 order by ${at}, refund_key) as refunds,
                      sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
               from refund_links link join refunds refund using (refund_key) join orders sale using (order_key)
               where ${inSnapshot('refund')}
               group by order_key, order_line_number) as undone
      on undone.order_key = line.order_key and undone.order_line_number = line.line_number
    where ${inSnapshot('fact')}`;
}

const tasting = tasteEventTypes.map((type) => `'${type}'`).join();

export function behavioursQuery(asOf: Date, watermark: Date): string {
  return `${selectBehaviours(asOf, watermark)} order by fact.occurred_at, fact.event_key`;
}

function selectBehaviours(asOf: Date, watermark: Date, more = ''): string {
  return `
    select customers.customer_key, fact.item_key, fact.type, ${milliseconds('fact.occurred_at')}, coalesce(fact.list_position, 0)${more}
    from events fact
    ${linkThen}
    join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key) and profiling_allowed
    where fact.item_key is not null and fact.type in (${tasting}) and fact.occurred_at < ${literal(asOf)} and fact.received_at <= ${literal(watermark)}`;
}

/** A query whose rows can be read in parts: each predicate is true of a part of them, and one of every row. */
export interface FactSource {
  query: string;
  predicates: string[];
}

/** What a snapshot reads, as queries for an engine that reads them itself, in so many slices of time. */
export interface FactSources {
  /** order_key, customer_key, item_key, time, quantity, amount_minor, unit_price, list_price, refunds */
  lines: FactSource;
  /** customer_key, item_key, type, time, place */
  events: FactSource;
  /** item_key, is_product, category */
  items: string;
}

/** The facts of a snapshot by the definitions of `orderLinesQuery` and `behavioursQuery`, in no order. */
export async function selectFactSources(
  db: Queryable,
  asOf: Date,
  watermark: Date,
  slices: number,
): Promise<FactSources> {
  const [bounds] = await db.query<{ order: Date | null; event: Date | null }>(
    'select (select min(occurred_at) from orders) as order, (select min(occurred_at) from events) as event',
  );
  const more = ', fact.occurred_at';
  return {
    lines: {
      query: `select * from (${selectOrderLines(asOf, watermark, more)}) as lines (order_key, customer_key, item_key, time,
        quantity, amount_minor, unit_price, list_price, refunds, with_coupon, channel, occurred_at)`,
      predicates: sliceTime(bounds.order, asOf, slices),
    },
    events: {
      query: `select * from (${selectBehaviours(asOf, watermark, more)}) as events (customer_key, item_key, type, time, place, occurred_at)`,
      predicates: sliceTime(bounds.event, asOf, slices),
    },
    items: 'select item_key, is_product, category from items',
  };
}

/** What Parquet of `export facts` must hold for a snapshot, and what of it the database tells. */
export interface LakeSource {
  /** item_key, item_id, is_product, category */
  items: string;
  /** customer_key and person_id of those who let it be learnt from */
  customers: string;
  eventTypes: readonly string[];
  /** by kind, how many rows of each local day the snapshot is made of */
  rows: Record<(typeof lakeRows)[number], Record<string, number>>;
  /** the last reception that counts, in milliseconds */
  watermark: number;
}

const lakeRows = ['order_lines', 'events', 'refunded_lines', 'order_statuses'] as const;

/** The facts of a snapshot as a lake of Parquet has them; days are of the shop's zone. */
export async function selectLakeSource(
  db: Queryable,
  asOf: Date,
  watermark: Date,
  timeZone: string,
): Promise<LakeSource> {
  const from: Record<(typeof lakeRows)[number], string> = {
    order_lines: 'orders as fact join order_lines using (order_key) where true',
    events: `events as fact where fact.item_key is not null and fact.type in (${tasting})`,
    refunded_lines: 'refunds as fact join refund_links using (refund_key) where true',
    order_statuses: `order_statuses as fact where fact.status = 'cancelled'`,
  };
  const counts = lakeRows.map(
    (kind) => `select '${kind}' as kind, (fact.occurred_at at time zone $3)::date::text as day, count(*)::float8 as rows
      from ${from[kind]} and fact.occurred_at < $1 and fact.received_at <= $2 group by 2`,
  );
  const days = await db.query<{ kind: (typeof lakeRows)[number]; day: string; rows: number }>(
    counts.join(' union all '),
    [asOf, watermark, timeZone],
  );
  const rows = Object.fromEntries(lakeRows.map((kind) => [kind, {}])) as LakeSource['rows'];
  for (const { kind, day, rows: count } of days) rows[kind][day] = count;
  return {
    items: 'select item_key, item_id, is_product, category from items',
    customers: 'select customer_key, customer_id as person_id from customers where profiling_allowed',
    eventTypes: tasteEventTypes,
    rows,
    watermark: watermark.getTime(),
  };
}

function sliceTime(first: Date | null, asOf: Date, slices: number): string[] {
  const start = Math.min(first?.getTime() ?? asOf.getTime(), asOf.getTime() - slices);
  const border = (slice: number) => literal(new Date(Math.floor(start + ((asOf.getTime() - start) * slice) / slices)));
  return Array.from({ length: slices }, (_, slice) =>
    [
      ...(slice > 0 ? [`occurred_at >= ${border(slice)}`] : []),
      `occurred_at < ${slice === slices - 1 ? literal(asOf) : border(slice + 1)}`,
    ].join(' and '),
  );
}

/** What COPY gives without a need to unescape it. */
const plainWord = `'^[A-Za-z0-9][A-Za-z0-9 _.-]{0,31}$'`;

export function channelsQuery(asOf: Date, watermark: Date): string {
  return `
    select customers.customer_key, fact.properties->>'channel' as channel, count(*)
    from events fact
    ${linkThen}
    join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key) and profiling_allowed
    where fact.properties->>'channel' ~ ${plainWord}
      and fact.occurred_at < ${literal(asOf)} and fact.received_at <= ${literal(watermark)}
    group by 1, 2 order by 1, (fact.properties->>'channel') collate "C"`;
}

/** Texts in hexadecimal: COPY would escape what is in them. */
export function searchesQuery(since: Date, asOf: Date, watermark: Date): string {
  return `
    select customers.customer_key, ${milliseconds('fact.occurred_at')}, encode(convert_to(fact.query, 'UTF8'), 'hex'), fact.results
    from events fact
    ${linkThen}
    join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key) and profiling_allowed
    where fact.type = 'search' and fact.query is not null and fact.occurred_at >= ${literal(since)}
      and fact.occurred_at < ${literal(asOf)} and fact.received_at <= ${literal(watermark)}
    order by customers.customer_key, fact.occurred_at, fact.event_key`;
}

/** How much a snapshot would hold, at most: of whom facts are, and who does not allow profiling, is not looked at. */
export interface SnapshotSize {
  orderLines: number;
  events: number;
  customers: number;
  items: number;
}

export async function selectSnapshotSize(db: Queryable, asOf: Date): Promise<SnapshotSize> {
  const [size] = await db.query<SnapshotSize>(
    `select (select count(*) from orders as fact join order_lines using (order_key) where fact.occurred_at < $1)::float8 as "orderLines",
            (select count(*) from events as fact
             where fact.item_key is not null and fact.type in (${tasting}) and fact.occurred_at < $1)::float8 as events,
            (select count(*) from customers)::float8 as customers, (select count(*) from items)::float8 as items`,
    [asOf],
  );
  return size;
}

/**
 * How many pairs of a customer and an item a snapshot's facts have, given back or not; counted where they lie, for it is asked of shops
 * that may be too large to be read.
 */
export async function selectPairCount(db: Queryable, asOf: Date, watermark: Date): Promise<number> {
  const [{ pairs }] = await db.query<{ pairs: number }>(
    `select count(*)::float8 as pairs from (
       select customer_key, item_key
       from (${selectOrderLines(asOf, watermark)}) as lines (order_key, customer_key, item_key, time, quantity, amount_minor, unit_price,
                                                        list_price, refunds, with_coupon, channel)
       where customer_key is not null
       union
       select customer_key, item_key from (${selectBehaviours(asOf, watermark)}) as events (customer_key, item_key, type, time, place)
     ) as pairs`,
  );
  return pairs;
}
