import { orderLinesRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';
import { namedCampaign } from '../named-members/store.ts';

/** So long after a page view with a campaign's tag what its visitor does counts for the campaign, unless another tag comes. */
export const campaignWindowDays = 7;

const window = `interval '${24 * campaignWindowDays} hours'`;
const within = (time: string) => `${time} >= days.starts_at and ${time} < days.ends_at`;

/**
 * Visits, orders and registrations of the days that count for a campaign: that of the last page view with a tag in the seven days before, of the
 * same visitor or customer, or of a visitor whose events name the customer on that day. `visitor` is who came by the tag. An order
 * has its `net_minor` and, of lines of known cost, `costed_minor` and `cost_minor`, less what was cancelled or given back since.
 */
export function campaignDeeds(minorDigits: number, { events, orders, customers, known }: Facts): string {
  return `
    with span as materialized (
      select min(starts_at) as first, max(ends_at) as last
      from (select days.*, count(*) filter (where is_apart) over (order by day) as number
            from (select days.*, day - lag(day) over (order by day) > ${campaignWindowDays + 1} as is_apart from days) as days) as days
      group by number),
    tagged as materialized (
      select event.visitor, event.customer_key, event.visitor_key, event.occurred_at as at, event.event_key, ${namedCampaign('event.campaign')} as campaign,
             least(event.occurred_at + ${window},
                   lead(event.occurred_at) over (partition by event.visitor order by event.occurred_at, event.event_key)) as until
      from span
        join ${events} as event on event.occurred_at >= span.first - ${window} and event.occurred_at < span.last
      where event.type = 'page_view' and event.campaign is not null and event.visitor is not null),
    tag as materialized (
      select visitor as name, visitor, at, event_key, campaign from tagged
      union all
      select 2 * customer_key::bigint + 1, visitor, at, event_key, campaign from tagged
      where customer_key is not null and visitor_key is not null),
    named as materialized (
      select distinct days.day, event.customer_key, event.visitor_key
      from days join ${events} as event on ${within('event.occurred_at')}
      where event.customer_key is not null and event.visitor_key is not null),
    deed as materialized (
      select days.day, 'order' as kind, sale.order_key as key, sale.occurred_at as at, sale.visitor_key, sale.customer_key,
             (not sale.is_cancelled)::int as kept
      from days join ${orders} as sale on ${within('sale.occurred_at')}
      where sale.is_online
      union all
      select days.day, 'registration', customer.customer_key, customer.registered_at, null, customer.customer_key, 1
      from days join ${customers} as customer on ${within('customer.registered_at')}),
    doer as (
      select deed.kind, deed.key, deed.at, 2 * deed.visitor_key as name from deed where deed.visitor_key is not null
      union
      select deed.kind, deed.key, deed.at, 2 * deed.customer_key::bigint + 1 from deed where deed.customer_key is not null
      union
      select deed.kind, deed.key, deed.at, 2 * named.visitor_key
      from deed join named on named.day = deed.day and named.customer_key = deed.customer_key),
    credit as (
      select distinct on (doer.kind, doer.key) doer.kind, doer.key, tag.campaign, tag.visitor
      from doer join tag on tag.name = doer.name and tag.at <= doer.at and tag.at > doer.at - ${window}
      order by doer.kind, doer.key, tag.at desc, tag.event_key desc)
    select distinct days.day, 'visit' as kind, tagged.campaign, tagged.visitor,
           null::numeric as net_minor, null::numeric as costed_minor, null::numeric as cost_minor
    from days join ${events} as event on ${within('event.occurred_at')}
      join tagged on tagged.visitor = event.visitor and event.occurred_at >= tagged.at and event.occurred_at < tagged.until
    union all
    select deed.day, deed.kind, credit.campaign, credit.visitor, sold.net_minor, sold.costed_minor, sold.cost_minor
    from credit join deed on deed.kind = credit.kind and deed.key = credit.key
      left join lateral (
        select sum(deed.kept * (line.amount_minor - coalesce(undone.amount_minor, 0))) as net_minor,
               sum(deed.kept * (line.amount_minor - coalesce(undone.amount_minor, 0)))
                 filter (where line.unit_cost_minor is not null) as costed_minor,
               sum(round(deed.kept * line.unit_cost_minor * (line.quantity - coalesce(undone.quantity, 0)))) as cost_minor
        from ${orderLinesRelation(minorDigits)} as line
          left join lateral (select sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
                             from ${known.refundedLines} as link
                             where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true
        where deed.kind = 'order' and line.order_key = deed.key) as sold on true`;
}
