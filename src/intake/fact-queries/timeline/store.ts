import type { Queryable } from '../../../db/index.ts';
import type { EventType } from '../../behaviours.ts';
import { factsOf } from '../customers/store.ts';
import { microseconds, type TimelineEntry, type TimelineSelection } from './timeline.ts';

export interface EventEntry extends TimelineEntry {
  eventId: string;
  type: EventType;
  itemId: string | null;
  title: string | null;
  listId: string | null;
  query: string | null;
  name: string | null;
  path: string | null;
  device: string | null;
  rating: number | null;
  topic: string | null;
  orderId: string | null;
}

export interface OrderEntry extends TimelineEntry {
  orderId: string;
  channel: string | null;
  /** as told; null: none was */
  status: string | null;
  totalMinor: number;
  givenBackMinor: number;
  lines: number;
  /** of the first lines */
  titles: { item_id: string; title: string | null; quantity: string }[];
}

export interface RefundEntry extends TimelineEntry {
  refundId: string;
  amountMinor: number;
  shippingMinor: number;
  feesMinor: number;
  orderIds: string[];
}

/** Of so many lines of an order their items are told. */
const firstLines = 5;

/** SQL: the entries of a selection among `facts`, which has `occurred_at` and `key`. @param details columns beside */
function newest(facts: string, details: string, joins = ''): string {
  return `select ${microseconds('own.occurred_at')} as at, own.key::text as key, ${details}
    from (select * from ${facts} as every order by occurred_at desc, key desc limit $4) as own ${joins}
    order by own.occurred_at desc, own.key desc`;
}

const valuesOf = ({ customerKey, before, limit }: TimelineSelection) => [customerKey, before.at, before.key, limit];

const isBefore = (key: string) =>
  `fact.occurred_at <= $2::timestamptz and (fact.occurred_at, ${key}) < ($2::timestamptz, $3::bigint)`;

/** Each part stops early, so that what is joined is a page and no more. */
function newestFacts(table: 'events' | 'orders', key: string, columns: string, condition = ''): string {
  return factsOf(
    table,
    '$1',
    `fact.occurred_at, ${key} as key, ${columns}`,
    `and ${isBefore(key)} ${condition} order by fact.occurred_at desc, ${key} desc limit $4`,
  );
}

/** What a customer did, by name or as a visitor, of these types of events. */
export function selectEventEntries(
  db: Queryable,
  selection: TimelineSelection,
  types: readonly EventType[],
): Promise<EventEntry[]> {
  const columns = `fact.event_id, fact.type, fact.item_key, fact.list_id, fact.query, fact.name, fact.path, fact.device, fact.rating,
    fact.topic, fact.order_id`;
  const facts = newestFacts('events', 'fact.event_key', columns, 'and fact.type = any($5::event_type[])');
  return db.query(
    newest(
      facts,
      `own.event_id as "eventId", own.type, item.item_id as "itemId", item.title, own.list_id as "listId", own.query, own.name,
       own.path, own.device, own.rating, own.topic, own.order_id as "orderId"`,
      'left join items as item on item.item_key = own.item_key',
    ),
    [...valuesOf(selection), types],
    'timeline-events',
  );
}

export function selectOrderEntries(db: Queryable, selection: TimelineSelection): Promise<OrderEntry[]> {
  const columns = 'fact.order_key, fact.order_id, fact.channel, fact.status, fact.total_minor';
  return db.query(
    newest(
      newestFacts('orders', 'fact.order_key', columns),
      `own.order_id as "orderId", own.channel, own.status, own.total_minor as "totalMinor",
       coalesce(undone.amount, 0)::bigint as "givenBackMinor", held.lines, held.titles`,
      `cross join lateral (select sum(link.amount_minor) as amount from refund_links as link where link.order_key = own.order_key) as undone
       cross join lateral (
         select count(*)::int as lines,
                coalesce(jsonb_agg(jsonb_build_object('item_id', item.item_id, 'title', item.title, 'quantity', trim_scale(line.quantity)::text)
                  order by line.line_number) filter (where line.place <= ${firstLines}), '[]') as titles
         from (select sold.*, row_number() over (order by sold.line_number) as place from order_lines as sold
               where sold.order_key = own.order_key) as line
         join items as item on item.item_key = line.item_key) as held`,
    ),
    valuesOf(selection),
    'timeline-orders',
  );
}

/** Refunds of the customer, and of their orders. */
export function selectRefundEntries(db: Queryable, selection: TimelineSelection): Promise<RefundEntry[]> {
  const facts = `(select fact.occurred_at, fact.refund_key as key, fact.refund_id from refunds as fact
    where fact.customer_key = $1 and ${isBefore('fact.refund_key')}
    union
    select fact.occurred_at, fact.refund_key, fact.refund_id
    from ${factsOf('orders', '$1', 'fact.order_key')} as own
      cross join lateral (select link.refund_key from refund_links as link where link.order_key = own.order_key
                          union select charge.refund_key from refund_charges as charge where charge.order_key = own.order_key) as undone
      join refunds as fact using (refund_key)
    where ${isBefore('fact.refund_key')})`;
  return db.query(
    newest(
      facts,
      `own.refund_id as "refundId", coalesce(undone.amount, 0)::bigint as "amountMinor", coalesce(charge.shipping_minor, 0) as "shippingMinor",
       coalesce(charge.fees_minor, 0) as "feesMinor",
       case when undone.orders is null then coalesce(charge.orders, '{}') else undone.orders end as "orderIds"`,
      `cross join lateral (
         select sum(link.amount_minor) as amount, array_agg(distinct orders.order_id) as orders
         from refund_links as link join orders using (order_key) where link.refund_key = own.key) as undone
       left join lateral (
         select beside.shipping_minor, beside.fees_minor, array[orders.order_id] as orders
         from refund_charges as beside join orders using (order_key) where beside.refund_key = own.key) as charge on true`,
    ),
    valuesOf(selection),
    'timeline-refunds',
  );
}
