import type { Queryable, Transaction } from '../../db/index.ts';
import { linkThen } from '../fact-queries/store.ts';
import { readCopyTexts } from './copy-texts.ts';
import {
  decimal,
  type FactColumn,
  type FactTable,
  flag,
  long,
  minor,
  text,
  texts,
  time,
  whole,
} from './fact-tables.ts';

/** Prices have six digits after the point, quantities three. */
const priceDigits = 6;
const quantityDigits = 3;

/** Whose a fact is: whom it names, or who its visitor was then; and whether that person lets it be learnt from. */
const person = [
  text('customer_id', 'named.customer_id'),
  text('visitor_id', 'visitor.visitor_id'),
  text('person_id', 'coalesce(named.customer_id, linked.customer_id)'),
  flag('profiling_allowed', 'coalesce(named.profiling_allowed, linked.profiling_allowed)'),
];
const joinPerson = `left join customers as named on named.customer_key = fact.customer_key
  left join visitors as visitor on visitor.visitor_key = fact.visitor_key
  ${linkThen}
  left join customers as linked on linked.customer_key = link.customer_key`;
const itemId = text('item_id', 'item.item_id');
const occurredAt = time('occurred_at', 'fact.occurred_at');
const atFact: FactTable['at'] = { sql: 'fact.occurred_at', type: 'time' };

const eventDetails = [
  time('received_at', 'fact.received_at'),
  text('list_id', 'fact.list_id'),
  whole('position', 'fact.list_position'),
  text('query', 'fact.query'),
  text('name', 'fact.name'),
  text('properties', 'fact.properties'),
  text('session_id', 'fact.session_id'),
  text('path', 'fact.path'),
  text('device', 'fact.device'),
  text('campaign', 'fact.campaign'),
  whole('dwell_seconds', 'fact.dwell_seconds'),
  whole('rating', 'fact.rating'),
  text('topic', 'fact.topic'),
  text('order_id', 'fact.order_id'),
  whole('results', 'fact.results'),
  text('page', 'fact.page'),
];

export const lakeKinds = [
  'events',
  'orders',
  'order_lines',
  'order_statuses',
  'refunds',
  'refund_lines',
  'refunded_lines',
  'item_prices',
  'item_stock_days',
  'costs',
  'items',
  'item_embeddings',
  'customers',
  'identity_links',
] as const;
export type LakeKind = (typeof lakeKinds)[number];

