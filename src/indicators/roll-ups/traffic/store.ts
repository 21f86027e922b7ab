import { eventsRelation, ordersRelation } from '../../../intake/index.ts';

/**
 * Events of the days; `has_ordered`: their visitor, or the customer that they name, placed an order on the same day and not in a
 * store or by telephone.
 */
export const visits = `
  with sale as materialized (
    select days.day, placed.visitor_key, placed.customer_key
    from days join ${ordersRelation} as placed on placed.occurred_at >= days.starts_at and placed.occurred_at < days.ends_at
    where placed.channel not in ('store', 'phone'))
  select days.day, event.occurred_at as at, event.type, event.visitor,
         coalesce(event.device, '') as device, coalesce(event.campaign, '') as campaign,
         coalesce((days.day, event.visitor_key) in (select day, visitor_key from sale where visitor_key is not null), false)
           or coalesce((days.day, event.customer_key) in (select day, customer_key from sale where customer_key is not null), false)
           as has_ordered
  from days join ${eventsRelation} as event on event.occurred_at >= days.starts_at and event.occurred_at < days.ends_at`;
