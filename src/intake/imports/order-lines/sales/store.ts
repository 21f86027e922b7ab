import type { Transaction } from '../../../../db/index.ts';
import { momentOf } from '../../../touches/store.ts';
import { lineContentSql, orderContentHashSql, orderTerms } from '../store.ts';

const stagedLine = lineContentSql({
  itemId: 'item_id',
  quantity: 'quantity',
  unitPrice: 'unit_price',
  listPrice: 'list_price',
  couponCode: 'coupon_code',
  listId: 'list_id',
});

const recordedLine = lineContentSql({
  itemId: 'i.item_id',
  quantity: 'l.quantity',
  unitPrice: 'l.unit_price',
  listPrice: 'l.list_price',
  couponCode: 'l.coupon_code',
  listId: 'l.list_id',
});

const stagedHash = orderContentHashSql({
  orderId: 'order_id',
  customerId: 'o.customer_id',
  visitorId: 'o.visitor_id',
  occurredAt: 'min(l.occurred_at)',
  terms: orderTerms('o'),
});

const recordedHash = orderContentHashSql({
  orderId: 'recorded.order_id',
  customerId: 'recorded.customer_id',
  visitorId: 'recorded.visitor_id',
  occurredAt: 'recorded.occurred_at',
  terms: orderTerms('recorded'),
});

/** Gathers sale lines to orders: the time is that of the earliest row. */
export async function gatherOrders(tx: Transaction): Promise<void> {
  await tx.query(
    `create temporary table staged_orders on commit drop as
     select order_id, o.customer_id, o.visitor_id, min(l.occurred_at) as occurred_at, sum(l.amount_minor)::bigint as total_minor,
            o.updated_at, ${orderTerms('o').join()}, ${stagedHash} as content_hash, null::bigint as order_key, null::text as state, 0 as lines_before
     from (select order_id, occurred_at, amount_minor, ${stagedLine} as content from staged_lines where role = 'sale') as l
     join staged_owners o using (order_id) where o.role = 'sale'
     group by order_id, o.customer_id, o.visitor_id, o.updated_at, ${orderTerms('o').join()}`,
  );
  await tx.query(
    `create temporary table staged_statuses on commit drop as
     select distinct order_id, status, coalesce(status_at, occurred_at) as occurred_at
     from staged_rows s
     where refused is null and role = 'sale' and status is not null
       and not exists (select from staged_refusals r where r.row_key = s.row_key)`,
  );
  await tx.query('analyze staged_orders, staged_statuses');
}

/**
 * Finds staged orders among the recorded ones. `outdated`: a later state of it is known. `known`: with the same content. `growing`:
 * recorded from a file, of which more rows pass now, and not edited since. `edited`: of a later time than what is known. `conflict`:
 * with another content. Those not found stay without a state.
 */
export async function matchOrders(tx: Transaction, growing: boolean): Promise<void> {
  await tx.query(
    `update staged_orders s set order_key = o.order_key,
       state = case when s.updated_at < o.updated_at then 'outdated'
                    when o.content_hash = s.content_hash then 'known'
                    when $1 and o.import_id is not null and o.updated_at is not distinct from s.updated_at then 'growing'
                    when s.updated_at > coalesce(o.updated_at, '-infinity') then 'edited'
                    else 'conflict' end,
       lines_before = (select coalesce(max(l.line_number), 0) from order_lines l where l.order_key = o.order_key)
     from orders o where o.order_id = s.order_id and s.state is null`,
    [growing],
  );
}

