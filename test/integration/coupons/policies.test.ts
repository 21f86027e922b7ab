import { afterAll, beforeAll, expect } from '@jest/globals';
import { campaignsAimedAt, replayDecisions } from '../../../src/coupons/index.ts';
import { type CustomerSegment, createSegments } from '../../../src/segments/index.ts';
import { story } from '../../support/jest/story.ts';
import { type CouponShop, campaign, decide, openCouponShop } from '../../support/shops/coupon-shop.ts';

/** Of every kind of need, by what a shopkeeper would say of them. */
const kinds: Record<string, Partial<CustomerSegment> | null> = {
  'buys anyway': { group: 'high-value', recencyScore: 5 },
  'of quality': { group: 'high-quality', recencyScore: 4 },
  'about to leave': { group: 'high-value', recencyScore: 2 },
  'fine purse': {},
  'weak purse': { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' },
  unclear: { group: 'ordinary', averageUnitPrice: '5.5' },
  'without an order': null,
};
const each = 30;
const members = Object.keys(kinds).flatMap((kind) => Array.from({ length: each }, (_, n) => `${kind} ${n}`));
/** By cause: whoever is about to leave, or could buy more. */
const inNeed = ['about to leave', 'fine purse'];

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: {
      ...Object.fromEntries(members.map((id) => [id, kinds[id.replace(/ \d+$/, '')]])),
      'not aimed at': {},
      objecting: {},
    },
    items: [{ item_id: 'tea', price: '2.00' }],
  });
  const segments = createSegments({
    db: shop.db,
    shop: { minorDigits: 2, timeZone: 'UTC', weekStart: 'monday' },
    clock: () => shop.time.now,
    campaignsAimedAt,
  }).defined;
  await segments.create({ segmentId: 'list-aimed', name: 'Aimed at', definition: undefined });
  await segments.replaceMembers('list-aimed', members);
  await shop.db.query(`update customers set profiling_allowed = false where customer_id = 'objecting'`);
});
afterAll(() => shop.stop());

const aim = { target_segments: ['list-aimed'], limit_per_customer: 9, budget: { coupons: 10_000 } };

/** What each member is answered. */
async function decideForAll(campaign_ids: string[]) {
  const answers = await Promise.all(members.map((customer_id) => decide(shop.coupons, { customer_id, campaign_ids })));
  return answers.map((answer, place) => ({
    kind: members[place].replace(/ \d+$/, ''),
    ...{ answer, outcome: answer.campaigns[0].outcome },
  }));
}

story('policies of a campaign', (step) => {
  step('by cause: who needs a coupon, and nobody else', async () => {
    await shop.coupons.createCampaign(campaign('cause', aim));
    const decided = await decideForAll(['cause']);
    const granted = new Set(decided.filter(({ outcome }) => outcome === 'granted').map(({ kind }) => kind));
    expect([...granted].sort()).toEqual(inNeed);
    expect(decided.filter(({ outcome }) => outcome === 'granted')).toHaveLength(inNeed.length * each);
  });

  // Would see: somebody in the segment who is told that they need none, or a control group that gets some.
  step('everyone: all of them but control group and holdout, whatever they need, and nobody else', async () => {
    await shop.experiments.setHoldout({ share: 0.1, exploration_share: 0 });
    await shop.coupons.createCampaign(campaign('all', { ...aim, policy: 'everyone', control_share: 0.2 }));
    const decided = await decideForAll(['all']);
    const ended = (as: string) => decided.filter(({ outcome }) => outcome === as);
    expect([...new Set(decided.map(({ outcome }) => outcome))].sort()).toEqual(['control-group', 'granted', 'holdout']);
    for (const [outcome, share] of [
      ['control-group', 0.9 * 0.2],
      ['holdout', 0.1],
    ] as const) {
      const all = ended(outcome);
      // Five standard deviations of what is drawn.
      const width = 5 * Math.sqrt(members.length * share * (1 - share));
      expect(Math.abs(all.length - share * members.length)).toBeLessThan(width);
      expect(all.every(({ answer }) => answer.coupon === null)).toBe(true);
    }
    const granted = ended('granted');
    expect(new Set(granted.map(({ kind }) => kind)).size).toBe(Object.keys(kinds).length);
    expect(granted.every(({ answer }) => answer.action === 'coupon' && answer.coupon?.campaignId === 'all')).toBe(true);
    for (const { answer } of granted) expect(answer.probability).toBeCloseTo(0.9 * 0.8, 9);
    const [{ answer }] = granted.filter(({ kind }) => kind === 'buys anyway');
    expect(answer.reason).toBe(
      'A high-value customer buys without a coupon. But the campaign is for everyone it aims at.',
    );
    for (const customer_id of ['not aimed at', 'objecting', 'nobody knows', undefined]) {
      const told = await decide(shop.coupons, { ...(customer_id && { customer_id }), campaign_ids: ['all'] });
      expect(told.coupon).toBeNull();
    }
  });

  step('for everyone who is known, where it aims at nobody: also who objects to profiling, but no guest', async () => {
    await shop.experiments.setHoldout({ share: 0, exploration_share: 0 });
    await shop.coupons.createCampaign(campaign('open', { policy: 'everyone', limit_per_customer: 9 }));
    const actions = [];
    for (const customer_id of ['objecting', 'without an order 0', 'nobody knows', undefined]) {
      const told = await decide(shop.coupons, { ...(customer_id && { customer_id }), campaign_ids: ['open'] });
      actions.push(told.coupon ? 'coupon' : told.campaigns[0].outcome);
    }
    expect(actions).toEqual(['coupon', 'coupon', 'not-needed', 'not-needed']);
  });

  step('in the control group of one for everyone, goods of a lower price stay what they were', async () => {
    await shop.coupons.createCampaign(campaign('half', { ...aim, policy: 'everyone', control_share: 0.5 }));
    const decided = await decideForAll(['half']);
    const weak = decided.filter(({ kind, outcome }) => kind === 'weak purse' && outcome === 'control-group');
    expect(weak.length).toBeGreaterThan(0);
    expect(new Set(weak.map(({ answer }) => answer.action))).toEqual(new Set(['lower-priced-goods']));
  });

  // Would see: a decision that is made again by the policy of now.
  step(
    'a change of policy holds from the next decision on, and what was decided before comes out as it was',
    async () => {
      const before = await replayDecisions(shop.db, 10_000);
      expect(before.equal).toBe(before.replayed);
      const terms = { ...campaign('cause', aim), policy: 'everyone' as const };
      const { campaign_id: id, ...rest } = terms;
      await shop.coupons.changeCampaign(id, rest);
      const decided = await decideForAll(['cause']);
      expect(decided.filter(({ outcome }) => outcome === 'granted')).toHaveLength(members.length);
      const after = await replayDecisions(shop.db, 10_000);
      expect(after).toMatchObject({ replayed: before.replayed + members.length, differing: [] });
      expect(after.equal).toBe(after.replayed);
    },
  );
});
