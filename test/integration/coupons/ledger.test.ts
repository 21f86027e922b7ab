import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { PannierError } from '../../../src/errors.ts';
import { fromMinor } from '../../../src/shop/money.ts';
import { type CouponShop, campaign, decide, openCouponShop, redeem } from '../../support/shops/coupon-shop.ts';

const customers = ['a', 'b', 'c', 'd'];
let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({ customers: Object.fromEntries(customers.map((id) => [id, {}])) });
});
afterAll(() => shop.stop());

const discounts = fc.oneof(
  fc.record({
    type: fc.constant('amount' as const),
    amount: fc.integer({ min: 1, max: 500 }).map((minor) => fromMinor(minor, 2)),
  }),
  fc.record({
    type: fc.constant('percent' as const),
    percent: fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
    maximum_discount: fc.integer({ min: 1, max: 500 }).map((minor) => fromMinor(minor, 2)),
  }),
);

const steps = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('decide' as const), customer: fc.constantFrom(...customers), key: fc.nat(8) }),
    fc.record({
      does: fc.constant('redeem' as const),
      coupon: fc.nat(5),
      key: fc.nat(30),
      price: fc.integer({ min: 0, max: 10_000 }),
    }),
    fc.record({ does: fc.constant('expire' as const) }),
    fc.record({ does: fc.constant('wait' as const), hours: fc.integer({ min: 12, max: 30 }) }),
  ),
  { minLength: 10, maxLength: 60 },
);

let round = 0;

test('whatever is asked, in whatever order and at once: budgets and limits are kept and the ledger adds up', async () => {
  const start = shop.time.now;
  const seen = { issued: 0, redeemed: 0, expired: 0 };
  await fc.assert(
    fc.asyncProperty(
      discounts,
      fc.record(
        { coupons: fc.integer({ min: 1, max: 5 }), money: fc.constantFrom('5.00', '7.77', '20.00') },
        { requiredKeys: [] },
      ),
      fc.integer({ min: 1, max: 3 }),
      steps,
      fc.integer({ min: 1, max: 8 }),
      async (discount, budget, limit, all, together) => {
        const campaignId = `round ${++round}`;
        shop.time.now = start;
        await shop.coupons.createCampaign(
          campaign(campaignId, { discount, budget, limit_per_customer: limit, coupon_valid_days: 1 }),
        );
        const codes: string[] = [];
        const take = async (step: (typeof all)[number]) => {
          if (step.does === 'wait') shop.time.now = new Date(shop.time.now.getTime() + step.hours * 3_600_000);
          else if (step.does === 'expire') await shop.coupons.expireCoupons();
          else if (step.does === 'decide') {
            const asked = { customer_id: step.customer, campaign_ids: [campaignId] };
            const { coupon } = await decide(shop.coupons, asked, `${campaignId} ${step.customer} ${step.key}`);
            if (coupon) codes.push(coupon.code);
          } else if (codes.length > 0) {
            const code = codes[step.coupon % codes.length];
            const lines = [{ item_id: 'any', quantity: 1, unit_price: fromMinor(step.price, 2) }];
            await redeem(shop.coupons, { code, lines }, `${campaignId} ${step.key}`);
          }
        };
        for (let from = 0; from < all.length; from += together) {
          for (const result of await Promise.allSettled(all.slice(from, from + together).map(take))) {
            if (result.status === 'rejected') expect(refusals).toContain((result.reason as PannierError).code);
          }
        }
        const { counters } = await shop.coupons.readCampaign(campaignId);
        expect(counters.issued).toBeLessThanOrEqual(budget.coupons ?? Number.POSITIVE_INFINITY);
        const bound = counters.moneyReservedMinor + counters.moneyRedeemedMinor;
        expect(bound).toBeLessThanOrEqual(budget.money ? Number(budget.money) * 100 : Number.POSITIVE_INFINITY);
        const [most] = await shop.db.query<{ held: number | null }>(
          `select max(held) as held from (select count(*) as held from coupon_uses join campaigns using (campaign_key)
             where campaign_id = $1 and state in ('reserved', 'redeemed') group by customer_key) as held_by_customer`,
          [campaignId],
        );
        expect(most.held ?? 0).toBeLessThanOrEqual(limit);
        expect(await selectDifferences(shop.db)).toEqual([]);
        seen.issued += counters.issued;
        seen.redeemed += counters.redeemed;
        seen.expired += counters.expired;
      },
    ),
    { numRuns: 40, seed: 20_261_121 },
  );
  expect(Math.min(seen.issued, seen.redeemed, seen.expired)).toBeGreaterThan(20);
});

const refusals = ['coupon_already_redeemed', 'coupon_not_redeemable', 'idempotency_mismatch'];
