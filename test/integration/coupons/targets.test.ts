import { afterAll, beforeAll, expect } from '@jest/globals';
import { campaignsAimedAt, type Decision, replayDecisions } from '../../../src/coupons/index.ts';
import { createSegments, type Segments } from '../../../src/segments/index.ts';
import { story } from '../../support/jest/story.ts';
import { type CouponShop, campaign, decide, openCouponShop, refusalOf } from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
let segments: Segments['defined'];

beforeAll(async () => {
  const weak = { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' };
  shop = await openCouponShop({
    customers: { often: { frequency: 9 }, seldom: { frequency: 1 }, listed: { frequency: 1 }, gone: null, weak },
  });
  const { db, time } = shop;
  segments = createSegments({
    db,
    shop: { minorDigits: 2, timeZone: 'UTC', weekStart: 'monday' },
    clock: () => time.now,
    campaignsAimedAt,
  }).defined;
  await segments.create({ segmentId: 'list-chosen', name: 'Chosen', definition: undefined });
  await segments.replaceMembers('list-chosen', ['listed']);
  await segments.create({ segmentId: 'list-late', name: 'Late', definition: undefined });
  await segments.create({
    segmentId: 'rule-often',
    name: 'Often',
    definition: { rfm: 'frequency', at_least: 5 },
  });
  await segments.create({
    segmentId: 'rule-named',
    name: 'Named',
    definition: {
      any: [{ segment: ['rule-often', 'group-ordinary'] }, { not: { tag: 'price-sensitivity', is: ['low'] } }],
    },
  });
});
afterAll(() => shop.stop());

const outcomesOf = ({ campaigns }: Decision) =>
  Object.fromEntries(campaigns.map(({ campaignId, outcome }) => [campaignId, outcome]));

story('campaigns aimed at segments', (step) => {
  step('a campaign is for who is in one of its segments, as of the last refresh, and for nobody else', async () => {
    const { coupons, db } = shop;
    const targets = ['rule-often', 'list-chosen'];
    const made = await coupons.createCampaign(campaign('aimed', { target_segments: targets, limit_per_customer: 9 }));
    expect(made.targetSegments).toEqual(['list-chosen', 'rule-often']);
    const asked = ['often', 'listed', 'seldom', 'gone', undefined].map((customer_id) =>
      decide(coupons, { ...(customer_id && { customer_id }), campaign_ids: ['aimed'] }),
    );
    const decisions = await Promise.all(asked);
    expect(decisions.map(({ action }) => action)).toEqual(['coupon', 'coupon', 'none', 'none', 'none']);
    expect(outcomesOf(decisions[2])).toEqual({ aimed: 'not-in-target-segment' });
    expect(await coupons.qualify({ customer_id: 'seldom', campaign_ids: ['aimed'] }, 1)).toMatchObject({
      campaigns: [{ campaignId: 'aimed', outcome: 'not-in-target-segment' }],
    });

    await segments.replaceMembers('list-chosen', ['seldom']);
    const again = await Promise.all(
      ['listed', 'seldom'].map((customer_id) => decide(coupons, { customer_id, campaign_ids: ['aimed'] })),
    );
    expect(again.map(({ action }) => action)).toEqual(['none', 'coupon']);
    // Whom the answers were for is in no segment any more, and yet they come out as they were.
    await segments.replaceMembers('list-chosen', []);
    expect(await replayDecisions(db, 100)).toMatchObject({ replayed: 7, equal: 7, differing: [] });
  });

  step('whoever objects to profiling is in no segment from the next decision on', async () => {
    const { coupons, db } = shop;
    await segments.replaceMembers('list-chosen', ['listed']);
    await db.query(`update customers set profiling_allowed = false where customer_id = 'listed'`);
    const decision = await decide(coupons, { customer_id: 'listed', campaign_ids: ['aimed'] });
    expect(decision).toMatchObject({ action: 'none', cause: 'profiling-not-allowed' });
    const [{ inputs }] = await db.query<any>('select inputs from coupon_decisions where decision_id = $1', [
      decision.decisionId,
    ]);
    expect(inputs.segments).toBeUndefined();
  });

  step('a segment that is not known, or is found by a barred attribute, is no target', async () => {
    const unknown = campaign('unknown', { target_segments: ['list-chosen', 'list-nobody'] });
    expect(await refusalOf(shop.coupons.createCampaign(unknown))).toEqual({
      code: 'invalid_request',
      fields: ['/target_segments/1'],
    });
    for (const barred of ['frequency', 'group', 'monetary_score', 'price-sensitivity', 'price_sensitivity']) {
      const wary = shop.withParts({ config: { minorDigits: 2, barredAttributes: [barred] } });
      const aimed = campaign(`wary of ${barred}`, { target_segments: ['list-chosen', 'rule-named'] });
      const refusal = wary.createCampaign(aimed);
      await expect(refusal).rejects.toThrow(/^\/target_segments\/1 is found by \w+, which is barred from decisions/);
      await expect(wary.createCampaign({ ...aimed, target_segments: ['list-chosen'] })).resolves.toBeDefined();
    }
    // Barred later, the rule finds nobody any more.
    const wary = shop.withParts({ config: { minorDigits: 2, barredAttributes: ['frequency'] } });
    const decision = await decide(wary, { customer_id: 'often', campaign_ids: ['aimed'] });
    expect(outcomesOf(decision)).toEqual({ aimed: 'not-in-target-segment' });
  });

  step('who is barred by a score is not judged by the group that the score is part of', async () => {
    for (const barred of ['recency_score', 'frequency_score', 'monetary_score']) {
      const wary = shop.withParts({ config: { minorDigits: 2, barredAttributes: [barred] } });
      expect(await decide(wary, { customer_id: 'often' })).toMatchObject({
        cause: 'undetermined',
        group: null,
        evidence: {},
      });
      const aimed = campaign(`groups without ${barred}`, { target_groups: ['ordinary'] });
      expect(await refusalOf(wary.createCampaign(aimed))).toMatchObject({ fields: ['/target_groups'] });
    }
  });

  step('goods of a lower price are not compared with what a customer pays where that is barred', async () => {
    const compared = async (barredAttributes: string[]) => {
      const asked: (string | null)[] = [];
      const lowerPricedItems = async ({ comparedTo }: { comparedTo: string | null }) => {
        asked.push(comparedTo);
        return [];
      };
      const wary = shop.withParts({ config: { minorDigits: 2, barredAttributes }, lowerPricedItems });
      await decide(wary, { customer_id: 'weak' });
      return asked;
    };
    expect(await compared([])).toEqual([expect.stringMatching(/^5\.5/)]);
    // What goods cost in this shop is nobody's attribute.
    expect(await compared(['average_unit_price'])).toEqual(['8']);
  });

  step('a segment stays while a campaign aims at it that is not over', async () => {
    const { coupons, time } = shop;
    await coupons.createCampaign(campaign('late', { target_segments: ['list-late'] }));
    await expect(segments.remove('list-late')).rejects.toMatchObject({ code: 'conflict', message: /: late\.$/ });
    await coupons.pauseCampaign('late');
    expect(await refusalOf(segments.remove('list-late'))).toEqual({ code: 'conflict', fields: [] });
    const now = time.now;
    time.now = new Date('2026-05-01T00:00:00Z');
    await segments.remove('list-late');
    // The same again is the same campaign, and a new one cannot aim at what is gone.
    await expect(coupons.createCampaign(campaign('late', { target_segments: ['list-late'] }))).resolves.toBeDefined();
    const next = campaign('next', { target_segments: ['list-late'] });
    expect(await refusalOf(coupons.createCampaign(next))).toMatchObject({ fields: ['/target_segments/0'] });
    time.now = now;
  });

  step('a campaign that is being made and the removal of its segment do not pass each other', async () => {
    for (let n = 0; n < 10; n++) {
      const segmentId = `list-race-${n}`;
      await segments.create({ segmentId, name: segmentId, definition: undefined });
      const made = shop.coupons.createCampaign(campaign(`race ${n}`, { target_segments: [segmentId] }));
      const [creation, removal] = await Promise.allSettled([made, segments.remove(segmentId)]);
      expect([creation.status, removal.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});