export async function countConflictRows(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select count(*) from staged_lines join staged_orders using (order_id) where role = 'sale' and state = 'conflict'`,
  );
  return row.count;
}

/**
 * Takes out the lines of orders that are recorded already: with the same content or a later one, known; with another, refused.
 * @returns known rows, and those of them of which a later content is known
 */
export async function removeRecorded(tx: Transaction): Promise<{ known: number; outdated: number }> {
  const [row] = await tx.query<{ known: number; outdated: number }>(
    `with gone as (
       delete from staged_lines l using staged_orders o
       where l.role = 'sale' and l.order_id = o.order_id and o.state in ('known', 'outdated', 'conflict') returning l.row_key, o.state),
     refused as (insert into staged_refusals select row_key, array['order_conflict'] from gone where state = 'conflict'),
     known as (insert into staged_known select row_key from gone where state <> 'conflict')
     select count(*) filter (where state <> 'conflict') as known, count(*) filter (where state = 'outdated') as outdated from gone`,
  );
  return row;
}

export interface SightingRow {
  item_id: string;
  title: string | null;
  titled_at: Date | null;
  /** null: it was only given away */
  price: string | null;
  priced_at: Date | null;
}

/** What the remaining sale lines tell of each item: its price and its title by the latest order that tells one. */
export const sightingsQuery = `
  with sold as (
    select l.item_id, l.title, l.unit_price, o.occurred_at
    from staged_lines l join staged_orders o using (order_id) where l.role = 'sale')
  select item_id, titled.title, titled.occurred_at as titled_at, priced.unit_price::text as price, priced.occurred_at as priced_at
  from (select distinct item_id from sold) as item
  left join (select distinct on (item_id) item_id, title, occurred_at from sold where title is not null
             order by item_id, occurred_at desc, title collate "C" desc) as titled using (item_id)
  left join (select distinct on (item_id) item_id, unit_price, occurred_at from sold where unit_price > 0
             order by item_id, occurred_at desc, unit_price desc) as priced using (item_id)
  order by item_id`;

/** Flags items that the mapping calls services, unless the catalogue has spoken of them. @returns their keys */
export async function flagServices(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ item_key: number }>(
    `update items set is_product = false, is_product_by = 'mapping'
     from (select distinct item_id from staged_lines where not is_product) as service
     where items.item_id = service.item_id and provisional and is_product_by is distinct from 'mapping' returning item_key`,
  );
  return rows.map((row) => row.item_key);
}

export interface UnproductiveItem {
  item_id: string;
  title: string | null;
  rows: number;
  items_in_all: number;
  rows_in_all: number;
}

/** The items of this run's rows that are no products, those that most rows name first. */
export function selectServices(tx: Transaction, limit: number): Promise<UnproductiveItem[]> {
  return tx.query<UnproductiveItem>(
    `select i.item_id, i.title, named.rows, (count(*) over ())::int as items_in_all, (sum(named.rows) over ())::bigint as rows_in_all
     from (select item_id, count(*) as rows from staged_rows where item_id is not null group by item_id) as named
     join items i using (item_id) where not i.is_product order by named.rows desc, i.item_id limit $1`,
    [limit],
  );
}

export interface NewPerson {
  customer_id?: string;
  visitor_id?: string;
  occurred_at: Date;
}

export const newCustomersQuery = `select customer_id, min(occurred_at) as occurred_at from staged_orders where customer_id is not null and (state is null or state = 'edited') group by customer_id order by customer_id`;
export const newVisitorsQuery = `select visitor_id, min(occurred_at) as occurred_at from staged_orders where visitor_id is not null and (state is null or state = 'edited') group by visitor_id order by visitor_id`;

/** Customers of whom no country is known get that of their latest row. @returns their keys */
export async function fillCountries(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ customer_key: number }>(
    `update customers set attributes = attributes || jsonb_build_object('country', named.country)
     from (select distinct on (o.customer_id) o.customer_id, l.country
           from staged_lines l join staged_orders o using (order_id)
           where l.role = 'sale' and l.country is not null and o.customer_id is not null
           order by o.customer_id, l.occurred_at desc, l.row_key desc) as named
     where customers.customer_id = named.customer_id and not attributes ? 'country' returning customer_key`,
  );
  return rows.map((row) => row.customer_key);
}

/** Records the orders that were not found; one that another writer recorded meanwhile is left for `matchOrders`. */
export async function insertOrders(tx: Transaction, importId: number): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with made as (
       insert into orders (order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, import_id,
         updated_at, channel, store, shipping_minor, tax_minor, payment_fee_minor, fees_minor)
       select s.order_id, c.customer_key, v.visitor_key, s.occurred_at, s.total_minor, s.content_hash, $1,
              s.updated_at, ${orderTerms('s').join()}
       from staged_orders s left join customers c using (customer_id) left join visitors v using (visitor_id)
       where s.state is null order by s.order_id
       on conflict (order_id) do nothing returning order_id, order_key),
     marked as (
       update staged_orders s set order_key = made.order_key, state = 'new' from made where made.order_id = s.order_id)
     select count(*) from made`,
    [importId],
  );
  return row.count;
}

