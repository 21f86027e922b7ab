import { issuedCouponsRelation, redemptionsRelation, reversalsRelation } from '../../../coupons/index.ts';
import type { Transaction } from '../../../db/index.ts';
import { orderLinesRelation, ordersRelation, refundedLinesRelation } from '../../../intake/index.ts';

const within = (time: string) => `${time} >= days.starts_at and ${time} < days.ends_at`;

/** Coupons issued on the days. */
export const issuedCoupons = `
  select days.day, coupon.campaign_id, coupon.customer_key, coupon.is_redeemed
  from days join ${issuedCouponsRelation} as coupon on ${within('coupon.issued_at')}`;

/** Reversals of the days. */
export const reversals = `
  select days.day, undone.campaign_id, undone.customer_key, undone.amount_minor
  from days join ${reversalsRelation} as undone on ${within('undone.reversed_at')}`;

/**
 * Redemptions of the days, with the order that they were redeemed on, where it has come: what is left of its lines of known cost. An
 * order with several coupons is the first one's, in all (`is_first`) and of each campaign (`is_first_of_campaign`).
 */
export function redemptions(minorDigits: number): string {
  const earlier = (more: string) => `not used.is_reversed and not exists (
      select from ${redemptionsRelation} as earlier
      where earlier.order_id = used.order_id and earlier.use_id < used.use_id and not earlier.is_reversed ${more})`;
  return `
    select days.day, used.campaign_id, used.customer_key, used.is_reversed, used.discount_minor,
           used.discount_minor - used.reversed_minor as given_minor,
           (${earlier('')}) as is_first, (${earlier('and earlier.campaign_id = used.campaign_id')}) as is_first_of_campaign,
           sold.costed_minor, sold.cost_minor
    from days join ${redemptionsRelation} as used on ${within('used.redeemed_at')}
      left join ${ordersRelation} as sale on sale.order_id = used.order_id and not sale.is_cancelled
      left join lateral (
        select sum(line.amount_minor - coalesce(undone.amount_minor, 0)) filter (where line.unit_cost_minor is not null)
                 as costed_minor,
               sum(round(line.unit_cost_minor * (line.quantity - coalesce(undone.quantity, 0)))) as cost_minor
        from ${orderLinesRelation(minorDigits)} as line
          left join lateral (select sum(link.quantity) as quantity, sum(link.amount_minor) as amount_minor
                             from ${refundedLinesRelation} as link
                             where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone on true
        where line.order_key = sale.order_key) as sold on true`;
}

/** Days on which coupons were redeemed on orders of the touched days. */
export async function selectDaysOfRedemptions(
  tx: Transaction,
  days: readonly string[],
  timeZone: string,
): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `select distinct (used.redeemed_at at time zone $2)::date::text as day
     from unnest($1::date[]) as given (day)
       join ${ordersRelation} as sale on sale.occurred_at >= given.day::timestamp at time zone $2
         and sale.occurred_at < (given.day + 1)::timestamp at time zone $2
       join ${redemptionsRelation} as used on used.order_id = sale.order_id`,
    [days, timeZone],
  );
  return rows.map(({ day }) => day);
}
