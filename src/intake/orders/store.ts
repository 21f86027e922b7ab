import type { Queryable, Transaction } from '../../db/index.ts';
import type { LeftLine, RefundedLine } from './allocate-refund.ts';
import type { OrderTerms } from './order-content.ts';

export interface OrderRow {
  orderId: string;
  customerKey: number | null;
  visitorKey: number | null;
  /** epoch milliseconds */
  at: number;
  /** epoch milliseconds; null: not told */
  updatedAt: number | null;
  totalMinor: number;
  terms: OrderTerms;
  contentHash: Buffer;
  importId: number | undefined;
}

export interface OrderLineRow {
  orderKey: number;
  lineNumber: number;
  itemKey: number;
  quantity: number;
  unitPrice: string;
  listPrice: string | undefined;
  amountMinor: number;
  couponCode: string | undefined;
  listId: string | undefined;
  position: number | undefined;
  /** undefined: the item's of now */
  unitCost: string | undefined;
}

/** What tells orders and their changes apart. */
export interface OrderHead {
  orderKey: number;
  contentHash: Buffer;
  /** epoch milliseconds; null: not told */
  updatedAt: number | null;
  customerKey: number | null;
  visitorKey: number | null;
  at: number;
}

/** The orders that are known, by id. @param isLocked held until the transaction ends */
export async function selectOrderHeads(
  tx: Queryable,
  orderIds: readonly string[],
  isLocked = false,
): Promise<Map<string, OrderHead>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx.query<{
    order_id: string;
    order_key: number;
    content_hash: Buffer;
    updated_at: Date | null;
    customer_key: number | null;
    visitor_key: number | null;
    occurred_at: Date;
  }>(
    `select order_id, order_key, content_hash, updated_at, customer_key, visitor_key, occurred_at from orders
     where order_id = any($1::text[]) ${isLocked ? 'order by order_key for no key update' : ''}`,
    [orderIds],
    isLocked ? 'intake-lock-order-heads' : 'intake-order-heads',
  );
  return new Map(
    rows.map((row) => [
      row.order_id,
      {
        orderKey: row.order_key,
        contentHash: row.content_hash,
        updatedAt: row.updated_at?.getTime() ?? null,
        customerKey: row.customer_key,
        visitorKey: row.visitor_key,
        at: row.occurred_at.getTime(),
      },
    ]),
  );
}

/** @returns keys by order id; an id that another writer has stored meanwhile is absent. */
export async function insertOrders(tx: Transaction, orders: readonly OrderRow[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ order_id: string; order_key: number }>(
    `insert into orders (order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, import_id,
       channel, store, shipping_minor, tax_minor, payment_fee_minor, fees_minor, updated_at)
     select * from unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bytea[], $7::bigint[],
                          $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::timestamptz[])
       as new(order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, import_id,
              channel, store, shipping_minor, tax_minor, payment_fee_minor, fees_minor, updated_at)
     order by order_id collate "C" on conflict (order_id) do nothing returning order_id, order_key`,
    [
      orders.map((order) => order.orderId),
      orders.map((order) => order.customerKey),
      orders.map((order) => order.visitorKey),
      orders.map((order) => new Date(order.at).toISOString()),
      orders.map((order) => order.totalMinor),
      orders.map((order) => order.contentHash),
      orders.map((order) => order.importId ?? null),
      orders.map(({ terms }) => terms.channel),
      orders.map(({ terms }) => terms.store),
      orders.map(({ terms }) => terms.shippingMinor),
      orders.map(({ terms }) => terms.taxMinor),
      orders.map(({ terms }) => terms.paymentFeeMinor),
      orders.map(({ terms }) => terms.feesMinor),
      orders.map(({ updatedAt }) => (updatedAt === null ? null : new Date(updatedAt).toISOString())),
    ],
    'intake-insert-orders',
  );
  return new Map(rows.map((row) => [row.order_id, row.order_key]));
}

/** So many rows a statement: a batch of the largest size is no statement that takes long. */
const rowsAtOnce = 10_000;

