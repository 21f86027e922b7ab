import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { call } from '../../support/service/contract.ts';
import { createTestService } from '../../support/service/service.ts';
import { type CouponShop, couponIsRight, decide, openCouponShop, refusalOf } from '../../support/shops/coupon-shop.ts';

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
  // Three of the eleven are not whom it is for, and are in no count.
  expect(preview).toMatchObject({ customers: 11, target: 8, sampled: 8, coupons: 8, mostCostMinor: 2_000 });
  expect(preview.groups).toEqual([{ group: 'low-contribution', sampled: 8, outcomes: { granted: 8 } }]);
  const [granted, ...others] = preview.examples;
  expect([granted.outcome, granted.customerIds.length, others]).toEqual(['granted', 5, []]);
  for (const id of granted.customerIds) expect(right).toContain(id);
});

// Would see: people counted whom the campaign is not for, as who needs no coupon.
test('of a segment, all of it, and of nobody else', async () => {
  await shop.db.query(
    `insert into defined_segments (segment_id, name, created_at) values ('list-some', 'Some', now()), ('list-two', 'Two', now())`,
  );
  const put = async (id: string, members: readonly string[]) => {
    await shop.db.query(
      `with refresh as (insert into segment_refreshes (segment_key, as_of, versions, members, arrived, departed)
         select segment_key, now(), '{}', $2, $2, 0 from defined_segments where segment_id = $1 returning segment_key, refresh_id)
       insert into segment_memberships (segment_key, customer_key, entered_refresh, entered_at)
       select segment_key, customer_key, refresh_id, now() from refresh, customers where customer_id = any($3)`,
      [id, members.length, members],
    );
  };
  await put('list-some', ['right-0', 'right-1', 'well-1', 'new', 'objects']);
  await put('list-two', ['right-1', 'right-2']);
  const of = (terms: object) => shop.coupons.previewCampaign({ ...campaign, ...terms }, 100);
  expect(await of({ target_segments: ['list-some'] })).toMatchObject({
    ...{ customers: 11, target: 4, sampled: 4, coupons: 3 },
    outcomes: { granted: 3, 'not-needed': 1 },
  });
  expect(await of({ target_segments: ['list-some', 'list-two'], target_groups: ['low-contribution'] })).toMatchObject({
    ...{ target: 3, sampled: 3, outcomes: { granted: 3 } },
  });
  expect(await of({ target_segments: ['list-two'], target_groups: ['ordinary'] })).toMatchObject({
    ...{ target: 0, sampled: 0, outcomes: {}, examples: [], coupons: 0 },
  });

  // A giving decides about all members, and gives to those whom the campaign is for.
  await shop.coupons.createCampaign({ ...campaign, campaign_id: 'given', target_segments: ['list-some'] });
  const given = (whom: object) => shop.coupons.previewGiving('given', whom, 100);
  const before = await written();
  expect(await given({ segment_id: 'list-two' })).toMatchObject({
    ...{ customers: 2, target: 1, sampled: 1, coupons: 1, mostCostMinor: 250, outcomes: { granted: 1 } },
    examples: [{ outcome: 'granted', customerIds: ['right-1'] }],
  });
  expect(await given({})).toMatchObject({ customers: 11, target: 4, outcomes: { granted: 3, 'not-needed': 1 } });
  expect(await written()).toEqual(before);
  await shop.coupons.createGiving('given', { giving_id: 'two', segment_id: 'list-two' });
  await shop.coupons.giveDue();
  const { outcomes } = await shop.coupons.readGiving('given', 'two');
  expect(outcomes).toEqual({ granted: 1, 'not-in-target-segment': 1 });
  // Who has theirs gets no second one.
  expect(await given({})).toMatchObject({
    outcomes: { granted: 2, 'customer-limit-reached': 1, 'not-needed': 1 },
    coupons: 2,
  });
});

