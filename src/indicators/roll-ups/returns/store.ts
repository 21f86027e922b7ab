import { itemsRelation, orderLinesRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';

/** What has been given back, to now, of the orders placed on the days. */
export const givenBack = ({ orders, known }: Facts) => `
  select days.day, sale.occurred_at as at, sale.order_key, sale.channel, sale.store, link.amount_minor,
         item.item_id, item.category, item.brand
  from days join ${orders} as sale on sale.occurred_at >= days.starts_at and sale.occurred_at < days.ends_at
    join ${known.refundedLines} as link on link.order_key = sale.order_key
    join ${orderLinesRelation(0)} as line on line.order_key = link.order_key and line.line_number = link.order_line_number
    join ${itemsRelation} as item on item.item_key = line.item_key`;
