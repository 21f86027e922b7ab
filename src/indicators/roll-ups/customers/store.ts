import type { Transaction } from '../../../db/index.ts';
import { ordersRelation } from '../../../intake/index.ts';
import type { CameIn, Facts } from '../family.ts';

/** After so many days without an order a customer is lost; also the window of repurchase. */
export const silentDays = 90;

const localDay = (time: string) => `(${time} at time zone $2)::date`;

/**
 * Orders of the days that name a customer, with the customer's orders before: `previous_at` (null: this is the first), the local day of
 * it, `number` (1, 2, and 3 for all later ones), and the month of the first.
 */
export const customersOrders = ({ orders, known }: Facts) => `
  with sale as materialized (
    select days.day, placed.order_key, placed.occurred_at, placed.channel, placed.store, placed.customer_key, placed.total_minor
    from days join ${orders} as placed on placed.occurred_at >= days.starts_at and placed.occurred_at < days.ends_at
    where placed.customer_key is not null)
  select sale.day, sale.occurred_at as at, sale.channel, sale.store, sale.customer_key, sale.total_minor,
         earlier.at as previous_at, ${localDay('earlier.at')} as previous_day, 1 + least(earlier.count, 2) as number,
         to_char(coalesce(first.at, sale.occurred_at) at time zone $2, 'YYYY-MM') as cohort,
         extract(epoch from sale.occurred_at - coalesce(earlier.at, timestamptz '1970-01-01Z')) / 86400 as days_since_previous
  from sale cross join lateral (
      select max(before.occurred_at) as at, count(*) as count
      from (select other.occurred_at from ${known.orders} as other
            where other.customer_key = sale.customer_key and other.occurred_at <= sale.occurred_at
              and (other.occurred_at, other.order_key) < (sale.occurred_at, sale.order_key)
            order by other.occurred_at desc limit 2) as before) as earlier
    left join lateral (
      select other.occurred_at as at from ${known.orders} as other
      where other.customer_key = sale.customer_key and other.occurred_at <= sale.occurred_at
      order by other.occurred_at limit 1) as first on true`;

/** Customers who ordered so many days before the days, and whether they have ordered again until the end of the day. */
export const customersSince = ({ orders, known }: Facts) => `
  with silence as materialized (
    select day, ends_at, (day - ${silentDays})::timestamp at time zone $2 as starts_at,
           (day - ${silentDays - 1})::timestamp at time zone $2 as next_at
    from days),
  buyer as materialized (
    select distinct silence.day, silence.next_at, silence.ends_at, sale.customer_key
    from silence join ${orders} as sale on sale.occurred_at >= silence.starts_at and sale.occurred_at < silence.next_at
    where sale.customer_key is not null)
  select buyer.day, buyer.customer_key,
         exists (select from ${known.orders} as other
                 where other.customer_key = buyer.customer_key and other.occurred_at >= buyer.next_at
                   and other.occurred_at < buyer.ends_at) as has_returned
  from buyer`;

/**
 * Days of which figures hang on orders of the given days: those on which their customers are silent for long, also since the
 * order before, and all later orders of customers whose first order is among them. Today's hang on nothing that has been counted.
 */
export async function selectHangingDays(
  tx: Transaction,
  days: readonly string[],
  timeZone: string,
  today: string,
): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `with days as materialized (
       select given.day, given.day::timestamp at time zone $2 as starts_at, (given.day + 1)::timestamp at time zone $2 as ends_at
       from unnest($1::date[]) as given (day)),
     sale as materialized (
       select placed.customer_key, placed.occurred_at, placed.order_key
       from days join ${ordersRelation} as placed on placed.occurred_at >= days.starts_at and placed.occurred_at < days.ends_at
       where placed.customer_key is not null and days.day < $3::date),
     ${hanging('select day from days')}
     select distinct day::text from hanging where day is not null and day <= $3::date`,
    [days, timeZone, today],
  );
  return rows.map((row) => row.day);
}

/** The same of orders that came in. */
export async function selectHangingDaysOf(
  tx: Transaction,
  { order }: CameIn,
  timeZone: string,
  today: string,
): Promise<string[]> {
  if (order.length === 0) return [];
  const rows = await tx.query<{ day: string }>(
    `with sale as materialized (
       select placed.customer_key, placed.occurred_at, placed.order_key from ${ordersRelation} as placed
       where placed.order_key = any($1::bigint[]) and placed.customer_key is not null),
     ${hanging(`select ${localDay('sale.occurred_at')} as day from sale`)}
     select distinct day::text from hanging where day is not null and day <= $3::date`,
    [order, timeZone, today],
  );
  return rows.map((row) => row.day);
}

/** SQL of a relation: the days that hang on `sale`, orders, and on days. @param days SQL of a select of these */
const hanging = (days: string) => `hanging as (
       select days.day + ${silentDays} as day from (${days}) as days
       union
       select ${localDay('earlier.at')} + ${silentDays}
       from sale cross join lateral (
         select max(other.occurred_at) as at from ${ordersRelation} as other
         where other.customer_key = sale.customer_key and other.occurred_at < sale.occurred_at) as earlier
       union
       select ${localDay('later.occurred_at')}
       from sale join ${ordersRelation} as later
         on later.customer_key = sale.customer_key and later.occurred_at >= sale.occurred_at
       where not exists (select from ${ordersRelation} as earlier
                         where earlier.customer_key = sale.customer_key and earlier.occurred_at < sale.occurred_at))`;
