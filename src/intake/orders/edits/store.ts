import type { Queryable, Transaction } from '../../../db/index.ts';
import { momentOf } from '../../touches/store.ts';
import type { OrderRow } from '../store.ts';
import type { GivenBack, Remainder } from './relink-refunds.ts';

/** Appends what is known of orders, which are held, to their versions. */
export async function keepVersions(tx: Transaction, orderKeys: readonly number[]): Promise<void> {
  await tx.query(
    `insert into order_versions (order_key, version, customer_key, visitor_key, updated_at, content)
     select fact.order_key, coalesce((select max(kept.version) from order_versions as kept where kept.order_key = fact.order_key), 0) + 1,
            fact.customer_key, fact.visitor_key, fact.updated_at,
            jsonb_build_object(
              'occurred_at', fact.occurred_at, 'total_minor', fact.total_minor, 'channel', fact.channel, 'store', fact.store,
              'shipping_minor', fact.shipping_minor, 'tax_minor', fact.tax_minor, 'payment_fee_minor', fact.payment_fee_minor,
              'fees_minor', fact.fees_minor,
              'lines', (select jsonb_agg(jsonb_build_object(
                  'item_id', item.item_id, 'quantity', trim_scale(line.quantity)::text, 'unit_price', line.unit_price::text,
                  'list_price', line.list_price::text, 'amount_minor', line.amount_minor, 'coupon_code', line.coupon_code,
                  'list_id', line.list_id) order by line.line_number)
                from order_lines as line join items as item using (item_key) where line.order_key = fact.order_key),
              'statuses', (select coalesce(jsonb_agg(jsonb_build_object('status', told.status, 'occurred_at', told.occurred_at)
                  order by told.occurred_at, told.status), '[]')
                from order_statuses as told where told.order_key = fact.order_key))
     from orders as fact where fact.order_key = any($1::bigint[])`,
    [orderKeys],
  );
}

export interface KnownLine {
  orderKey: number;
  lineNumber: number;
  itemKey: number;
  couponCode: string | null;
  unitCost: string | null;
}

/** The lines of orders, in their order. */
export async function selectKnownLines(tx: Queryable, orderKeys: readonly number[]): Promise<KnownLine[]> {
  return tx.query<KnownLine>(
    `select order_key as "orderKey", line_number as "lineNumber", item_key as "itemKey", coupon_code as "couponCode",
            unit_cost::text as "unitCost"
     from order_lines where order_key = any($1::bigint[]) order by order_key, line_number`,
    [orderKeys],
  );
}

/** What was given back of orders, in the order in which the refunds came; also what an earlier edit left no line for. */
export async function selectGivenBack(
  tx: Queryable,
  orderKeys: readonly number[],
): Promise<(GivenBack & { orderKey: number; refundId: string; at: number })[]> {
  return tx.query(
    `select given.order_key as "orderKey", given.refund_key as "refundKey", refund.refund_id as "refundId",
            ${momentOf('refund.occurred_at')} as at, given.line_number as "lineNumber", line.item_key as "itemKey",
            given.order_line_number as "orderLineNumber", (1000 * given.quantity)::int8 as thousandths, given.amount_minor as "amountMinor"
     from (select order_key, refund_key, line_number, order_line_number, quantity, amount_minor from refund_links
           where order_key = any($1::bigint[])
           union all
           select order_key, refund_key, line_number, null, quantity, amount_minor from refund_remainders
           where order_key = any($1::bigint[])) as given
       join refunds as refund using (refund_key) join refund_lines as line using (refund_key, line_number)
     order by given.refund_key, given.line_number, given.order_line_number nulls last`,
    [orderKeys],
  );
}

/** Takes the lines of orders away, with what was given back of them. */
export async function deleteLines(tx: Transaction, orderKeys: readonly number[]): Promise<void> {
  for (const table of ['refund_links', 'refund_remainders', 'order_lines'])
    await tx.query(`delete from ${table} where order_key = any($1::bigint[])`, [orderKeys]);
}