/** What a lake holds of each kind of fact. @param minorDigits of the shop's currency */
export function lakeTables(minorDigits: number): Record<LakeKind, FactTable> {
  const money = (name: string, sql = `fact.${name}_minor`) => minor(name, sql, minorDigits);
  return {
    events: {
      columns: [
        text('event_id', 'fact.event_id'),
        text('type', 'fact.type'),
        ...person,
        itemId,
        occurredAt,
        ...eventDetails,
      ],
      from: `events as fact ${joinPerson} left join items as item on item.item_key = fact.item_key`,
      at: atFact,
      order: 'fact.occurred_at, fact.event_key',
    },
    orders: {
      columns: [
        text('order_id', 'fact.order_id'),
        ...person,
        occurredAt,
        time('received_at', 'fact.received_at'),
        money('total'),
        money('shipping'),
        money('tax'),
        money('payment_fee'),
        money('fees'),
        text('channel', 'fact.channel'),
        text('store', 'fact.store'),
        text('status', 'fact.status'),
        time('paid_at', 'fact.paid_at'),
        time('cancelled_at', 'fact.cancelled_at'),
        time('updated_at', 'fact.updated_at'),
      ],
      from: `orders as fact ${joinPerson}`,
      at: atFact,
      order: 'fact.occurred_at, fact.order_key',
    },
    order_lines: {
      columns: [
        text('order_id', 'fact.order_id'),
        whole('line_number', 'line.line_number'),
        occurredAt,
        ...person,
        itemId,
        decimal('quantity', 'line.quantity', quantityDigits),
        decimal('unit_price', 'line.unit_price', priceDigits),
        decimal('list_price', 'line.list_price', priceDigits),
        decimal('unit_cost', 'line.unit_cost', priceDigits),
        money('amount', 'line.amount_minor'),
        text('coupon_code', 'line.coupon_code'),
        text('list_id', 'line.list_id'),
        whole('position', 'line.list_position'),
      ],
      from: `orders as fact join order_lines as line on line.order_key = fact.order_key
        join items as item on item.item_key = line.item_key ${joinPerson}`,
      at: atFact,
      order: 'fact.occurred_at, fact.order_key, line.line_number',
    },
    order_statuses: {
      columns: [
        text('order_id', 'sale.order_id'),
        text('status', 'fact.status'),
        occurredAt,
        time('received_at', 'fact.received_at'),
      ],
      from: 'order_statuses as fact join orders as sale on sale.order_key = fact.order_key',
      at: atFact,
      order: 'fact.occurred_at, fact.order_key, fact.status',
    },
    refunds: {
      columns: [
        text('refund_id', 'fact.refund_id'),
        text('customer_id', 'named.customer_id'),
        flag('profiling_allowed', 'named.profiling_allowed'),
        occurredAt,
        time('received_at', 'fact.received_at'),
        text('reason', 'fact.reason'),
        money('shipping', 'charge.shipping_minor'),
        money('fees', 'charge.fees_minor'),
      ],
      from: `refunds as fact left join customers as named on named.customer_key = fact.customer_key
        left join refund_charges as charge on charge.refund_key = fact.refund_key`,
      at: atFact,
      order: 'fact.occurred_at, fact.refund_key',
    },
    refund_lines: {
      columns: [
        text('refund_id', 'fact.refund_id'),
        whole('line_number', 'line.line_number'),
        occurredAt,
        itemId,
        decimal('quantity', 'line.quantity', quantityDigits),
        decimal('unlinked_quantity', 'line.unlinked_quantity', quantityDigits),
      ],
      from: `refunds as fact join refund_lines as line on line.refund_key = fact.refund_key
        join items as item on item.item_key = line.item_key`,
      at: atFact,
      order: 'fact.occurred_at, fact.refund_key, line.line_number',
    },
    refunded_lines: {
      columns: [
        text('refund_id', 'fact.refund_id'),
        whole('line_number', 'given.line_number'),
        occurredAt,
        text('order_id', 'sale.order_id'),
        whole('order_line_number', 'given.order_line_number'),
        decimal('quantity', 'given.quantity', quantityDigits),
        money('amount', 'given.amount_minor'),
      ],
      from: `refunds as fact join refund_links as given on given.refund_key = fact.refund_key
        join orders as sale on sale.order_key = given.order_key`,
      at: atFact,
      order: 'fact.occurred_at, fact.refund_key, given.line_number, given.order_key, given.order_line_number',
    },
    item_prices: {
      columns: [itemId, time('since', 'fact.since'), decimal('price', 'fact.price', priceDigits)],
      from: 'item_prices as fact join items as item on item.item_key = fact.item_key',
      at: { sql: 'fact.since', type: 'time' },
      order: 'fact.since, fact.item_key',
    },
    item_stock_days: {
      columns: [
        itemId,
        whole('opening', 'fact.opening'),
        whole('lowest', 'fact.lowest'),
        whole('closing', 'fact.closing'),
        whole('sold_out_seconds', 'fact.sold_out_seconds'),
      ],
      from: 'item_stock_days as fact join items as item on item.item_key = fact.item_key',
      at: { sql: 'fact.day', type: 'day' },
      order: 'fact.item_key',
    },
    costs: {
      columns: [
        text('channel', 'fact.channel'),
        text('campaign', 'fact.campaign'),
        money('amount'),
        long('impressions', 'fact.impressions'),
        long('clicks', 'fact.clicks'),
      ],
      from: 'costs as fact',
      at: { sql: 'fact.day', type: 'day' },
      order: 'fact.channel, fact.campaign',
    },
    items: {
      columns: [
        itemId,
        text('title', 'item.title'),
        text('category', 'item.category'),
        texts('more_categories', 'item.more_categories'),
        text('brand', 'item.brand'),
        decimal('price', 'item.price', priceDigits),
        decimal('list_price', 'item.list_price', priceDigits),
        decimal('cost', 'item.cost', priceDigits),
        whole('stock', 'item.stock'),
        flag('hidden', 'item.hidden'),
        flag('is_product', 'item.is_product'),
        flag('provisional', 'item.provisional'),
        time('available_from', 'item.available_from'),
        time('available_until', 'item.available_until'),
        text('gtin', 'item.gtin'),
        text('parent_id', 'item.parent_id'),
        text('attributes', 'item.attributes'),
        time('created_at', 'item.created_at'),
        time('updated_at', 'item.updated_at'),
      ],
      from: 'items as item',
      at: undefined,
      order: 'item.item_key',
    },
    item_embeddings: {
      columns: [
        itemId,
        whole('length', 'fact.length'),
        text('numbers', "translate(encode(fact.numbers, 'base64'), e'\\n', '')"),
      ],
      from: 'item_embeddings as fact join items as item on item.item_key = fact.item_key',
      at: undefined,
      order: 'fact.item_key',
    },
    customers: {
      columns: [
        text('customer_id', 'fact.customer_id'),
        // Whoever does not let themselves be profiled is told of by id alone.
        text('attributes', 'case when fact.profiling_allowed then fact.attributes end'),
        flag('profiling_allowed', 'fact.profiling_allowed'),
        time('registered_at', 'fact.registered_at'),
        time('created_at', 'fact.created_at'),
        time('updated_at', 'fact.updated_at'),
      ],
      from: 'customers as fact',
      at: undefined,
      order: 'fact.customer_key',
    },
    identity_links: {
      columns: [
        text('visitor_id', 'visitor.visitor_id'),
        text('customer_id', 'named.customer_id'),
        flag('profiling_allowed', 'named.profiling_allowed'),
        time('appeared_at', 'fact.appeared_at'),
        time('valid_from', 'fact.valid_from'),
        time('valid_until', "nullif(fact.valid_until, 'infinity')"),
      ],
      from: `identity_links as fact join visitors as visitor on visitor.visitor_key = fact.visitor_key
        join customers as named on named.customer_key = fact.customer_key`,
      at: undefined,
      order: 'fact.visitor_key, fact.valid_from',
    },
  };
}

