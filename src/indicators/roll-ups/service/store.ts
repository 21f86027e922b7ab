import {
  eventsRelation,
  itemsRelation,
  orderLinesRelation,
  ordersRelation,
  refundedLinesRelation,
} from '../../../intake/index.ts';

/** Reviews and complaints of the days; the item is what they are about, where they name one. */
export const opinions = `
  select days.day, said.occurred_at as at, said.type, said.rating, coalesce(said.topic, '') as topic,
         coalesce(item.item_id, '') as item_id, coalesce(item.category, '') as category, coalesce(item.brand, '') as brand
  from days join ${eventsRelation} as said on said.occurred_at >= days.starts_at and said.occurred_at < days.ends_at
    left join ${itemsRelation} as item on item.item_key = said.item_key
  where said.type in ('review', 'complaint')`;

/** What has been given back, to now, of the orders placed on the days. */
export const givenBack = `
  select days.day, sale.occurred_at as at, sale.order_key, sale.channel, sale.store, link.amount_minor,
         item.item_id, item.category, item.brand
  from days join ${ordersRelation} as sale on sale.occurred_at >= days.starts_at and sale.occurred_at < days.ends_at
    join ${refundedLinesRelation} as link on link.order_key = sale.order_key
    join ${orderLinesRelation(0)} as line on line.order_key = link.order_key and line.line_number = link.order_line_number
    join ${itemsRelation} as item on item.item_key = line.item_key`;
