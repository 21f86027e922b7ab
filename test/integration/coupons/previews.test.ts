import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../../support/service/contract.ts';
import { createTestService } from '../../support/service/service.ts';
import { type CouponShop, couponIsRight, decide, openCouponShop } from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
/** Eight for whom a coupon is right, two of a group that buys well, one without orders, and one who objects. */
const right = Array.from({ length: 8 }, (_, n) => `right-${n}`);

beforeAll(async () => {
  shop = await openCouponShop({
    customers: {
      ...Object.fromEntries(right.map((id) => [id, couponIsRight])),
      'well-1': { ...couponIsRight, group: 'high-value' },
      'well-2': { ...couponIsRight, group: 'high-value' },
      new: null,
      objects: couponIsRight,
    },
  });
  await shop.db.query(`update customers set profiling_allowed = false where customer_id = 'objects'`);
});
afterAll(() => shop.stop());

const campaign = {
  campaign_id: 'spring',
  name: 'Spring',
  discount: { type: 'amount' as const, amount: '2.50' },
  valid_from: '2026-03-01T00:00:00Z',
  valid_until: '2026-04-01T00:00:00Z',
};

/** Every row that a preview could have written. */
const written = () =>
  shop.db.query(`select (select count(*) from campaigns) + (select count(*) from coupon_decisions) + (select count(*) from coupons)
    + (select count(*) from campaign_sets) + (select count(*) from experiment_assignments) as rows`);

// Would see: somebody counted who objects, a preview that is another than the decisions that follow, and one that writes.
test('tells who would get it, by group, and then they do', async () => {
  const before = await written();
  const preview = await shop.coupons.previewCampaign({ ...campaign, target_groups: ['low-contribution'] }, 100);
  expect(await written()).toEqual(before);
  expect(preview).toMatchObject({ customers: 11, sampled: 11, coupons: 8, mostCostMinor: 2_000 });
  const low = preview.groups.find(({ group }) => group === 'low-contribution');
  expect(low).toEqual({ group: 'low-contribution', sampled: 8, outcomes: { granted: 8 } });
  const others = preview.groups.filter(({ group }) => group !== 'low-contribution');
  expect(others.reduce((sum, { sampled }) => sum + sampled, 0)).toBe(3);
  expect(others.flatMap(({ outcomes }) => Object.keys(outcomes))).not.toContain('granted');
});

test('within its budgets, and without a bound where the discount has none', async () => {
  const coupons = await shop.coupons.previewCampaign({ ...campaign, budget: { coupons: 3 } }, 100);
  expect(coupons).toMatchObject({ coupons: 3, mostCostMinor: 750 });
  const money = await shop.coupons.previewCampaign({ ...campaign, budget: { money: '10.00' } }, 100);
  expect(money.mostCostMinor).toBe(1_000);
  const percent = { type: 'percent' as const, percent: 10 };
  expect((await shop.coupons.previewCampaign({ ...campaign, discount: percent }, 100)).mostCostMinor).toBeNull();
});

test('of a sample only, which tells of all', async () => {
  const preview = await shop.coupons.previewCampaign(campaign, 4);
  const granted = preview.outcomes.granted ?? 0;
  expect(preview).toMatchObject({ customers: 11, sampled: 4, coupons: Math.round((granted * 11) / 4) });
});

// Would see: arms drawn otherwise than decisions draw them.
test('in the arms that would hold', async () => {
  const held = { ...campaign, control_share: 0.5 };
  const preview = await shop.coupons.previewCampaign(held, 100);
  const { granted = 0, 'control-group': control = 0 } = preview.outcomes;
  expect(granted + control).toBeGreaterThanOrEqual(8);
  await shop.coupons.createCampaign(held);
  let decided = 0;
  for (const customer_id of right) {
    const { campaigns } = await decide(shop.coupons, { customer_id, campaign_ids: ['spring'] });
    if (campaigns.some(({ outcome }) => outcome === 'granted')) decided++;
  }
  const low = preview.groups.find(({ group }) => group === 'low-contribution');
  expect(low?.outcomes.granted ?? 0).toBe(decided);
});

test('over HTTP: what is no campaign is refused as it is when it is created', async () => {
  const service = await createTestService();
  try {
    const ask = (body: unknown) => call(service.url, 'previewCampaign', { body, headers: service.as('coupons') });
    const { status, json } = await ask({ campaign });
    expect([status, json]).toEqual([
      200,
      { customers: 0, sampled: 0, groups: [], outcomes: {}, coupons: 0, most_cost: '0.00', opens_at: null },
    ]);
    const backwards = await ask({ campaign: { ...campaign, valid_until: '2026-02-01T00:00:00Z' } });
    expect([backwards.status, backwards.json.errors[0].field]).toEqual([409, '/campaign/valid_until']);
    const nowhere = await ask({ campaign: { ...campaign, target_segments: ['rule-none'] } });
    expect([nowhere.status, nowhere.json.errors[0].field]).toEqual([409, '/campaign/target_segments']);
    expect((await ask({ campaign: { campaign_id: 'x' } })).status).toBe(400);
    expect((await ask({ campaign, customers: 5_001 })).status).toBe(400);
  } finally {
    await service.stop();
  }
});