/** What was a partition of events, as an archive holds it: all its columns, people and items by their keys. */
export function archivedEvents(name: string): FactTable {
  return {
    columns: [
      long('event_key', 'fact.event_key'),
      text('event_id', 'fact.event_id'),
      text('type', 'fact.type'),
      whole('customer_key', 'fact.customer_key'),
      long('visitor_key', 'fact.visitor_key'),
      whole('item_key', 'fact.item_key'),
      occurredAt,
      ...eventDetails,
    ],
    from: `${name} as fact`,
    at: undefined,
    order: 'fact.event_key',
  };
}

/** A day of the shop's zone: when it begins and ends. */
export interface LakeDay {
  /** `2026-03-29` */
  day: string;
  startsAt: Date;
  endsAt: Date;
}

/** The days from one to another, in order; undefined: as far as facts of these kinds reach. */
export async function selectDays(
  db: Queryable,
  tables: readonly FactTable[],
  { timeZone, from, to }: { timeZone: string; from: string | undefined; to: string | undefined },
): Promise<LakeDay[]> {
  const spans = tables.flatMap(({ at, from: relation }) => {
    if (!at) return [];
    const day = (which: string) =>
      at.type === 'day' ? `${which}(${at.sql})` : `(${which}(${at.sql}) at time zone $1)::date`;
    // Of the fact alone: what it is joined with costs, and says nothing of its day.
    return [`select ${day('min')} as first, ${day('max')} as last from ${relation.split(/\s+(?:left )?join\s/)[0]}`];
  });
  if (spans.length === 0) return [];
  const rows = await db.query<{ day: string; starts_at: Date; ends_at: Date }>(
    `select each::date::text as day, each::timestamp at time zone $1 as starts_at,
            (each::date + 1)::timestamp at time zone $1 as ends_at
     from (select coalesce($2::date, min(span.first)) as first, coalesce($3::date, max(span.last)) as last
           from (${spans.join(' union all ')}) as span) as reach
       cross join generate_series(reach.first::timestamp, reach.last::timestamp, interval '1 day') as each
     order by each`,
    [timeZone, from ?? null, to ?? null],
  );
  return rows.map((row) => ({ day: row.day, startsAt: row.starts_at, endsAt: row.ends_at }));
}

