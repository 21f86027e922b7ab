import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { replayDecisions } from '../../src/coupons/index.ts';
import type { Group } from '../../src/segments/index.ts';
import { type CouponShop, campaign, decide, openCouponShop } from '../support/coupon-shop.ts';

const groups: Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
const customers = 1_000;
const decisions = 10_000;

let shop: CouponShop;
beforeAll(async () => {
  const weak = { averageOrderMinor: 1_000, averageUnitPrice: '5.5' };
  shop = await openCouponShop({
    customers: Object.fromEntries(
      Array.from({ length: customers }, (_, n) => [
        `c${n}`,
        n % 11 === 0 ? null : { group: groups[n % 4], recencyScore: 1 + (n % 5), ...(n % 3 === 0 && weak) },
      ]),
    ),
    items: [
      { item_id: 'beans', category: 'Food > Coffee', price: '9.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
  await shop.db.query(`update customers set profiling_allowed = false where customer_id like '%7'`);
  await shop.coupons.setHoldout({ share: 0.1, exploration_share: 0.2 });
  for (let n = 0; n < 30; n++) {
    await shop.coupons.createCampaign(
      campaign(`campaign ${n}`, {
        priority: n % 7,
        limit_per_customer: 1 + (n % 3),
        budget: { coupons: 20 * (1 + (n % 9)), money: `${100 + n}.00` },
        ...(n % 4 === 0 && { target_groups: [groups[n % 3]!] }),
        ...(n % 5 === 0 && { applies_to: { categories: ['Food'] } }),
        ...(n % 3 === 0 && { minimum_spend: '10.00', control_share: 0.2 }),
        ...(n % 6 === 1 && { limits: [{ per: 'customer', period: 'week', units: 1 }] }),
      }),
    );
  }
}, 30_000);
afterAll(() => shop.stop());

test('10,000 logged decisions, made again from their inputs, are all equal', async () => {
  const carts = [
    undefined,
    [{ item_id: 'beans', quantity: 1.5, unit_price: '9.00' }],
    [{ item_id: 'soap', quantity: 4, unit_price: '2.00' }],
  ];
  const seen = new Map<string, number>();
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
  for (let from = 0; from < decisions; from += 1_000) {
    // Time goes on, some campaigns are paused, some of what was issued expires.
    shop.time.now = new Date(shop.time.now.getTime() + 40 * 3_600_000);
    if (from % 3_000 === 0) await shop.coupons.pauseCampaign(`campaign ${from / 1_000}`);
    await shop.coupons.expireCoupons();
    const asked = Array.from({ length: 1_000 }, (_, n) =>
      decide(shop.coupons, {
        ...(n % 50 !== 0 && { customer_id: `c${(n * 7 + from) % (customers + 20)}` }),
        cart: carts[n % 3],
        ...(n % 20 === 0 && { campaign_ids: [`campaign ${n % 30}`, `campaign ${(n + 1) % 30}`] }),
        ...(n % 9 === 0 && { reserve_seconds: 600 }),
      }),
    );
    for (const decision of await Promise.all(asked)) {
      count(decision.action);
      count(`holdout ${decision.holdout}`);
      if (decision.explored) count('explored');
      for (const { outcome } of decision.campaigns) count(outcome);
    }
  }
  // Everything that can happen has happened.
  const happened = ['coupon', 'lower-priced-goods', 'none', 'holdout global', 'holdout control', 'explored', 'granted'];
  const obstacles = [
    'not-active',
    'group-not-targeted',
    'nothing-in-cart-applies',
    'below-minimum-spend',
    'customer-limit-reached',
  ];
  const more = [
    'period-limit-reached',
    'coupon-budget-spent',
    'money-budget-spent',
    'lower-priority',
    'control-group',
    'not-drawn',
  ];
  for (const what of [...happened, ...obstacles, ...more]) expect([what, seen.get(what) ?? 0]).not.toEqual([what, 0]);

  const report = await replayDecisions(shop.db, decisions);
  expect(report).toEqual({ replayed: decisions, equal: decisions, otherRules: 0, differing: [] });
}, 60_000);
