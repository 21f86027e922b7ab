import { tasteEventTypes } from '../../behaviours.ts';
import { linkThen } from '../store.ts';

/** COPY takes no parameters; a Date's ISO form has nothing to escape. */
function literal(time: Date): string {
  return `timestamptz '${time.toISOString()}'`;
}

const milliseconds = (time: string) => `floor(extract(epoch from ${time}) * 1000)::int8`;

export function orderLinesQuery(asOf: Date, watermark: Date): string {
  const inSnapshot = (fact: string) =>
    `${fact}.occurred_at < ${literal(asOf)} and ${fact}.received_at <= ${literal(watermark)}`;
  return `
    select fact.order_key, case when customers.profiling_allowed then customers.customer_key end, line.item_key,
           ${milliseconds('fact.occurred_at')}, line.quantity, line.amount_minor, line.unit_price, line.list_price,
           undone.refunds, (line.coupon_code is not null)::int
    from orders fact join order_lines line using (order_key)
    ${linkThen}
    left join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key)
    left join (select order_key, order_line_number,
                      string_agg(concat_ws(' ', ${milliseconds('refund.occurred_at')}, link.quantity, link.amount_minor), ';'
                                 order by refund.occurred_at, refund_key) as refunds
               from refund_links link join refunds refund using (refund_key) where ${inSnapshot('refund')}
               group by order_key, order_line_number) as undone
      on undone.order_key = line.order_key and undone.order_line_number = line.line_number
    where ${inSnapshot('fact')}
    order by fact.occurred_at, fact.order_key, line.line_number`;
}

const tasting = tasteEventTypes.map((type) => `'${type}'`).join();

export function behavioursQuery(asOf: Date, watermark: Date): string {
  return `
    select customers.customer_key, fact.item_key, fact.type, ${milliseconds('fact.occurred_at')}
    from events fact
    ${linkThen}
    join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key) and profiling_allowed
    where fact.item_key is not null and fact.type in (${tasting}) and fact.occurred_at < ${literal(asOf)} and fact.received_at <= ${literal(watermark)}
    order by fact.occurred_at, fact.event_key`;
}

/** What COPY gives without a need to unescape it. */
const plainWord = `'^[A-Za-z0-9][A-Za-z0-9 _.-]{0,31}$'`;

export function channelsQuery(asOf: Date, watermark: Date): string {
  return `
    select customers.customer_key, fact.properties->>'channel' as channel, count(*)
    from events fact
    ${linkThen}
    join customers on customers.customer_key = coalesce(fact.customer_key, link.customer_key) and profiling_allowed
    where fact.properties->>'channel' ~ ${plainWord}
      and fact.occurred_at < ${literal(asOf)} and fact.received_at <= ${literal(watermark)}
    group by 1, 2 order by 1, (fact.properties->>'channel') collate "C"`;
}