/** Rows of facts, and what tells whether they are the same rows: the sum of 48 bits of each row's SHA-256. */
export interface RowSum {
  rows: number;
  checksum: string;
}

export const isSameSum = (one: RowSum, other: RowSum): boolean =>
  one.rows === other.rows && one.checksum === other.checksum;

/** What the rows of a day, or of now, are counted and summed as, without reading them here. */
export async function selectRowSum(db: Queryable, table: FactTable, day: LakeDay | undefined): Promise<RowSum> {
  const fields = table.columns.map((column) => `coalesce((${fieldOf(column)})::text, e'${noField}')`).join();
  const [row] = await db.query<{ rows: number; checksum: string }>(
    `select count(*)::float8 as rows,
            coalesce(sum(('x' || left(encode(sha256(convert_to(concat_ws(e'${fieldEnd}', ${fields}), 'UTF8')), 'hex'), 12))::bit(48)::int8), 0)::text
              as checksum
     from ${table.from} ${where(table, day)}`,
  );
  return row;
}

/** Whether anything is of a day. */
export async function hasRows(db: Queryable, table: FactTable, day: LakeDay): Promise<boolean> {
  return (await db.query(`select from ${table.from} ${where(table, day)} limit 1`)).length > 0;
}

/** What stands between the fields of a row that is summed, and for one without a value. */
export const fieldEnd = '\x1f';
export const noField = '\x1e';

/** Rows of a day, or of now, some hundred at a time, as texts; null: no value. Nothing else may run in the transaction until the end. */
export function streamFields(
  tx: Transaction,
  table: FactTable,
  day: LakeDay | undefined,
): AsyncGenerator<(string | null)[][]> {
  const fields = table.columns.map(fieldOf).join(', ');
  return readCopyTexts(tx.copyOut(`select ${fields} from ${table.from} ${where(table, day)} order by ${table.order}`));
}

/** SQL of a value as the text that it is read from. */
function fieldOf({ type, sql }: FactColumn): string {
  if (type === 'TIMESTAMP') return `(extract(epoch from ${sql}) * 1000000)::int8`;
  if (type === 'DATE') return `${sql} - date '1970-01-01'`;
  // COPY writes one letter, a cast the word.
  if (type === 'BOOLEAN') return `left((${sql})::text, 1)`;
  if (type === 'STRINGS') return `to_jsonb(${sql})`;
  return sql;
}

/** COPY takes no parameters; what is written here has nothing to escape. */
function where({ at }: FactTable, day: LakeDay | undefined): string {
  if (!at || !day) return '';
  if (at.type === 'day') return `where ${at.sql} = date '${day.day}'`;
  const moment = (time: Date) => `timestamptz '${time.toISOString()}'`;
  return `where ${at.sql} >= ${moment(day.startsAt)} and ${at.sql} < ${moment(day.endsAt)}`;
}

/** What the rest of the transaction reads is of one point in time, and it writes nothing. */
export async function readOneMoment(tx: Queryable): Promise<void> {
  await tx.query('set transaction isolation level repeatable read, read only');
}
