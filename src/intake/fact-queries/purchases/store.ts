import type { Queryable } from '../../../db/index.ts';

export interface PurchaseRow {
  place: number;
  orders: number;
  revenue: number;
  costed: number;
  margin: number;
}

/**
 * Sums by place of what `bought` names (place, order_key, known_at): orders that did not come back whole, revenue net of
 * refunds before `known_at` and without orders cancelled before it, how much of it is of items with a known cost, and the margin of those. $1 is 10 to the digits of
 * the currency.
 */
function sums(bought: string): string {
  return `
    with bought as (${bought}),
    kept as (
      select bought.place, bought.order_key, standing.share * (line.quantity - undone.quantity) as quantity,
        standing.share * (line.amount_minor - undone.amount_minor) as amount,
        standing.share * (line.quantity - undone.quantity) * items.cost * $1::numeric as cost
      from bought join order_lines line using (order_key) join items using (item_key) join orders sale using (order_key)
      cross join lateral (select (sale.cancelled_at is null or sale.cancelled_at >= bought.known_at)::int as share) as standing
      cross join lateral (
        select coalesce(sum(link.quantity), 0) as quantity, coalesce(sum(link.amount_minor), 0) as amount_minor
        from refund_links link join refunds refund using (refund_key)
        where link.order_key = line.order_key and link.order_line_number = line.line_number
          and refund.occurred_at < bought.known_at) as undone)
    select place::int as place, count(distinct order_key) filter (where quantity > 0) as orders, sum(amount)::bigint as revenue,
      coalesce(sum(amount) filter (where cost is not null), 0)::bigint as costed,
      coalesce(round(sum(amount - cost)), 0)::bigint as margin
    from kept group by place`;
}

const ofWindows = sums(`
  select place, order_key, known_at
  from unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[]) with ordinality
    as asked (customer_key, from_at, until_at, known_at, place)
  join orders using (customer_key) where occurred_at >= from_at and occurred_at < until_at
  union
  select place, order_key, known_at
  from unnest($2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[]) with ordinality
    as asked (customer_key, from_at, until_at, known_at, place)
  join identity_links link using (customer_key)
  join orders fact on fact.visitor_key = link.visitor_key and fact.customer_key is null
    and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until
  where fact.occurred_at >= from_at and fact.occurred_at < until_at
  union
  select place, order_key, known_at
  from unnest($6::bigint[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[]) with ordinality
    as asked (visitor_key, from_at, until_at, known_at, place)
  join orders using (visitor_key) where occurred_at >= from_at and occurred_at < until_at and orders.customer_key is null`);

export function selectPurchases(
  db: Queryable,
  scale: number,
  windows: {
    customerKeys: (number | null)[];
    visitorKeys: (number | null)[];
    from: Date[];
    until: Date[];
    knownAt: (Date | 'infinity')[];
  },
): Promise<PurchaseRow[]> {
  const { customerKeys, visitorKeys, from, until, knownAt } = windows;
  return db.query(ofWindows, [scale, customerKeys, from, until, knownAt, visitorKeys]);
}

const ofOrders = sums(`
  select place, order_key, timestamptz 'infinity' as known_at
  from unnest($2::text[]) with ordinality as asked (order_id, place) join orders using (order_id)`);

export function selectOrderSums(db: Queryable, scale: number, orderIds: readonly string[]): Promise<PurchaseRow[]> {
  return db.query(ofOrders, [scale, orderIds]);
}

/** Orders of each window's customer with an item of the window's scope. */
const withItems = `
  with asked as (
      select * from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::int[]) with ordinality
        as asked (customer_key, from_at, until_at, scope, place)),
    wanted as (
      select scope, item_key from unnest($5::int[], $6::text[]) as wanted (scope, item_id) join items using (item_id))
  select distinct place::int as place, order_id from asked join orders using (customer_key)
  join order_lines using (order_key) join wanted using (scope, item_key)
  where occurred_at >= from_at and occurred_at < until_at order by 1, 2`;

export function selectOrdersWithItems(
  db: Queryable,
  windows: { customerKeys: number[]; from: Date[]; until: Date[]; scopes: number[] },
  items: { scopes: number[]; itemIds: string[] },
): Promise<{ place: number; order_id: string }[]> {
  return db.query(withItems, [
    windows.customerKeys,
    windows.from,
    windows.until,
    windows.scopes,
    items.scopes,
    items.itemIds,
  ]);
}

/** SQL: whether an order of this id was told of and does not stand, because it was cancelled or came back whole. */
export const isUndoneOrder = (orderId: string) => `exists (
  select from orders sale where sale.order_id = ${orderId} and (sale.cancelled_at is not null or not exists (
    select from order_lines line where line.order_key = sale.order_key and line.quantity > (
      select coalesce(sum(link.quantity), 0) from refund_links link
      where link.order_key = line.order_key and link.order_line_number = line.line_number))))`;

/**
 * Which of these customers have an order, itself or by the visitor that they were; one that was cancelled is none.
 * @param but the id of an order that does not count
 */
export async function readOrdered(
  db: Queryable,
  customerKeys: readonly number[],
  but: string | null = null,
): Promise<Set<number>> {
  const rows = await db.query<{ customer_key: number }>(
    `select customer_key from unnest($1::int[]) as asked (customer_key)
     where exists (select from orders fact where fact.customer_key = asked.customer_key and fact.cancelled_at is null
           and ($2::text is null or fact.order_id <> $2))
       or exists (select from identity_links link join orders fact on fact.visitor_key = link.visitor_key
         and fact.customer_key is null and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until
         where link.customer_key = asked.customer_key and fact.cancelled_at is null and ($2::text is null or fact.order_id <> $2))`,
    [customerKeys, but],
    'customers-with-orders',
  );
  return new Set(rows.map((row) => row.customer_key));
}

/** Which of these visitors, who are nobody by name, have an order that is not cancelled. */
export async function readVisitorsOrdered(db: Queryable, visitorKeys: readonly number[]): Promise<Set<number>> {
  const rows = await db.query<{ visitor_key: number }>(
    `select visitor_key from unnest($1::bigint[]) as asked (visitor_key)
     where exists (select from orders fact where fact.visitor_key = asked.visitor_key and fact.customer_key is null
       and fact.cancelled_at is null)`,
    [visitorKeys],
    'visitors-with-orders',
  );
  return new Set(rows.map((row) => row.visitor_key));
}
