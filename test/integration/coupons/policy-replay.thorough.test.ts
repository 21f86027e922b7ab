import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { type PolicyElement, replayDecisions } from '../../../src/coupons/index.ts';
import type { CustomerSegment } from '../../../src/segments/index.ts';
import { type CouponShop, campaign, decide, openCouponShop } from '../../support/shops/coupon-shop.ts';

const decisions = 10_000;
const people = 500;
const random = seededRandom(20260310);
const groups = ['high-value', 'high-quality', 'ordinary', 'low-contribution'] as const;
const customers: Record<string, Partial<CustomerSegment> | null> = Object.fromEntries(
  Array.from({ length: people }, (_, place) => {
    const group = groups[place % 4];
    const monetaryMinor = 1_000 + Math.floor(random() * 6_000);
    const segment = { group, recencyScore: 1 + (place % 5), monetaryMinor, averageOrderMinor: monetaryMinor };
    return [`c${place}`, place % 11 === 0 ? null : { ...segment, averageUnitPrice: String(2 + (place % 9)) }];
  }),
);

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({ customers, items: [{ item_id: 'tea', price: '2.00' }] });
}, 120_000);
afterAll(() => shop.stop());

const terms = (id: string, change: object = {}) =>
  campaign(id, { budget: { coupons: 100_000 }, limit_per_customer: 1_000, control_share: 0.1, ...change });

/** Five changes of terms, and five of policies, one after each portion of decisions. */
const changes: (() => Promise<unknown>)[] = [
  () => shop.coupons.changeCampaign('first', terms('first', { policy: 'everyone', control_share: 0.1 })),
  () => publish('by-cause', { kind: 'by-cause', lapsing_recency_score: { 'high-value': 5 }, weak_purse: 0.4 }),
  () =>
    shop.coupons.changeCampaign('second', terms('second', { discount: { type: 'percent', percent: 10 }, priority: 5 })),
  async () => {
    await publish('own', {
      kind: 'rules',
      rules: [
        { when: { groups: ['ordinary'], cart: { least: '15.00' } }, action: 'give', largest_discount: '3.00' },
        { when: { ordered: true }, action: 'refuse' },
      ],
      otherwise: 'give',
    });
    await shop.coupons.makeDefaultPolicy('own');
  },
  () => shop.coupons.changeCampaign('first', terms('first', { policy: 'first-order', minimum_spend: '10.00' })),
  () => publish('own', { kind: 'by-cause', discount_prone: 0.1 }),
  () => shop.coupons.changeCampaign('second', terms('second', { policy: 'own', target_groups: ['ordinary'] })),
  () => shop.coupons.publishPolicy('by-cause', 1),
  () => shop.coupons.changeCampaign('first', terms('first', { discount: { type: 'free-shipping' } })),
  () => shop.coupons.makeDefaultPolicy('everyone'),
];

async function publish(policyId: string, element: PolicyElement) {
  const { version } = await shop.coupons.proposePolicy(policyId, element, null);
  await shop.coupons.publishPolicy(policyId, version);
}

test('ten thousand decisions come out as they were after five changes of terms and five of policies', async () => {
  await shop.experiments.setHoldout({ share: 0.05, exploration_share: 0.1 });
  for (const id of ['first', 'second', 'third']) await shop.coupons.createCampaign(terms(id));
  const portion = decisions / changes.length;
  for (const change of changes) {
    for (let at = 0; at < portion; at += 100) {
      const asked = Array.from({ length: 100 }, () => ({
        customer_id: `c${Math.floor(random() * people)}`,
        ...(random() < 0.5 && {
          cart: [{ item_id: 'tea', quantity: 1 + Math.floor(random() * 20), unit_price: '2.00' }],
        }),
      }));
      await Promise.all(asked.map((element) => decide(shop.coupons, element)));
    }
    await change();
  }
  const report = await replayDecisions(shop.db, decisions * 2);
  expect(report).toEqual({ replayed: decisions, equal: decisions, otherRules: 0, differing: [] });
  const rows = await shop.db.query<{ sets: number; policies: number }>(
    `select count(distinct set_id)::int as sets, count(distinct key)::int as policies
     from campaign_sets cross join lateral unnest(policy_keys) as key`,
  );
  expect(rows[0].sets).toBeGreaterThanOrEqual(10);
  expect(rows[0].policies).toBeGreaterThanOrEqual(6);
}, 600_000);
