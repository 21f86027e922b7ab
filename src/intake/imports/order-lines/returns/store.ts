import type { Transaction } from '../../../../db/index.ts';
import { momentOf } from '../../../touches/store.ts';
import { lineContentSql, orderContentHashSql } from '../store.ts';

/** A refund of a file has no order of its own, so its content is not that of the API's refunds. */
const stagedHash = orderContentHashSql({
  orderId: 'order_id',
  customerId: 'o.customer_id',
  visitorId: 'null::text',
  occurredAt: 'min(l.occurred_at)',
});

const stagedLine = lineContentSql({
  itemId: 'item_id',
  quantity: 'quantity',
  unitPrice: 'unit_price',
  listPrice: 'null::numeric',
  couponCode: 'null::text',
  listId: 'null::uuid',
});

/** Gathers cancellations to refunds, which take the id of their order in the file, the time of its earliest row and the reason of the first that tells one. */
export async function gatherRefunds(tx: Transaction): Promise<void> {
  await tx.query(
    `create temporary table staged_refunds on commit drop as
     select order_id as refund_id, o.customer_id, min(l.occurred_at) as occurred_at, ${stagedHash} as content_hash,
            null::bigint as refund_key, null::text as state, 0 as lines_before,
            (array_agg(l.refund_reason order by l.row_key) filter (where l.refund_reason is not null))[1] as reason
     from (select order_id, occurred_at, row_key, refund_reason, ${stagedLine} as content
           from staged_lines where role = 'cancellation') as l
     join staged_owners o using (order_id) where o.role = 'cancellation'
     group by order_id, o.customer_id`,
  );
}

/** Finds staged refunds among the recorded ones, with the states of `matchOrders`. */
export async function matchRefunds(tx: Transaction, growing: boolean): Promise<void> {
  await tx.query(
    `update staged_refunds s set refund_key = r.refund_key,
       state = case when r.content_hash = s.content_hash then 'known' when $1 and r.import_id is not null then 'growing' else 'conflict' end,
       lines_before = (select coalesce(max(l.line_number), 0) from refund_lines l where l.refund_key = r.refund_key)
     from refunds r where r.refund_id = s.refund_id`,
    [growing],
  );
}

/** @returns rows of refunds that are recorded with the same content */
export async function removeRecorded(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ known: number }>(
    `with gone as (
       delete from staged_lines l using staged_refunds r
       where l.role = 'cancellation' and l.order_id = r.refund_id and r.state in ('known', 'conflict') returning l.row_key, r.state),
     refused as (insert into staged_refusals select row_key, array['order_conflict'] from gone where state = 'conflict')
     select count(*) filter (where state = 'known') as known from gone`,
  );
  return row.known;
}

/** Finds customer and item of the cancellations, and holds the orders that may be theirs until the transaction ends. */
export async function prepareLinking(tx: Transaction): Promise<void> {
  await tx.query(
    `create temporary table staged_cancellations on commit drop as
     select l.row_key, l.order_id as refund_id, c.customer_key, i.item_key, l.unit_price, l.quantity, r.occurred_at
     from staged_lines l join staged_refunds r on r.refund_id = l.order_id
     join customers c on c.customer_id = r.customer_id join items i on i.item_id = l.item_id
     where l.role = 'cancellation'`,
  );
  await tx.query(
    `create temporary table staged_links (
       row_key bigint, order_key bigint, order_line_number int, quantity numeric, amount_minor bigint) on commit drop`,
  );
  await tx.query('analyze staged_cancellations');
  await tx.query(
    `select from orders where order_key in (
       select order_key from orders join order_lines using (order_key)
       join staged_cancellations using (customer_key, item_key, unit_price))
     order by order_key for no key update`,
  );
}

/** A sale line that may be undone, or a cancellation. */
export interface LinkingRow {
  customer_key: number;
  item_key: number;
  unit_price: string;
  /** Epoch microseconds. */
  at: number;
  /** Thousandths; of a sale what is left of it. */
  quantity: number;
  amount_minor: number | null;
  /** Only of a cancellation. */
  row_key: number | null;
  order_key: number | null;
  line_number: number | null;
}

/** Sales and cancellations of the same customer, item and price together, in order of time. */
export const linkingQuery = `
  select c.customer_key, c.item_key, c.unit_price::text, (extract(epoch from c.occurred_at) * 1000000)::bigint as at,
         (c.quantity * 1000)::bigint as quantity, null::bigint as amount_minor, c.row_key, null::bigint as order_key, null::int as line_number
  from staged_cancellations c
  union all
  select g.customer_key, g.item_key, g.unit_price::text, (extract(epoch from o.occurred_at) * 1000000)::bigint,
         ((l.quantity - undone.quantity) * 1000)::bigint, l.amount_minor - undone.amount_minor, null, l.order_key, l.line_number
  from (select distinct customer_key, item_key, unit_price from staged_cancellations) as g
  join orders o using (customer_key)
  join order_lines l on l.order_key = o.order_key and l.item_key = g.item_key and l.unit_price = g.unit_price
  cross join lateral (
    select coalesce(sum(k.quantity), 0) as quantity, coalesce(sum(k.amount_minor), 0) as amount_minor from refund_links k
    where k.order_key = l.order_key and k.order_line_number = l.line_number) as undone
  order by customer_key, item_key, unit_price, at, order_key, line_number, row_key`;