/**
 * Counts the tables anew. After an import that died they seem empty to the planner, whose plans for what is written here would
 * then take hours.
 */
export async function countItemsAndPeople(tx: Transaction): Promise<void> {
  await tx.query('analyze items, customers, visitors');
}

export async function countSales(tx: Transaction): Promise<void> {
  await tx.query('analyze orders, order_lines');
}

/** Orders of a later time than what is known of them, with their lines in the file's order. */
export interface EditedOrder {
  order_id: string;
  customer_key: number | null;
  visitor_key: number | null;
  occurred_at: Date;
  updated_at: Date;
  total_minor: number;
  content_hash: Buffer;
  channel: string | null;
  store: string | null;
  shipping_minor: number | null;
  tax_minor: number | null;
  payment_fee_minor: number | null;
  fees_minor: number | null;
  lines: {
    item_key: number;
    quantity: number;
    unit_price: string;
    list_price: string | null;
    amount_minor: number;
    coupon_code: string | null;
    list_id: string | null;
    unit_cost: string | null;
  }[];
}

export const editedOrdersQuery = `
  select s.order_id, c.customer_key, v.visitor_key, s.occurred_at, s.updated_at, s.total_minor, s.content_hash,
         ${orderTerms('s').join()}, written.lines
  from staged_orders s
  join (select l.order_id, jsonb_agg(jsonb_build_object('item_key', i.item_key, 'quantity', l.quantity, 'unit_price', l.unit_price::text,
          'list_price', l.list_price::text, 'amount_minor', l.amount_minor, 'coupon_code', l.coupon_code, 'list_id', l.list_id,
          'unit_cost', l.unit_cost::text) order by l.row_key) as lines
        from staged_lines l join items i using (item_id) join staged_orders o using (order_id)
        where l.role = 'sale' and o.state = 'edited' group by l.order_id) as written using (order_id)
  left join customers c using (customer_id) left join visitors v using (visitor_id)
  where s.state = 'edited' order by s.order_key`;

/** Forgets what was found of orders that another writer was quicker with. */
export async function forgetStates(tx: Transaction, orderIds: readonly string[]): Promise<void> {
  await tx.query('update staged_orders set state = null where order_id = any($1::text[])', [orderIds]);
}

/** Known orders are as they are since the latest time that tells them so. */
export async function noteUpdates(tx: Transaction): Promise<void> {
  await tx.query(
    `update orders set updated_at = s.updated_at from staged_orders s
     where s.state = 'known' and orders.order_key = s.order_key and s.updated_at > coalesce(orders.updated_at, '-infinity')`,
  );
}