function* inParts<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) yield rows.slice(from, from + rowsAtOnce);
}

export async function insertOrderLines(tx: Transaction, all: readonly OrderLineRow[]): Promise<void> {
  for (const lines of inParts(all))
    await tx.query(
      `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, list_price, amount_minor, coupon_code,
         list_id, list_position, unit_cost)
       select line.order_key, line.line_number, line.item_key, line.quantity, line.unit_price, line.list_price, line.amount_minor,
              line.coupon_code, line.list_id, line.list_position, coalesce(line.unit_cost, items.cost)
       from unnest($1::bigint[], $2::int[], $3::int[], $4::numeric[], $5::numeric[], $6::numeric[], $7::bigint[], $8::text[],
                   $9::uuid[], $10::int[], $11::numeric[])
         as line (order_key, line_number, item_key, quantity, unit_price, list_price, amount_minor, coupon_code, list_id,
                  list_position, unit_cost)
       join items on items.item_key = line.item_key`,
      [
        lines.map((line) => line.orderKey),
        lines.map((line) => line.lineNumber),
        lines.map((line) => line.itemKey),
        lines.map((line) => line.quantity),
        lines.map((line) => line.unitPrice),
        lines.map((line) => line.listPrice ?? null),
        lines.map((line) => line.amountMinor),
        lines.map((line) => line.couponCode ?? null),
        lines.map((line) => line.listId ?? null),
        lines.map((line) => line.position ?? null),
        lines.map((line) => line.unitCost ?? null),
      ],
      'intake-insert-order-lines',
    );
}

/** When the next order was of whoever made each of these orders, in epoch milliseconds. */
export async function selectNextOrderTimes(
  tx: Queryable,
  orders: readonly { customerKey: number | null; at: number }[],
): Promise<number[]> {
  const named = orders.filter(({ customerKey }) => customerKey !== null);
  if (named.length === 0) return [];
  const rows = await tx.query<{ at: Date }>(
    `select next.occurred_at as at
     from unnest($1::int[], $2::timestamptz[]) as bought (customer_key, occurred_at) cross join lateral (
       select orders.occurred_at from orders
       where orders.customer_key = bought.customer_key and orders.occurred_at > bought.occurred_at
       order by orders.occurred_at limit 1) as next`,
    [named.map(({ customerKey }) => customerKey), named.map(({ at }) => new Date(at).toISOString())],
    'intake-next-orders',
  );
  return rows.map(({ at }) => at.getTime());
}

export interface SoldOrder {
  orderKey: number;
  customerKey: number | null;
  /** epoch milliseconds */
  at: number;
  /** null: none was told */
  status: string | null;
}

/** Orders held until the transaction ends: one writer at a time takes from what is left of them, or adds to their history. */
export async function lockOrders(tx: Transaction, orderIds: readonly string[]): Promise<Map<string, SoldOrder>> {
  const rows = await tx.query<{
    order_id: string;
    order_key: number;
    customer_key: number | null;
    occurred_at: Date;
    status: string | null;
  }>(
    `select order_id, order_key, customer_key, occurred_at, status from orders
     where order_id = any($1::text[]) order by order_key for no key update`,
    [orderIds],
    'intake-lock-orders',
  );
  return new Map(
    rows.map((row) => [
      row.order_id,
      {
        orderKey: row.order_key,
        customerKey: row.customer_key,
        at: row.occurred_at.getTime(),
        status: row.status,
      },
    ]),
  );
}

/** Customers whose behaviours these orders are among, also those that were a visitor then. */
export async function selectBuyers(tx: Transaction, orderKeys: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ customer_key: number }>(
    `select distinct coalesce(orders.customer_key, link.customer_key) as customer_key
     from orders left join identity_links link on orders.customer_key is null and link.visitor_key = orders.visitor_key
       and orders.occurred_at >= link.valid_from and orders.occurred_at < link.valid_until
     where orders.order_key = any($1::bigint[]) and coalesce(orders.customer_key, link.customer_key) is not null`,
    [orderKeys],
    'intake-buyers',
  );
  return rows.map((row) => row.customer_key);
}