test('a giving is previewed as it is asked for: at its moment, within what is left, refused naming the field', async () => {
  const terms = { budget: { coupons: 5 }, limits: [{ per: 'campaign', period: 'day', units: 3 } as const] };
  await shop.coupons.createCampaign({
    ...campaign,
    ...terms,
    campaign_id: 'later',
    valid_from: '2026-03-20T00:00:00Z',
  });
  const preview = await shop.coupons.previewGiving('later', {}, 100);
  expect(preview).toMatchObject({
    outcomes: { granted: 10, 'not-needed': 1 },
    coupons: 3,
    opensAt: new Date('2026-03-20T00:00:00Z'),
  });
  await shop.coupons.pauseCampaign('later');
  expect(await shop.coupons.previewGiving('later', {}, 100)).toEqual(preview);
  const fault = (id: string, whom: object) => refusalOf(shop.coupons.previewGiving(id, whom, 100));
  expect(await fault('none', {})).toEqual({ code: 'not_found', fields: [] });
  expect((await fault('later', { segment_id: 'rule-none' })).fields).toEqual(['/segment_id']);
  expect((await fault('later', { starts_at: '2026-04-01T00:00:00Z' })).fields).toEqual(['/starts_at']);
});

test('within its budgets, and without a bound where the discount has none', async () => {
  const coupons = await shop.coupons.previewCampaign({ ...campaign, budget: { coupons: 3 } }, 100);
  expect(coupons).toMatchObject({ coupons: 3, mostCostMinor: 750 });
  const money = await shop.coupons.previewCampaign({ ...campaign, budget: { money: '10.00' } }, 100);
  expect(money).toMatchObject({ coupons: 4, mostCostMinor: 1_000 });
  const percent = { type: 'percent' as const, percent: 10 };
  expect((await shop.coupons.previewCampaign({ ...campaign, discount: percent }, 100)).mostCostMinor).toBeNull();
});

test('of a sample only, which tells of all', async () => {
  const preview = await shop.coupons.previewCampaign(campaign, 4);
  const granted = preview.outcomes.granted ?? 0;
  expect(preview).toMatchObject({ customers: 11, target: 11, sampled: 4, coupons: Math.round((granted * 11) / 4) });
});

// Would see: arms drawn otherwise than decisions draw them.
test('in the arms that would hold', async () => {
  const held = { ...campaign, campaign_id: 'held', control_share: 0.5 };
  const preview = await shop.coupons.previewCampaign(held, 100);
  const { granted = 0, 'control-group': control = 0 } = preview.outcomes;
  expect(granted + control).toBeGreaterThanOrEqual(8);
  await shop.coupons.createCampaign(held);
  let decided = 0;
  for (const customer_id of right) {
    const { campaigns } = await decide(shop.coupons, { customer_id, campaign_ids: ['held'] });
    if (campaigns.some(({ outcome }) => outcome === 'granted')) decided++;
  }
  const low = preview.groups.find(({ group }) => group === 'low-contribution');
  expect(low?.outcomes.granted ?? 0).toBe(decided);
});

// Would see: a raise that seems to begin anew, so that who has theirs is counted again and the budget is whole.
test('of a campaign that there is, with what it has given', async () => {
  const terms = { ...campaign, campaign_id: 'raised', budget: { coupons: 5 } };
  await shop.coupons.createCampaign(terms);
  for (const customer_id of right.slice(0, 4)) {
    await decide(shop.coupons, { customer_id, campaign_ids: ['raised'] });
  }
  const before = await written();
  const change = (to: object) => shop.coupons.previewCampaign({ ...terms, ...to }, 100);
  // Four of the eight have theirs, and 7 - 4 coupons are left.
  expect(await change({ budget: { coupons: 7 } })).toMatchObject({
    coupons: 3,
    outcomes: { granted: 6, 'customer-limit-reached': 4, 'not-needed': 1 },
  });
  expect(await change({ limit_per_customer: 2, budget: {} })).toMatchObject({ coupons: 10, outcomes: { granted: 10 } });
  expect(await written()).toEqual(before);
});

test('over HTTP: what is no campaign is refused as it is when it is created', async () => {
  const service = await createTestService();
  try {
    const ask = (body: unknown) => call(service.url, 'previewCampaign', { body, headers: service.as('coupons') });
    const { status, json } = await ask({ campaign });
    expect([status, json]).toEqual([
      200,
      {
        ...{ customers: 0, target: 0, sampled: 0, groups: [], outcomes: {}, examples: [] },
        ...{ coupons: 0, most_cost: '0.00', opens_at: null },
      },
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