/** Writes the heads of orders anew. */
export async function updateOrders(tx: Transaction, orders: readonly OrderRow[]): Promise<void> {
  await tx.query(
    `update orders set customer_key = new.customer_key, visitor_key = new.visitor_key, occurred_at = new.occurred_at,
       total_minor = new.total_minor, content_hash = new.content_hash, channel = new.channel, store = new.store,
       shipping_minor = new.shipping_minor, tax_minor = new.tax_minor, payment_fee_minor = new.payment_fee_minor,
       fees_minor = new.fees_minor, updated_at = new.updated_at, import_id = coalesce(new.import_id, orders.import_id)
     from unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bytea[], $7::text[], $8::text[],
                 $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::timestamptz[], $14::bigint[])
       as new (order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, channel, store,
               shipping_minor, tax_minor, payment_fee_minor, fees_minor, updated_at, import_id)
     where orders.order_id = new.order_id`,
    [
      orders.map((order) => order.orderId),
      orders.map((order) => order.customerKey),
      orders.map((order) => order.visitorKey),
      orders.map((order) => new Date(order.at).toISOString()),
      orders.map((order) => order.totalMinor),
      orders.map((order) => order.contentHash),
      orders.map(({ terms }) => terms.channel),
      orders.map(({ terms }) => terms.store),
      orders.map(({ terms }) => terms.shippingMinor),
      orders.map(({ terms }) => terms.taxMinor),
      orders.map(({ terms }) => terms.paymentFeeMinor),
      orders.map(({ terms }) => terms.feesMinor),
      orders.map(({ updatedAt }) => new Date(updatedAt!).toISOString()),
      orders.map((order) => order.importId ?? null),
    ],
  );
}

/** @param times epoch milliseconds by order key */
export async function setUpdatedAt(tx: Transaction, times: ReadonlyMap<number, number>): Promise<void> {
  if (times.size === 0) return;
  await tx.query(
    `update orders set updated_at = new.updated_at from unnest($1::bigint[], $2::timestamptz[]) as new (order_key, updated_at)
     where orders.order_key = new.order_key`,
    [[...times.keys()], Array.from(times.values(), (at) => new Date(at).toISOString())],
  );
}

export async function insertRemainders(
  tx: Transaction,
  remainders: readonly (Remainder & { orderKey: number })[],
): Promise<void> {
  if (remainders.length === 0) return;
  await tx.query(
    `insert into refund_remainders (refund_key, line_number, order_key, quantity, amount_minor)
     select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::numeric[], $5::bigint[])`,
    [
      remainders.map((one) => one.refundKey),
      remainders.map((one) => one.lineNumber),
      remainders.map((one) => one.orderKey),
      remainders.map((one) => one.thousandths / 1000),
      remainders.map((one) => one.amountMinor),
    ],
  );
}

/** The statuses of orders, each written as `placed 1767225600000`. */
export async function selectStatuses(tx: Queryable, orderKeys: readonly number[]): Promise<Map<number, Set<string>>> {
  const rows = await tx.query<{ order_key: number; status: string; occurred_at: Date }>(
    'select order_key, status, occurred_at from order_statuses where order_key = any($1::bigint[])',
    [orderKeys],
  );
  const statuses = new Map<number, Set<string>>();
  for (const { order_key, status, occurred_at } of rows)
    statuses.set(order_key, (statuses.get(order_key) ?? new Set()).add(`${status} ${occurred_at.getTime()}`));
  return statuses;
}

export async function deleteStatuses(tx: Transaction, orderKeys: readonly number[]): Promise<void> {
  await tx.query('delete from order_statuses where order_key = any($1::bigint[])', [orderKeys]);
}

/** Moments (as `Touches` keeps them) of orders, of their customers' next orders, and of when they were paid and cancelled. */
export async function selectMoments(tx: Queryable, orderKeys: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ at: number }>(
    `select distinct ${momentOf('moment')} as at
     from (select unnest(array[fact.occurred_at, fact.paid_at, fact.cancelled_at]) as moment
           from orders as fact where fact.order_key = any($1::bigint[])
           union all
           select next.occurred_at from orders as fact cross join lateral (
             select later.occurred_at from orders as later
             where later.customer_key = fact.customer_key and later.occurred_at > fact.occurred_at
             order by later.occurred_at limit 1) as next
           where fact.order_key = any($1::bigint[])) as touched
     where moment is not null`,
    [orderKeys],
  );
  return rows.map(({ at }) => at);
}