/** What is left of orders' lines, in the lines' order. */
export async function selectLeftLines(tx: Transaction, orderKeys: readonly number[]): Promise<Map<number, LeftLine[]>> {
  const rows = await tx.query<{
    order_key: number;
    line_number: number;
    item_key: number;
    item_id: string;
    thousandths: number;
    amount_minor: number;
  }>(
    `select line.order_key, line.line_number, line.item_key, items.item_id,
            (1000 * (line.quantity - undone.quantity))::int8 as thousandths, line.amount_minor - undone.amount_minor as amount_minor
     from order_lines as line join items on items.item_key = line.item_key,
          lateral (select coalesce(sum(link.quantity), 0) as quantity, coalesce(sum(link.amount_minor), 0)::int8 as amount_minor
                   from refund_links as link
                   where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone
     where line.order_key = any($1::bigint[]) order by line.order_key, line.line_number`,
    [orderKeys],
  );
  const lines = new Map<number, LeftLine[]>(orderKeys.map((orderKey) => [orderKey, []]));
  for (const row of rows) {
    lines.get(row.order_key)!.push({
      lineNumber: row.line_number,
      itemKey: row.item_key,
      itemId: row.item_id,
      thousandths: row.thousandths,
      amountMinor: row.amount_minor,
    });
  }
  return lines;
}

/** What an order comes to beside its goods, in minor units. */
export interface Charges {
  shippingMinor: number;
  feesMinor: number;
}

/** What of orders' shipping and fees was not given back yet; what was not told is nothing. */
export async function selectLeftCharges(tx: Queryable, orderKeys: readonly number[]): Promise<Map<number, Charges>> {
  const rows = await tx.query<{ order_key: number; shipping_minor: number; fees_minor: number }>(
    `select orders.order_key, coalesce(orders.shipping_minor, 0) - coalesce(sum(undone.shipping_minor), 0)::bigint as shipping_minor,
            coalesce(orders.fees_minor, 0) - coalesce(sum(undone.fees_minor), 0)::bigint as fees_minor
     from orders left join refund_charges as undone using (order_key) where orders.order_key = any($1::bigint[])
     group by orders.order_key`,
    [orderKeys],
  );
  return new Map(rows.map((row) => [row.order_key, { shippingMinor: row.shipping_minor, feesMinor: row.fees_minor }]));
}

/** What came back of orders' shipping and fees; those of which nothing did are absent. */
export async function selectGivenCharges(tx: Queryable, orderKeys: readonly number[]): Promise<Map<number, Charges>> {
  const rows = await tx.query<Charges & { orderKey: number }>(
    `select order_key as "orderKey", sum(shipping_minor)::bigint as "shippingMinor", sum(fees_minor)::bigint as "feesMinor"
     from refund_charges where order_key = any($1::bigint[]) group by order_key`,
    [orderKeys],
  );
  return new Map(rows.map(({ orderKey, ...charges }) => [orderKey, charges]));
}

async function insertCharges(tx: Transaction, refunds: readonly RefundRow[], keys: ReadonlyMap<string, number>) {
  if (refunds.length === 0) return;
  await tx.query(
    `insert into refund_charges (refund_key, order_key, shipping_minor, fees_minor)
     select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])`,
    [
      refunds.map(({ refundId }) => keys.get(refundId)!),
      refunds.map(({ orderKey }) => orderKey),
      refunds.map(({ charges }) => charges.shippingMinor),
      refunds.map(({ charges }) => charges.feesMinor),
    ],
  );
}

/** Content hashes of the refunds that are known, by id. */
export async function selectRefundHashes(tx: Queryable, refundIds: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await tx.query<{ refund_id: string; content_hash: Buffer }>(
    'select refund_id, content_hash from refunds where refund_id = any($1::text[])',
    [refundIds],
  );
  return new Map(rows.map((row) => [row.refund_id, row.content_hash]));
}

