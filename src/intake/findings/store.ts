import type { Queryable } from '../../db/index.ts';

/** What the facts of a shop look like, by its latest ones. */
export interface FactSigns {
  items: number;
  untitled: number;
  unpictured: number;
  unpriced: number;
  uncategorised: number;
  uncosted: number;
  unstocked: number;
  /** the latest ones that were looked at */
  orders: number;
  ordersWithCustomer: number;
  ordersWithStatus: number;
  lastOrderAt: Date | null;
  /** the latest ones that were looked at */
  events: number;
  impressions: number;
  impressionsOfLists: number;
  clicks: number;
  clicksOfLists: number;
  pageViews: number;
  hasRegistrations: boolean;
  hasCosts: boolean;
  refusedRows: number;
}

const mostOrders = 5_000;
const mostEvents = 20_000;

/**
 * Looks at items, at the latest facts and at what was refused; what it costs does not grow with the past.
 * @param since events and refused rows before it are not looked at
 */
export async function selectFactSigns(db: Queryable, since: Date, now: Date): Promise<FactSigns> {
  const [row] = await db.query<FactSigns>(
    `with latest_orders as materialized (
       select orders.customer_key, orders.status, orders.occurred_at from orders
       where orders.occurred_at <= $2 order by orders.occurred_at desc limit ${mostOrders}
     ), latest_events as materialized (
       select events.type, events.list_id from events
       where events.occurred_at > $1 and events.occurred_at <= $2 order by events.occurred_at desc limit ${mostEvents}
     ), of_orders as (
       select count(*)::int as "orders", count(customer_key)::int as "ordersWithCustomer",
         count(status)::int as "ordersWithStatus", max(occurred_at) as "lastOrderAt" from latest_orders
     ), of_events as (
       select count(*)::int as "events", count(*) filter (where type = 'impression')::int as "impressions",
         count(list_id) filter (where type = 'impression')::int as "impressionsOfLists",
         count(*) filter (where type = 'click')::int as "clicks",
         count(list_id) filter (where type = 'click')::int as "clicksOfLists",
         count(*) filter (where type = 'page_view')::int as "pageViews" from latest_events
     ), of_items as (
       select count(*)::int as "items", count(*) filter (where title is null)::int as "untitled",
         count(*) filter (where image_url is null or url is null)::int as "unpictured",
         count(*) filter (where price is null)::int as "unpriced",
         count(*) filter (where category is null)::int as "uncategorised",
         count(*) filter (where cost is null)::int as "uncosted",
         count(*) filter (where stock is null)::int as "unstocked" from items where is_product and not hidden
     )
     select *, exists (select from customers where customers.registered_at is not null) as "hasRegistrations",
       exists (select from costs) as "hasCosts",
       (select count(*)::int from quarantine where quarantine.received_at > $1) as "refusedRows"
     from of_orders, of_events, of_items`,
    [since, now],
  );
  return row;
}