export interface LinkRow {
  rowKey: number;
  orderKey: number;
  lineNumber: number;
  /** Thousandths. */
  quantity: number;
  amountMinor: number;
}

export async function stageLinks(tx: Transaction, links: readonly LinkRow[]): Promise<void> {
  if (links.length === 0) return;
  await tx.query(
    `insert into staged_links
     select row_key, order_key, line_number, quantity / 1000.0, amount_minor
     from unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[])
       as link(row_key, order_key, line_number, quantity, amount_minor)`,
    [
      links.map((link) => link.rowKey),
      links.map((link) => link.orderKey),
      links.map((link) => link.lineNumber),
      links.map((link) => link.quantity),
      links.map((link) => link.amountMinor),
    ],
  );
}

/**
 * Refuses cancellations without any sale.
 * @returns how many the file calls so, how many of these name a customer, and how many were only presumed
 */
export async function refuseUnlinked(
  tx: Transaction,
): Promise<{ unlinked: number; withCustomer: number; presumed: number }> {
  const [row] = await tx.query<{ unlinked: number; with_customer: number; presumed: number }>(
    `with gone as (
       delete from staged_lines l
       where role = 'cancellation' and not exists (select from staged_links k where k.row_key = l.row_key)
       returning l.row_key, l.order_id, l.presumed),
     refused as (insert into staged_refusals
         select row_key, array[case when presumed then 'quantity_negative' else 'refund_without_sale' end] from gone)
     select count(*) filter (where not gone.presumed) as unlinked,
            count(r.customer_id) filter (where not gone.presumed) as with_customer, count(*) filter (where gone.presumed) as presumed
     from gone join staged_refunds r on r.refund_id = gone.order_id`,
  );
  return { unlinked: row.unlinked, withCustomer: row.with_customer, presumed: row.presumed };
}

/** Lines that were presumed to undo a sale, and do. */
export async function countPresumed(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>('select count(*) from staged_lines where presumed');
  return row.count;
}

export interface RecordedRefunds {
  refunds: number;
  lines: number;
  partlyLinked: number;
  links: number;
}

/** Records refunds with their lines and links. */
export async function insertRefunds(tx: Transaction, importId: number): Promise<RecordedRefunds> {
  const [made] = await tx.query<{ refunds: number }>(
    `with made as (
       insert into refunds (refund_id, customer_key, occurred_at, content_hash, import_id, reason)
       select s.refund_id, c.customer_key, s.occurred_at, s.content_hash, $1, s.reason
       from staged_refunds s left join customers c using (customer_id)
       where s.state is null and s.refund_id in (select order_id from staged_lines where role = 'cancellation')
       order by s.refund_id returning refund_id, refund_key),
     marked as (
       update staged_refunds s set refund_key = made.refund_key, state = 'new' from made where made.refund_id = s.refund_id)
     select count(*) as refunds from made`,
    [importId],
  );
  const [recorded] = await tx.query<{ lines: number; partly_linked: number; links: number }>(
    `with numbered as (
       select l.row_key, r.refund_key, i.item_key, l.quantity, linked.quantity as linked_quantity,
              r.lines_before + row_number() over (partition by r.refund_key order by l.row_key) as line_number
       from staged_lines l join staged_refunds r on r.refund_id = l.order_id join items i using (item_id)
       join (select row_key, sum(quantity) as quantity from staged_links group by row_key) as linked using (row_key)
       where l.role = 'cancellation'),
     lines as (
       insert into refund_lines (refund_key, line_number, item_key, quantity, unlinked_quantity)
       select refund_key, line_number, item_key, quantity, quantity - linked_quantity from numbered returning unlinked_quantity),
     links as (
       insert into refund_links (refund_key, line_number, order_key, order_line_number, quantity, amount_minor)
       select n.refund_key, n.line_number, k.order_key, k.order_line_number, k.quantity, k.amount_minor
       from numbered n join staged_links k using (row_key) returning 1)
     select (select count(*) from lines) as lines, (select count(*) from lines where unlinked_quantity > 0) as partly_linked,
            (select count(*) from links) as links`,
  );
  return {
    refunds: made.refunds,
    lines: recorded.lines,
    partlyLinked: recorded.partly_linked,
    links: recorded.links,
  };
}

/** Keys of the customers whom this run's facts are about. */
export async function selectTouchedCustomers(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ customer_key: number }>(
    `select distinct customer_key from customers where customer_id in (
       select customer_id from staged_orders where state in ('new', 'growing')
       union select customer_id from staged_refunds where state in ('new', 'growing'))`,
  );
  return rows.map((row) => row.customer_key);
}

export async function selectTouchedMoments(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ at: number }>(
    `select distinct ${momentOf('r.occurred_at')} as at
     from staged_refunds s join refunds r using (refund_key) where s.state in ('new', 'growing')`,
  );
  return rows.map(({ at }) => at);
}

/** When the sales were that refunds of this run undo. */
export async function selectMomentsOfSales(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ at: number }>(
    `select distinct ${momentOf('o.occurred_at')} as at
     from (select distinct order_key from staged_links) as undone join orders o using (order_key)`,
  );
  return rows.map(({ at }) => at);
}
