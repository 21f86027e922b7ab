import { itemsRelation, orderLinesRelation, ordersRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';

const within = (time: string) => `${time} >= days.starts_at and ${time} < days.ends_at`;

/** So long goods are new after they became available. */
const newFor = `interval '720 hours'`;

/** Orders of the days, with what of them was given back since. */
export const placedOrders = ({ orders, known }: Facts) => `
  select days.day, sale.occurred_at as at, sale.channel, sale.store, sale.customer_key, sale.total_minor, sale.is_cancelled,
         sale.is_settled or sale.paid_at is not null as is_paid, coalesce(undone.amount_minor, 0) as refunded_minor
  from days join ${orders} as sale on ${within('sale.occurred_at')}
    left join lateral (select sum(link.amount_minor) as amount_minor from ${known.refundedLines} as link
                       where link.order_key = sale.order_key) as undone on true`;

/** Sale lines of the days' orders, with what of them was given back since; of a cancelled order nothing is kept (0, else 1). */
export function soldLines(minorDigits: number, { orders, known }: Facts): string {
  return `
    select days.day, sale.occurred_at as at, sale.order_key, sale.channel, sale.store, sale.customer_key,
           (not sale.is_cancelled)::int as kept, line.quantity, line.amount_minor, line.unit_cost_minor,
           item.item_id, item.category, item.brand, item.is_product,
           sale.occurred_at >= item.available_from and sale.occurred_at < item.available_from + ${newFor} as is_new,
           coalesce(undone.quantity, 0) as refunded_quantity, coalesce(undone.amount_minor, 0) as refunded_minor
    from days join ${orders} as sale on ${within('sale.occurred_at')}
      join ${orderLinesRelation(minorDigits)} as line on line.order_key = sale.order_key
      join ${itemsRelation} as item on item.item_key = line.item_key
      left join lateral (select sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
                         from ${known.refundedLines} as link
                         where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true`;
}

/** Orders paid on the days, but for those cancelled since; one of which no status was told is paid when it is placed. */
export const paidOrders = ({ orders }: Facts) => `
  select days.day, sale.at, sale.channel, sale.store, sale.customer_key, sale.total_minor, goods.units
  from days cross join lateral (
    select placed.order_key, placed.occurred_at as at, placed.channel, placed.store, placed.customer_key, placed.total_minor
    from ${orders} as placed where ${within('placed.occurred_at')} and placed.is_settled
    union all
    select paid.order_key, paid.paid_at, paid.channel, paid.store, paid.customer_key, paid.total_minor
    from ${orders} as paid where ${within('paid.paid_at')} and not paid.is_settled and not paid.is_cancelled) as sale
    cross join lateral (
      select sum(line.quantity) as units
      from ${orderLinesRelation(0)} as line join ${itemsRelation} as item on item.item_key = line.item_key
      where line.order_key = sale.order_key and item.is_product) as goods`;

/** Whether orders with the items were paid on the day. */
export const daysOfPaidItems = `rolled.day in (
  select (sale.paid_at at time zone $4)::date from ${orderLinesRelation(0)} as line
    join ${ordersRelation} as sale on sale.order_key = line.order_key
  where line.item_key = any($3::int[]) and sale.paid_at is not null)`;

/** Orders cancelled on the days. */
export const cancelledOrders = ({ orders }: Facts) => `
  select days.day, sale.cancelled_at as at, sale.channel, sale.store, sale.total_minor
  from days join ${orders} as sale on ${within('sale.cancelled_at')}`;

/** What was given back on the days, with its sale. */
export const refundedLines = ({ refunds, known }: Facts) => `
  select days.day, undone.occurred_at as at, undone.refund_key, undone.reason, undone.quantity, undone.amount_minor,
         sale.channel, sale.store, item.item_id, item.category, item.brand, item.is_product
  from days join ${refunds} as undone on ${within('undone.occurred_at')}
    join ${known.orders} as sale on sale.order_key = undone.order_key
    join ${orderLinesRelation(0)} as line
      on line.order_key = undone.order_key and line.line_number = undone.order_line_number
    join ${itemsRelation} as item on item.item_key = line.item_key`;
