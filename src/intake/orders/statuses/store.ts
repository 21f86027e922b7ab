import type { Queryable } from '../../../db/index.ts';
import type { OrderStatusElement } from '../../request-elements.ts';
import { momentOf } from '../../touches/store.ts';

export interface StatusRow {
  orderKey: number;
  status: OrderStatusElement['status'];
  /** epoch milliseconds */
  at: number;
}

/** Adds to the history of orders, which are held. @returns what was not known of it */
export async function insertStatuses(tx: Queryable, statuses: readonly StatusRow[]): Promise<StatusRow[]> {
  const rows = await tx.query<{ order_key: number; status: StatusRow['status']; occurred_at: Date }>(
    `insert into order_statuses (order_key, status, occurred_at)
     select * from unnest($1::bigint[], $2::text[], $3::timestamptz[])
     on conflict (order_key, occurred_at, status) do nothing returning order_key, status, occurred_at`,
    [
      statuses.map(({ orderKey }) => orderKey),
      statuses.map(({ status }) => status),
      statuses.map(({ at }) => new Date(at).toISOString()),
    ],
    'intake-insert-statuses',
  );
  return rows.map((row) => ({ orderKey: row.order_key, status: row.status, at: row.occurred_at.getTime() }));
}

/** SQL: of two at the same time the later step is the latest. */
const step = `array_position(array['placed', 'paid', 'shipped', 'delivered', 'cancelled'], status)`;

/**
 * Brings orders in line with their history: the latest status, since when it is paid, and cancelled where that is the latest.
 * @returns moments (as `Touches` keeps them) of the orders, of their customers' next orders, and of when they were and are paid
 * and cancelled
 */
export async function restateOrders(tx: Queryable, orderKeys: readonly number[]): Promise<number[]> {
  const rows = await tx.query<{ at: number }>(
    `with history as (
       select order_key, (array_agg(status order by occurred_at desc, ${step} desc))[1] as status, max(occurred_at) as latest,
              coalesce(min(occurred_at) filter (where status = 'paid'),
                       min(occurred_at) filter (where status in ('shipped', 'delivered'))) as paid_at
       from order_statuses where order_key = any($1::bigint[]) group by order_key),
     restated as (
       update orders set status = history.status, paid_at = history.paid_at,
         cancelled_at = case when history.status = 'cancelled' then history.latest end
       from history join orders as before using (order_key)
       where orders.order_key = history.order_key
       returning orders.customer_key, orders.occurred_at, before.paid_at as paid_before, before.cancelled_at as cancelled_before,
         orders.paid_at, orders.cancelled_at),
     next as (
       select next.occurred_at from restated cross join lateral (
         select later.occurred_at from orders as later
         where later.customer_key = restated.customer_key and later.occurred_at > restated.occurred_at
         order by later.occurred_at limit 1) as next)
     select distinct ${momentOf('moment')} as at
     from (select unnest(array[occurred_at, paid_before, cancelled_before, paid_at, cancelled_at]) as moment from restated
           union all select occurred_at from next) as touched
     where moment is not null`,
    [orderKeys],
    'intake-restate-orders',
  );
  return rows.map(({ at }) => at);
}