/** Of these refunds those that are known, with when they were recorded, in epoch milliseconds. */
export async function selectRefundTimes(db: Queryable, refundIds: readonly string[]): Promise<Map<string, number>> {
  if (refundIds.length === 0) return new Map();
  const rows = await db.query<{ refund_id: string; received_at: Date }>(
    'select refund_id, received_at from refunds where refund_id = any($1::text[])',
    [refundIds],
  );
  return new Map(rows.map((row) => [row.refund_id, row.received_at.getTime()]));
}

export interface RefundRow {
  refundId: string;
  orderKey: number;
  customerKey: number | null;
  /** epoch milliseconds */
  at: number;
  contentHash: Buffer;
  importId: number | undefined;
  reason: string | null;
  lines: readonly RefundedLine[];
  charges: Charges;
}

/** Stores refunds of an order each, with their lines and links. @returns keys by refund id: one that another writer has stored meanwhile is absent */
export async function insertRefunds(tx: Transaction, refunds: readonly RefundRow[]): Promise<Map<string, number>> {
  if (refunds.length === 0) return new Map();
  const rows = await tx.query<{ refund_id: string; refund_key: number }>(
    `insert into refunds (refund_id, customer_key, occurred_at, content_hash, import_id, reason)
     select * from unnest($1::text[], $2::int[], $3::timestamptz[], $4::bytea[], $5::bigint[], $6::text[])
       as new(refund_id, customer_key, occurred_at, content_hash, import_id, reason)
     order by refund_id collate "C" on conflict (refund_id) do nothing returning refund_id, refund_key`,
    [
      refunds.map((refund) => refund.refundId),
      refunds.map((refund) => refund.customerKey),
      refunds.map((refund) => new Date(refund.at).toISOString()),
      refunds.map((refund) => refund.contentHash),
      refunds.map((refund) => refund.importId ?? null),
      refunds.map((refund) => refund.reason),
    ],
  );
  const keys = new Map(rows.map((row) => [row.refund_id, row.refund_key]));
  const allLines = refunds.flatMap(({ refundId, orderKey, lines }) => {
    const refundKey = keys.get(refundId);
    return refundKey === undefined
      ? []
      : lines.map((line, index) => ({ ...line, refundKey, orderKey, lineNumber: index + 1 }));
  });
  for (const lines of inParts(allLines))
    await tx.query(
      `insert into refund_lines (refund_key, line_number, item_key, quantity)
     select * from unnest($1::bigint[], $2::int[], $3::int[], $4::numeric[])`,
      [
        lines.map((line) => line.refundKey),
        lines.map((line) => line.lineNumber),
        lines.map((line) => line.itemKey),
        lines.map((line) => line.thousandths / 1000),
      ],
    );
  await insertCharges(
    tx,
    refunds.filter(({ refundId, charges }) => keys.has(refundId) && charges.shippingMinor + charges.feesMinor > 0),
    keys,
  );
  const allLinks = allLines.flatMap(({ refundKey, lineNumber, orderKey, links }) =>
    links.map((link) => ({ ...link, refundKey, lineNumber, orderKey })),
  );
  await insertRefundLinks(tx, allLinks);
  return keys;
}

/** What a line of a refund gives back of a line of its order. */
export interface RefundLinkRow {
  refundKey: number;
  lineNumber: number;
  orderKey: number;
  orderLineNumber: number;
  /** 0: money alone */
  thousandths: number;
  amountMinor: number;
}

export async function insertRefundLinks(tx: Transaction, all: readonly RefundLinkRow[]): Promise<void> {
  for (const links of inParts(all))
    await tx.query(
      `insert into refund_links (refund_key, line_number, order_key, order_line_number, quantity, amount_minor)
     select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::int[], $5::numeric[], $6::bigint[])`,
      [
        links.map((link) => link.refundKey),
        links.map((link) => link.lineNumber),
        links.map((link) => link.orderKey),
        links.map((link) => link.orderLineNumber),
        links.map((link) => link.thousandths / 1000),
        links.map((link) => link.amountMinor),
      ],
    );
}