/** Records the lines of new and growing orders, numbered in the file's order. @returns how many */
export async function insertLines(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with made as (
       insert into order_lines
         (order_key, line_number, item_key, quantity, unit_price, list_price, amount_minor, coupon_code, list_id, unit_cost)
       select o.order_key, o.lines_before + row_number() over (partition by o.order_key order by l.row_key), i.item_key,
              l.quantity, l.unit_price, l.list_price, l.amount_minor, l.coupon_code, l.list_id, coalesce(l.unit_cost, i.cost)
       from staged_lines l join staged_orders o using (order_id) join items i using (item_id)
       where l.role = 'sale' and o.state in ('new', 'growing') returning 1)
     select count(*) from made`,
  );
  return row.count;
}

/** Brings the head of orders that have grown in line with their lines, order by order: there are few. @returns when they were before */
export async function updateGrownOrders(tx: Transaction): Promise<number[]> {
  const before = await tx.query<{ at: number }>(
    `select ${momentOf('o.occurred_at')} as at from staged_orders s join orders o using (order_key) where s.state = 'growing'`,
  );
  await tx.query(
    `update orders set occurred_at = least(orders.occurred_at, s.occurred_at)
     from staged_orders s where s.state = 'growing' and orders.order_key = s.order_key`,
  );
  await tx.query(
    `update orders set total_minor = grown.total_minor, content_hash = grown.content_hash
     from staged_orders s cross join lateral (
       select sum(recorded.amount_minor)::bigint as total_minor, ${recordedHash} as content_hash
       from (select o.order_id, c.customer_id, v.visitor_id, o.occurred_at, ${orderTerms('o').join()}, l.amount_minor,
                    ${recordedLine} as content
             from orders o join order_lines l using (order_key) join items i using (item_key)
             left join customers c on c.customer_key = o.customer_key left join visitors v on v.visitor_key = o.visitor_key
             where o.order_key = s.order_key) as recorded
       group by recorded.order_id, recorded.customer_id, recorded.visitor_id, recorded.occurred_at,
                ${orderTerms('recorded').join()}) as grown
     where s.state = 'growing' and orders.order_key = s.order_key`,
  );
  return before.map(({ at }) => at);
}

/**
 * Adds what the rows tell of the history of their orders, also of known ones; an order recorded without a status counts as placed
 * and paid at its time, see `recordStatuses`. @returns what was not known of it
 */
export async function insertStatuses(tx: Transaction): Promise<{ orderKeys: number[]; moments: number[] }> {
  await tx.query(
    `select from orders where order_key in (select order_key from staged_orders join staged_statuses using (order_id))
     order by order_key for no key update`,
  );
  const rows = await tx.query<{ order_key: number; at: number }>(
    `with told as (
       select s.order_key, t.status, t.occurred_at, s.state from staged_statuses t join staged_orders s using (order_id)
       where s.state in ('new', 'growing', 'known', 'edited')),
     implied as (
       select o.order_key, step.status, o.occurred_at
       from (select distinct order_key from told where state <> 'new') as known join orders o using (order_key)
       cross join (values ('placed'), ('paid')) as step (status)
       where o.status is null
         and not exists (select from told where told.order_key = o.order_key and told.status = step.status)),
     made as (
       insert into order_statuses (order_key, status, occurred_at)
       select order_key, status, occurred_at from told union select * from implied
       on conflict (order_key, occurred_at, status) do nothing returning order_key, occurred_at)
     select distinct order_key, ${momentOf('occurred_at')} as at from made`,
  );
  return { orderKeys: [...new Set(rows.map((row) => row.order_key))], moments: rows.map(({ at }) => at) };
}

export interface VisitRow {
  customer_key: number | null;
  visitor_key: number;
  /** Epoch milliseconds. */
  at: number;
}

/** The recorded orders that name a visitor, to link visitors with customers. */
export const visitsQuery = `
  select c.customer_key, v.visitor_key, floor(extract(epoch from s.occurred_at) * 1000)::bigint as at
  from staged_orders s join visitors v using (visitor_id) left join customers c using (customer_id)
  where s.state in ('new', 'growing') order by s.order_key`;

/**
 * When the recorded orders were, and the next orders of who made them: whether those are repeated orders, and after how long,
 * has changed with these.
 */
export async function selectTouchedMoments(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ at: number }>(
    `with recorded as (
       select o.customer_key, o.occurred_at from staged_orders s join orders o using (order_key) where s.state in ('new', 'growing'))
     select distinct ${momentOf('occurred_at')} as at from (
       select occurred_at from recorded
       union all
       select next.occurred_at from recorded cross join lateral (
         select o.occurred_at from orders o
         where o.customer_key = recorded.customer_key and o.occurred_at > recorded.occurred_at
         order by o.occurred_at limit 1) as next) as touched`,
  );
  return rows.map(({ at }) => at);
}
