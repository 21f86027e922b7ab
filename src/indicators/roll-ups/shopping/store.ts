import { itemsRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';

/**
 * SQL: whether the event's visitor, or a customer whom it or another event of the visitor on that day names, placed an order on line
 * after it that meets a condition, by the end of the next local day.
 * @param condition of `sale`, an order
 */
function isFollowedBy({ known }: Facts, condition: string): string {
  const sale = (person: string) => `exists (
    select from ${known.orders} as sale
    where ${person} and sale.is_online and sale.occurred_at >= event.occurred_at
      and sale.occurred_at < (days.day + 2)::timestamp at time zone $2 and ${condition})`;
  const byName = 'sale.customer_key = any(named.customer_keys)';
  return `(${sale('sale.visitor_key = event.visitor_key')} or ${sale('sale.customer_key = event.customer_key')} or ${sale(byName)})`;
}

const within = 'event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at';

/** Whom events of a visitor name on a day. */
const named = ({ events }: Facts) => `named as materialized (
  select days.day, event.visitor_key, array_agg(distinct event.customer_key) as customer_keys
  from days join ${events} as event on ${within}
  where event.customer_key is not null and event.visitor_key is not null group by 1, 2)`;

const eventsOf = (
  { events }: Facts,
  types: string,
) => `days join ${events} as event on ${within} and event.type in (${types})
    left join named on named.day = days.day and named.visitor_key = event.visitor_key`;

/** Items that were looked at or put in the cart on the days, and whether an order of the same person followed, also a paid one that was not cancelled. */
export const shoppingEvents = (facts: Facts) => `
  with ${named(facts)}
  select days.day, event.occurred_at as at, event.visitor, coalesce(event.device, '') as device, event.item_key,
         event.type in ('view', 'click') as is_view, event.type = 'cart_add' as is_cart_add,
         item.item_id, item.category, item.brand,
         ${isFollowedBy(facts, 'true')} as is_ordered,
         event.type = 'cart_add' and ${isFollowedBy(facts, '(sale.is_settled or sale.paid_at is not null) and not sale.is_cancelled')} as is_paid
  from ${eventsOf(facts, "'view', 'click', 'cart_add'")}
    join ${itemsRelation} as item on item.item_key = event.item_key`;

/** Checkouts that were begun on the days, and whether an order of the same person followed. */
export const checkouts = (facts: Facts) => `
  with ${named(facts)}
  select days.day, event.occurred_at as at, event.visitor, coalesce(event.device, '') as device,
         ${isFollowedBy(facts, 'true')} as is_ordered
  from ${eventsOf(facts, "'checkout_start'")}`;
