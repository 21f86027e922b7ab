import { count, type Family, type Grouping, money } from '../family.ts';
import { issuedCoupons, redemptions, reversals, selectDaysOfRedemptions } from './store.ts';

const by = { coupon_campaign: 'campaign_id' };

/** @param first SQL: the order counts for this redemption */
function ofOrders(first: string): Grouping['sums'] {
  return {
    costed_net: money(`sum(costed_minor) filter (where ${first})`),
    net_cost: money(`sum(cost_minor) filter (where ${first})`),
  };
}

/** Coupons on the day they are issued, redeemed and reversed; what is redeemed of those issued, and reversed of those redeemed, restates these days. */
export const coupons: Family = {
  name: 'coupons',
  version: 1,
  reads: ['cost', 'order', 'refund'],
  hangingDays: selectDaysOfRedemptions,
  sources: ({ minorDigits }) => [
    {
      rows: issuedCoupons,
      groupings: [
        {
          by,
          sums: { issued: count('count(*)'), redeemed_of_issued: count('count(*) filter (where is_redeemed)') },
          distinct: { reached: 'customer_key' },
        },
      ],
    },
    {
      rows: redemptions(minorDigits),
      groupings: [
        {
          by,
          sums: {
            redemptions: count('count(*)'),
            standing: count('count(*) filter (where not is_reversed)'),
            discount: money('sum(discount_minor)'),
            net_discount: money('sum(given_minor)'),
          },
          distinct: { redeemers: 'customer_key' },
        },
        { by: {}, sums: ofOrders('is_first')! },
        { by, inAll: false, sums: ofOrders('is_first_of_campaign')! },
      ],
    },
    {
      rows: reversals,
      groupings: [{ by, sums: { reversals: count('count(*)'), reversed: money('sum(amount_minor)') } }],
    },
  ],
};
