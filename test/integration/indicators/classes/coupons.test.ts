import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import {
  campaign,
  couponIsRight,
  decide,
  publishSegments,
  redeem,
  reverse,
} from '../../../support/shops/coupon-shop.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ now: '2026-10-05T12:00:00+02:00' });
});
afterAll(() => shop.stop());

const at = (day: string) => {
  shop.time.now = new Date(`2026-10-${day}T12:00:00+02:00`);
};
const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const by = `${october}&by=coupon_campaign`;
const cups = (quantity: number) => [{ item_id: 'cup', quantity, unit_price: '10.00' }];
/** Tells what was paid for a cup, after the coupon of 3.00. */
const order = (order_id: string, customer_id: string, day: string, quantity: number, unit_price: string) => ({
  ...{ order_id, customer_id, occurred_at: `2026-10-${day}T11:00:00+02:00` },
  lines: [{ item_id: 'cup', quantity, unit_price, unit_cost: '4.00' }],
});
const codes = new Map<string, string>();
const ids = new Map<string, string>();

story('coupons, redeemed one week and reversed the next', (step) => {
  const coupons = () => shop.service.stations.coupons;
  const issue = async (campaignId: string, customer_id: string) => {
    const decision = await decide(coupons(), { customer_id, campaign_ids: [campaignId] });
    codes.set(customer_id, decision.coupon!.code);
  };
  const take = async (customer_id: string, order_id: string, quantity: number) => {
    const taken = await redeem(coupons(), { code: codes.get(customer_id)!, order_id, lines: cups(quantity) });
    ids.set(customer_id, String(taken.redemptionId));
  };

  step('coupons of two campaigns are issued; before that everything is unavailable', async () => {
    await shop.items([{ item_id: 'cup', title: 'Cup', price: '10.00' }]);
    const names = ['A', 'B', 'C', 'D'];
    await shop.send('/v1/customers', { customers: names.map((customer_id) => ({ customer_id })) }, 'PUT');
    await shop.rollUp();
    const { items } = await shop.ask('coupon-reach', october);
    expect(items[0]).toMatchObject({ value: null, reason: 'No coupon was issued to a customer.' });

    const keys = await shop.service.database.query<{ customer_key: number }>('select customer_key from customers');
    await publishSegments(
      shop.service.database,
      keys.map(({ customer_key: customerKey }) => ({ ...couponIsRight, customerKey })),
    );
    const valid = { valid_from: '2026-10-01T00:00:00Z', valid_until: '2026-12-01T00:00:00Z' };
    await coupons().createCampaign(campaign('spring', valid));
    await coupons().createCampaign(campaign('winter', valid));
    for (const name of ['A', 'B', 'C']) await issue('spring', name);
    at('06');
    await issue('winter', 'D');
    await shop.rollUp();
    expect(await shop.values('coupon-reach', by)).toEqual({ '2026-10-01 spring': 3, '2026-10-01 winter': 1 });
    expect(await shop.values('coupon-reach', 'from=2026-10-05&to=2026-10-06')).toEqual({
      ...{ '2026-10-05': 3, '2026-10-06': 1 },
    });
  });

  step('redemptions count on their day, and for the day of issue', async () => {
    at('07');
    await take('A', 'OA', 2);
    at('08');
    await take('B', 'OB', 3);
    await take('D', 'OD', 1);
    await shop.orders([order('OA', 'A', '07', 2, '8.50'), order('OB', 'B', '08', 3, '9.00')]);
    await shop.rollUp();
    expect(await shop.values('coupon-redemptions', 'from=2026-10-07&to=2026-10-08')).toEqual({
      ...{ '2026-10-07': 1, '2026-10-08': 2 },
    });
    expect(await shop.fractions('coupon-redemption-rate', by)).toEqual({
      ...{ '2026-10-01 spring': [0.666667, 2, 3], '2026-10-01 winter': [1, 1, 1] },
    });
    expect(await shop.values('coupon-discount-cost', by)).toEqual({
      ...{ '2026-10-01 spring': '6.00', '2026-10-01 winter': '3.00' },
    });
    // Paid were 17.00 for two cups and 27.00 for three, which cost 8.00 and 12.00: (9 + 15) / 6. Were the 6.00 taken off again, it
    // would be 3. Winter's order has not been told.
    expect(await shop.fractions('coupon-roi-attributed', by)).toEqual({
      ...{ '2026-10-01 spring': [4, '24.00', '6.00'], '2026-10-01 winter': [0, '0.00', '3.00'] },
    });
  });

  step('reversed a week later: on the day of the reversal, and restated on those of redemption and issue', async () => {
    at('15');
    await reverse(coupons(), { reversal_id: 'R1', redemption_id: ids.get('A')! });
    await reverse(coupons(), { reversal_id: 'R2', redemption_id: ids.get('B')!, amount: '1.00' });
    await shop.rollUp();
    expect(await shop.values('coupon-redemptions', 'from=2026-10-07&to=2026-10-08')).toEqual({
      ...{ '2026-10-07': 0, '2026-10-08': 2 },
    });
    expect(await shop.values('coupon-discount-cost', 'from=2026-10-07&to=2026-10-08')).toEqual({
      ...{ '2026-10-07': '0.00', '2026-10-08': '5.00' },
    });
    expect(await shop.fractions('coupon-redemption-rate', 'from=2026-10-05&to=2026-10-05')).toEqual({
      '2026-10-05': [0.333333, 1, 3],
    });
    // B's order alone: 15 / 2.
    expect(await shop.values('coupon-roi-attributed', `${by}&member=spring`)).toEqual({ '2026-10-01 spring': 7.5 });
    // Two reversals, by A, B and D who redeemed; on the 15th nobody redeemed.
    expect(await shop.fractions('coupon-reversals-per-customer', october)).toEqual({ '2026-10-01': [0.666667, 2, 3] });
    expect(await shop.fractions('coupon-reversals-per-customer', 'from=2026-10-15&to=2026-10-15')).toEqual({
      '2026-10-15': [null, 2, 0],
    });
  });

  step('an order told late, of another day, counts on the day of its redemption', async () => {
    await shop.orders([order('OD', 'D', '06', 1, '7.00')]);
    await shop.rollUp();
    // (7 - 4) / 3
    expect(
      await shop.fractions('coupon-roi-attributed', 'from=2026-10-08&to=2026-10-08&by=coupon_campaign&member=winter'),
    ).toEqual({
      '2026-10-08 winter': [1, '3.00', '3.00'],
    });
  });

  step('an erased person was reached by nobody, and what was given stays', async () => {
    await shop.service.ask('admin', 'DELETE', '/v1/customers/B');
    await shop.rollUp();
    expect(await shop.values('coupon-reach', october)).toEqual({ '2026-10-01': 3 });
    expect(await shop.fractions('coupon-reversals-per-customer', october)).toEqual({ '2026-10-01': [1, 2, 2] });
    expect(await shop.values('coupon-discount-cost', october)).toEqual({ '2026-10-01': '5.00' });
  });
});
