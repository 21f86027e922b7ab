import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { campaign, redeem } from '../../support/shops/coupon-shop.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ now: '2026-10-05T12:00:00+02:00' });
});
afterAll(() => shop.stop());

const autumn = 'from=2026-09-01&to=2026-11-15&grain=month';
const arms = 120;
/** Who had a coupon of 3.00 paid less for the same cup. */
const paid = new Map<string, string>();

story('what coupons added over a control', (step) => {
  step('two arms of 120 customers, of whom 60 and 30 buy', async () => {
    const { coupons } = shop.service.stations;
    await shop.items([{ item_id: 'cup', title: 'Cup', price: '10.00' }]);
    const named = (arm: string) => Array.from({ length: arms }, (_, n) => ({ customer_id: `${arm} ${n}` }));
    await shop.send('/v1/customers', { customers: [...named('treatment'), ...named('control')] }, 'PUT');
    const valid = { valid_from: '2026-10-01T00:00:00Z', valid_until: '2026-12-01T00:00:00Z' };
    await coupons.createCampaign(campaign('spring', { ...valid, control_share: 0.5 }));
    await coupons.createCampaign(campaign('alone', valid));
    await shop.service.database.query(
      `insert into experiment_assignments (experiment_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
       select experiment_key, customer_key, split_part(customer_id, ' ', 1), 0.5, 0, 1, '2026-10-05T12:00:00+02:00'
       from customers, campaigns where campaign_id = 'spring'`,
    );
    const order = (customer_id: string) => ({
      ...{ order_id: `of ${customer_id}`, customer_id, occurred_at: '2026-10-10T12:00:00+02:00' },
      lines: [{ item_id: 'cup', quantity: 1, unit_price: paid.get(customer_id) ?? '10.00', unit_cost: '4.00' }],
    });
    // Costs are those of the items of now.
    await shop.items([{ item_id: 'cup', cost: '4.00', updated_at: '2026-10-05T12:00:00+02:00' }]);
    shop.time.now = new Date('2026-10-10T12:00:00+02:00');
    // By SQL, because a campaign with a control gives out no such codes: which arm decisions draw is chance.
    await shop.service.database.query(
      `insert into coupons (code, campaign_key, kind, usage_limit, issued_at)
       select 'CAMP', campaign_key, 'shared', 50, now() from campaigns where campaign_id = 'spring'`,
    );
    for (let n = 0; n < 10; n++) {
      const customer_id = `treatment ${n}`;
      await redeem(coupons, { code: 'CAMP', order_id: `of ${customer_id}`, customer_id });
      paid.set(customer_id, '7.00');
    }
    shop.time.now = new Date('2026-11-15T12:00:00+01:00');
    const buyers = [...named('treatment').slice(0, 60), ...named('control').slice(0, 30)];
    await shop.orders(buyers.map(({ customer_id }) => order(customer_id)));
  });

  step('return and cost of an order that was added, from the start up to the end of each month', async () => {
    // Orders added: 120 times (60 / 120 - 30 / 120) = 30, of 6.00 each; 10 redemptions of 3.00 cost 30.00: (180 - 30) / 30.
    expect(await shop.fractions('coupon-roi-incremental', `${autumn}&by=coupon_campaign`)).toEqual({
      ...{ '2026-09-01 spring': [null, null, null], '2026-10-01 spring': [5, '150.00', '30.00'] },
      '2026-11-01 spring': [5, '150.00', '30.00'],
    });
    expect(await shop.fractions('cost-per-incremental-order', `${autumn}&by=coupon_campaign`)).toMatchObject({
      '2026-10-01 spring': ['1.00', '30.00', 30],
    });
    expect(await shop.values('coupon-roi-incremental', autumn)).toEqual({
      ...{ '2026-09-01': null, '2026-10-01': 5, '2026-11-01': 5 },
    });
  });

  step('without a control nothing is said', async () => {
    const { items } = await shop.ask('coupon-roi-incremental', `${autumn}&by=coupon_campaign&member=alone`);
    expect(items.map(({ value, status }: any) => [value, status])).toEqual(Array(3).fill([null, 'unavailable']));
    expect(items[0].reason).toMatch(/^Nothing was measured of the campaign/);
  });
});
