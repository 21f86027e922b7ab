import { linkThen, literal } from '../states/store.ts';

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
