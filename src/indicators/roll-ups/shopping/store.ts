import { eventsRelation, itemsRelation, ordersRelation } from '../../../intake/index.ts';

/**
 * SQL: whether the event's visitor, or the customer that it names, placed an order after it that meets a condition, by the end of the
 * next local day.
 * @param condition of `sale`, an order
 */
function isFollowedBy(condition: string): string {
  const sale = (person: string) => `exists (
    select from ${ordersRelation} as sale
    where sale.${person} = event.${person} and sale.occurred_at >= event.occurred_at
      and sale.occurred_at < (days.day + 2)::timestamp at time zone $2 and ${condition})`;
  return `(${sale('visitor_key')} or ${sale('customer_key')})`;
}

const events = `days join ${eventsRelation} as event
  on event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at`;

/** Items that were looked at or put in the cart on the days, and whether an order of the same person followed, also a paid one. */
export const shoppingEvents = `
  select days.day, event.occurred_at as at, event.visitor, coalesce(event.device, '') as device, event.item_key,
         event.type in ('view', 'click') as is_view, event.type = 'cart_add' as is_cart_add,
         item.item_id, item.category, item.brand,
         ${isFollowedBy('true')} as is_ordered,
         event.type = 'cart_add' and ${isFollowedBy('(sale.is_settled or sale.paid_at is not null)')} as is_paid
  from ${events} and event.type in ('view', 'click', 'cart_add')
    join ${itemsRelation} as item on item.item_key = event.item_key`;

/** Checkouts that were begun on the days, and whether an order of the same person followed. */
export const checkouts = `
  select days.day, event.occurred_at as at, event.visitor, coalesce(event.device, '') as device,
         ${isFollowedBy('true')} as is_ordered
  from ${events} and event.type = 'checkout_start'`;
