import type { Bind, FactWindow } from '../behaviour-counts/store.ts';
import { linkThen, whose } from '../store.ts';

/**
 * SQL of how every customer ordered most often: rows of `customer_key`, `hour` (on the shop's clock), `store` and `channel`; null:
 * no order tells. Of two that came as often the first by name. Cancelled orders are none.
 */
export function orderHabitsQuery({ from, until }: FactWindow, timeZone: string, bind: Bind): string {
  const hour = `extract(hour from fact.occurred_at at time zone ${bind(timeZone)}::text)::int`;
  return `
    select ${whose} as customer_key, mode() within group (order by ${hour}) as hour,
           mode() within group (order by fact.store) as store, mode() within group (order by fact.channel) as channel
    from orders as fact ${linkThen}
    where fact.occurred_at >= ${bind(from)}::timestamptz and fact.occurred_at < ${bind(until)}::timestamptz
      and fact.cancelled_at is null and ${whose} is not null group by 1`;
}

/** SQL of the language of the pages on which customers did most: rows of `customer_key` and `language`, such as `de` of `de-AT`. */
export function languagesQuery({ from, until }: FactWindow, bind: Bind): string {
  return `
    select ${whose} as customer_key,
           mode() within group (order by split_part(lower(fact.page ->> 'language'), '-', 1)) as language
    from events as fact ${linkThen}
    where fact.occurred_at >= ${bind(from)}::timestamptz and fact.occurred_at < ${bind(until)}::timestamptz
      and fact.page ->> 'language' is not null and ${whose} is not null group by 1`;
}
