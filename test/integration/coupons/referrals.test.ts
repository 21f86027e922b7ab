import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { Coupons } from '../../../src/coupons/index.ts';
import { createIntake, type Intake } from '../../../src/intake/intake.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import {
  type CouponShop,
  campaign,
  decide,
  newOrderId,
  openCouponShop,
  redeem,
  refusalOf,
  reverse,
} from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

let shop: CouponShop;
let other: Coupons;
let intake: Intake;
const people = Array.from({ length: 40 }, (_, place) => `p${place}`);
beforeAll(async () => {
  shop = await openCouponShop({
    customers: Object.fromEntries(['anna', 'ben', 'cora', 'dan', 'eve', ...people].map((id) => [id, {}])),
    items: [{ item_id: 'tea' }],
  });
  other = shop.withParts({});
  const config = { timeZone: 'UTC', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 };
  intake = createIntake({
    db: shop.db,
    config,
    clock: () => shop.time.now,
    erase: (...person) => shop.erase(...person),
  });
});
afterAll(() => shop.stop());
beforeEach(() => pass(60));
afterEach(async () => expect((await shop.coupons.checkLedger()).differences).toEqual([]));

function pass(seconds: number) {
  shop.time.now = new Date(shop.time.now.getTime() + seconds * 1_000);
}

/** A campaign of referrals whose referrers are given the coupon of another one. */
async function make(id: string, terms: object = {}, reward: object = {}, both: object = {}) {
  await shop.coupons.createCampaign(campaign(`${id} reward`, { limit_per_customer: 100, ...both, ...reward }));
  await shop.coupons.createCampaign(
    campaign(id, { ...both, referral: { reward_campaign_id: `${id} reward`, first_order_only: false, ...terms } }),
  );
}

const codeOf = async (id: string, customer: string) => (await shop.coupons.giveReferralCode(id, customer)).code;
const friend = (code: string, customer_id: string | undefined, order_id = newOrderId(), more: object = {}) =>
  redeem(shop.coupons, { code, customer_id, order_id, ...more });
const outcomeFor = async (code: string, who: object) =>
  (await shop.coupons.qualify({ ...who, codes: [code] }, 1)).codes[0].outcome;

/** What came of each reward, in the order of the friends' orders. */
async function told(id: string) {
  const all = await shop.coupons.listReferrals(id, 100);
  return all.reverse().map(({ state, why }) => (why ? `${state}: ${why}` : state));
}
async function rewardOf(id: string, place = 0) {
  return (await shop.coupons.listReferrals(id, 100)).reverse()[place].rewardCode!;
}

async function order(order_id: string, customer_id: string, more: object = {}) {
  const occurred_at = shop.time.now.toISOString();
  const lines = [{ item_id: 'tea', quantity: 2, unit_price: '10.00' }];
  const { verdicts } = await intake.recordOrders([
    { order_id, customer_id, occurred_at, currency: 'EUR', lines, ...more },
  ]);
  expect(verdicts[0].status).toBe('accepted');
}
const cancel = (order_id: string, customer_id: string) =>
  order(order_id, customer_id, { statuses: [{ status: 'cancelled', occurred_at: shop.time.now.toISOString() }] });
async function giveBack(order_id: string, refund_id: string, quantity: number) {
  const occurred_at = shop.time.now.toISOString();
  await intake.recordRefunds([{ refund_id, order_id, occurred_at, lines: [{ item_id: 'tea', quantity }] }]);
}

let events = 0;
async function see(visitor_id: string, customer_id?: string) {
  const occurred_at = shop.time.now.toISOString();
  const event = { event_id: `seen ${events++}`, type: 'view' as const, item_id: 'tea', visitor_id, occurred_at };
  await intake.recordEvents([{ ...event, ...(customer_id && { customer_id }) }]);
  pass(1);
}

usually.test(
  'a friend redeems the code of a customer, who is given one coupon for it, whoever settles it',
  async () => {
    await make('bring');
    const code = await codeOf('bring', 'anna');
    expect(await codeOf('bring', 'anna')).toBe(code);
    expect(await codeOf('bring', 'ben')).not.toBe(code);
    const asked = await Promise.all([1, 2, 3].map(() => other.giveReferralCode('bring', 'cora')));
    expect(new Set(asked.map((one) => one.code)).size).toBe(1);

    expect(await outcomeFor(code, { customer_id: 'ben' })).toBe('qualifies');
    expect((await friend(code, 'ben')).discountMinor).toBe(300);
    expect(await told('bring')).toEqual(['waiting']);
    await Promise.all([shop.coupons.settleReferrals(), other.settleReferrals(), shop.coupons.settleReferrals()]);
    await shop.coupons.settleReferrals();
    expect(await told('bring')).toEqual(['given']);
    expect((await shop.coupons.readCampaign('bring reward')).counters.issued).toBe(1);
    const reward = await rewardOf('bring');
    expect((await refusalOf(redeem(shop.coupons, { code: reward, customer_id: 'ben' }))).fields).toEqual([
      '/customer_id',
    ]);
    expect((await redeem(shop.coupons, { code: reward, customer_id: 'anna' })).discountMinor).toBe(300);
    expect(await shop.coupons.giveReferralCode('bring', 'anna')).toMatchObject({ uses: 1, left: null, given: 1 });

    await shop.coupons.stopCode(code);
    expect(await codeOf('bring', 'anna')).not.toBe(code);
  },
);

usually.test('decisions give none of it, codes in bulk are not made, and what it is stays', async () => {
  await make('alone');
  const { coupon, campaigns } = await decide(shop.coupons, { customer_id: 'anna', campaign_ids: ['alone'] });
  expect([coupon, campaigns[0].outcome]).toEqual([null, 'by-referral-codes']);
  const open = await decide(shop.coupons, { customer_id: 'anna' });
  expect(open.campaigns.map(({ campaignId }) => campaignId)).not.toContain('alone');
  const { coupons } = shop;
  expect((await refusalOf(coupons.previewGiving('alone', {}, 10))).fields).toEqual(['campaign_id']);
  const batch = { batch_id: 'b', count: 1, kind: 'single' as const };
  const request = { operation: 'x', keyId: 1, idempotencyKey: 'x', body: Buffer.from('{}') };
  await expect(coupons.createCodes('alone', batch, request)).rejects.toThrow('is one of referrals');
  await expect(coupons.changeCampaign('alone', campaign('alone'))).rejects.toThrow(
    '/referral is given and cannot change',
  );
  await coupons.createCampaign(campaign('controlled', { control_share: 0.1 }));
  const wrong = (terms: object) => refusalOf(coupons.createCampaign(campaign('wrong', terms)));
  const referral = { reward_campaign_id: 'wrong' };
  expect(
    (await wrong({ referral, control_share: 0.1, guests: true, target_groups: ['ordinary'], target_segments: ['x'] }))
      .fields,
  ).toEqual(['/control_share', '/guests', '/target_groups', '/target_segments']);
  for (const reward_campaign_id of ['nowhere', 'controlled', 'alone']) {
    expect((await wrong({ referral: { reward_campaign_id } })).fields).toEqual(['/referral/reward_campaign_id']);
  }
  expect(await refusalOf(coupons.giveReferralCode('controlled', 'anna'))).toEqual({
    code: 'conflict',
    fields: ['campaign_id'],
  });
  expect((await refusalOf(coupons.giveReferralCode('alone', 'nobody'))).code).toBe('not_found');
  const copy = await coupons.copyCampaign('alone', { campaign_id: 'alone again' });
  expect(copy.referral).toEqual((await coupons.readCampaign('alone')).referral);
  await coupons.createCampaign(campaign('self', { referral: { reward_campaign_id: 'self' } }));
  expect((await coupons.copyCampaign('self', { campaign_id: 'self 2' })).referral!.rewardCampaignId).toBe('self 2');
  const ended = await coupons.endCampaign('self');
  expect(ended.referral).toMatchObject({ rewardCampaignId: 'self', firstOrderOnly: true, usesPerCode: null });
});

// Would see: a second code for who has one, a coupon of the budget held for each, somebody left out of a letter.
usually.test('a giving hands each customer the code that they hand on, once, and holds nothing', async () => {
  await make('letters', { uses_per_code: 3 });
  const before = await codeOf('letters', 'anna');
  await shop.coupons.pauseCampaign('letters');
  await shop.coupons.createGiving('letters', { giving_id: 'post' });
  await shop.coupons.giveDue();
  expect((await shop.coupons.readGiving('letters', 'post')).status).toBe('waiting');
  await shop.coupons.resumeCampaign('letters');
  const [later] = await Promise.all([codeOf('letters', 'p7'), shop.coupons.giveDue(), other.giveDue()]);
  await shop.coupons.giveDue();
  const known = await shop.db.query<{ id: string }>(
    'select customer_id as id from customers where profiling_allowed order by customer_key',
  );
  const rows = await shop.coupons.readGiven('letters', 'post', {}, 1_000);
  expect(rows.map(({ customerId }) => customerId)).toEqual(known.map(({ id }) => id));
  expect(await shop.coupons.readGiving('letters', 'post')).toMatchObject({
    status: 'finished',
    outcomes: { granted: known.length },
  });
  expect(rows.find(({ customerId }) => customerId === 'anna')).toMatchObject({ code: before, decisionId: null });
  expect(rows.find(({ customerId }) => customerId === 'p7')?.code).toBe(later);
  expect(new Set(rows.map(({ code }) => code)).size).toBe(known.length);
  expect(await shop.coupons.giveReferralCode('letters', 'ben')).toMatchObject({ left: 3 });
  expect((await shop.coupons.readCampaign('letters')).counters.issued).toBe(0);
  expect((await friend(before, 'eve')).discountMinor).toBe(300);
});

usually.describe('nobody earns by themselves', () => {
  test.each<[string, string]>([
    ['the referrer', 'anna'],
    ['another id in the same browser', 'anna-2'],
  ])('%s is refused', async (name, id) => {
    const own = `own ${name}`;
    await make(own);
    await see(`browser of ${own}`, 'anna');
    await see(`browser of ${own}`, 'anna-2');
    const code = await codeOf(own, 'anna');
    expect(await outcomeFor(code, { customer_id: id })).toBe('own-referral');
    expect(await refusalOf(friend(code, id))).toEqual({ code: 'coupon_not_redeemable', fields: ['/code'] });
    expect(await told(own)).toEqual([]);
  });

  test('nor somebody new in the browser of the referrer, but a browser of many says nothing', async () => {
    await make('browsers');
    await see('laptop', 'dan');
    const code = await codeOf('browsers', 'dan');
    const asNew = { customer_id: 'dan-new', visitor_id: 'laptop' };
    expect(await outcomeFor(code, asNew)).toBe('own-referral');
    for (const id of ['dan', 'k1', 'k2', 'k3', 'k4', 'k5']) await see('kiosk', id);
    expect(await outcomeFor(code, { customer_id: 'k5' })).toBe('qualifies');
  });

  test('nor a circle of friends, however long', async () => {
    await make('circle');
    const chain = ['c0', 'c1', 'c2', 'c3'].map((id) => `circle ${id}`);
    for (const id of chain) await see(id, id);
    for (const [place, id] of chain.slice(1).entries()) await friend(await codeOf('circle', chain[place]), id);
    const last = await codeOf('circle', chain[3]);
    for (const id of chain.slice(0, 3)) expect(await outcomeFor(last, { customer_id: id })).toBe('circular-referral');
    expect((await refusalOf(friend(last, chain[0]))).fields).toEqual(['/code']);
    await see(`${chain[0]} elsewhere`, chain[0]);
    await see(`${chain[0]} elsewhere`, 'the first by another name');
    expect(await outcomeFor(last, { customer_id: 'the first by another name' })).toBe('circular-referral');
    expect(await outcomeFor(last, { customer_id: 'eve' })).toBe('qualifies');
  });

  test('nor two who redeem the codes of each other at the same moment', async () => {
    await make('each other');
    const [one, two] = [await codeOf('each other', 'dan'), await codeOf('each other', 'eve')];
    let asked: Promise<unknown>[] = [];
    // Both have looked, or wait to look, before either has written.
    await shop.db.transaction(async (tx) => {
      await tx.query(`select from campaigns where campaign_id = 'each other' for no key update`);
      asked = [friend(one, 'eve'), redeem(other, { code: two, customer_id: 'dan' })];
      await until(async () => {
        const [{ waiting }] = await shop.db.query<{ waiting: number }>(
          `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting >= 2;
      });
    });
    const done = await Promise.allSettled(asked);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await told('each other')).toHaveLength(1);
  });
});

usually.test(
  'a first order is one: earlier ones count, but for the order itself, and those that were cancelled',
  async () => {
    await make('first', { first_order_only: true });
    const code = await codeOf('first', 'anna');
    await order('F1', 'f-old');
    expect((await refusalOf(friend(code, 'f-old', 'F2'))).fields).toEqual(['/customer_id']);
    expect((await friend(code, 'f-old', 'F1')).discountMinor).toBe(300);
    await order('F3', 'f-cancelled');
    await cancel('F3', 'f-cancelled');
    expect(await outcomeFor(code, { customer_id: 'f-cancelled' })).toBe('qualifies');
    await see('tablet', 'f-old');
    await see('tablet', 'f-other-name');
    expect(await outcomeFor(code, { customer_id: 'f-other-name' })).toBe('not-first-order');
    expect(await outcomeFor(code, { customer_id: 'f-new' })).toBe('qualifies');
    expect((await refusalOf(friend(code, undefined))).fields).toEqual(['/customer_id']);
  },
);

usually.describe('an order that does not stand', () => {
  test('earns nothing where that is known before the reward is due', async () => {
    await make('wait', { confirm_days: 14 });
    const code = await codeOf('wait', 'anna');
    for (const id of ['w0', 'w1', 'w2', 'w3']) {
      await friend(code, id, `W ${id}`);
      await order(`W ${id}`, id);
    }
    await shop.coupons.settleReferrals();
    expect(await told('wait')).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    await reverse(shop.coupons, { reversal_id: 'W0', order_id: 'W w0' });
    await cancel('W w1', 'w1');
    await giveBack('W w2', 'R w2', 2);
    await giveBack('W w3', 'R w3', 1);
    pass(14 * 86_400);
    await shop.coupons.settleReferrals();
    const undone = 'withheld: order-undone';
    expect(await told('wait')).toEqual([undone, undone, undone, 'given']);
    expect((await shop.coupons.readCampaign('wait reward')).counters.issued).toBe(1);
  });

  test('takes back what was given, at once, and not where it was used', async () => {
    await make('back');
    const code = await codeOf('back', 'anna');
    for (const id of ['b0', 'b1', 'b2']) {
      await friend(code, id, `B ${id}`);
      await order(`B ${id}`, id);
    }
    await shop.coupons.settleReferrals();
    const rewards = await Promise.all([0, 1, 2].map((place) => rewardOf('back', place)));
    await redeem(shop.coupons, { code: rewards[2], customer_id: 'anna' });
    await reverse(shop.coupons, { reversal_id: 'B0', order_id: 'B b0' });
    await giveBack('B b1', 'R b1', 2);
    await reverse(shop.coupons, { reversal_id: 'B2', order_id: 'B b2' });
    for (const reward of rewards.slice(0, 2)) {
      expect((await refusalOf(redeem(shop.coupons, { code: reward, customer_id: 'anna' }))).fields).toEqual(['/code']);
    }
    await Promise.all([shop.coupons.revokeRewards(), other.revokeRewards()]);
    const undone = 'revoked: order-undone';
    expect(await told('back')).toEqual([undone, undone, 'given']);
    expect((await shop.coupons.readCampaign('back reward')).counters).toMatchObject({ issued: 1, released: 2 });
    await shop.coupons.settleReferrals();
    expect(await told('back')).toEqual([undone, undone, 'given']);
    // What is looked through every ten seconds: nothing of these any more.
    const [{ open }] = await shop.db.query<{ open: number }>(
      `select count(*)::int as open from referrals join campaigns using (campaign_key) where is_open and campaign_id = 'back'`,
    );
    expect(open).toBe(0);
  });
});

usually.test(
  'a reward keeps to the limits and the budget of its campaign, waits while it is paused, and says why it is none',
  async () => {
    await make('bounds', {}, { limit_per_customer: 1, budget: { coupons: 2 } });
    const [ofAnna, ofBen, ofCora] = await Promise.all(['anna', 'ben', 'cora'].map((id) => codeOf('bounds', id)));
    await shop.coupons.pauseCampaign('bounds reward');
    for (const [code, id] of [
      [ofAnna, 'x0'],
      [ofAnna, 'x1'],
      [ofBen, 'x2'],
      [ofCora, 'x3'],
    ])
      await friend(code, id);
    await shop.coupons.settleReferrals();
    expect(new Set(await told('bounds'))).toEqual(new Set(['waiting']));
    await shop.coupons.resumeCampaign('bounds reward');
    await shop.coupons.settleReferrals();
    const [limit, budget] = ['withheld: limit-reached', 'withheld: budget-spent'];
    expect(await told('bounds')).toEqual(['given', limit, 'given', budget]);
    await shop.coupons.endCampaign('bounds reward');
    await friend(ofCora, 'x4');
    pass(1);
    await shop.coupons.settleReferrals();
    expect((await told('bounds')).at(-1)).toBe('withheld: campaign-ended');
  },
);

// Would see: a reward that nobody gets although there is room by now, or one that is given beyond the new bounds.
usually.test('what was withheld for a limit or a budget is due again where that is raised', async () => {
  const reward = { limit_per_customer: 1, budget: { coupons: 2 } };
  await make('raise', {}, reward);
  const [ofAnna, ofBen, ofCora] = await Promise.all(['anna', 'ben', 'cora'].map((id) => codeOf('raise', id)));
  const friends = [ofAnna, ofAnna, ofBen, ofCora, ofAnna];
  for (const [place, code] of friends.entries()) await friend(code, `raise ${place}`);
  await shop.coupons.settleReferrals();
  const [limit, budget] = ['withheld: limit-reached', 'withheld: budget-spent'];
  expect(await told('raise')).toEqual(['given', limit, 'given', budget, limit]);
  const change = async (to: object) => {
    await shop.coupons.changeCampaign('raise reward', campaign('raise reward', { ...reward, ...to }));
    pass(1);
    await shop.coupons.settleReferrals();
    return told('raise');
  };
  expect(await change({ priority: 3 })).toEqual(['given', limit, 'given', budget, limit]);
  expect(await change({ limit_per_customer: 2 })).toEqual(['given', budget, 'given', budget, budget]);
  expect(await change({ limit_per_customer: 2, budget: { coupons: 4 } })).toEqual([
    ...['given', 'given', 'given', 'given'],
    limit,
  ]);
  expect((await shop.coupons.readCampaign('raise reward')).counters.issued).toBe(4);
});

// Would see: a reward that is tried again every second for ever, because what somebody was given as a visitor is not looked at.
usually.test('a limit that was reached as a visitor is told as reached', async () => {
  await make('visitor', {}, { limit_per_customer: 1, guests: true, policy: 'everyone' });
  await see('tablet of dan');
  const { coupon } = await decide(shop.coupons, { visitor_id: 'tablet of dan', campaign_ids: ['visitor reward'] });
  expect(coupon).not.toBeNull();
  await see('tablet of dan', 'dan');
  await friend(await codeOf('visitor', 'dan'), 'visitor friend');
  await shop.coupons.settleReferrals();
  expect(await told('visitor')).toEqual(['withheld: limit-reached']);
});

usually.test('of somebody who is erased nothing is left but that it was', async () => {
  await make('erased');
  const code = await codeOf('erased', 'p39');
  await friend(code, 'z0');
  await intake.eraseCustomer('p39');
  expect((await refusalOf(friend(code, 'z1'))).fields).toEqual(['/code']);
  await shop.coupons.settleReferrals();
  expect(await told('erased')).toEqual(['withheld: referrer-gone']);
  expect(await shop.coupons.listReferralCodes('erased', 10)).toMatchObject([{ customerId: null, uses: 1 }]);
});

// Would see: a code used once too often, a reward given twice, where many come at once to several instances.
usually.test('of many friends at once as many redeem a code as it has uses, and each earns one reward', async () => {
  await make('rush', { uses_per_code: 5 });
  const code = await codeOf('rush', 'anna');
  const done = await Promise.allSettled(
    Array.from({ length: 20 }, (_, place) =>
      redeem(place % 2 ? shop.coupons : other, { code, customer_id: `rush ${place}`, order_id: newOrderId() }),
    ),
  );
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  await Promise.all([shop.coupons.settleReferrals(), other.settleReferrals()]);
  await shop.coupons.settleReferrals();
  expect(await told('rush')).toEqual(Array.from({ length: 5 }, () => 'given'));
  expect((await shop.coupons.readCampaign('rush reward')).counters.issued).toBe(5);
});

/** The same kept on paper: who was brought by whom, and what is owed for it. */
interface Line {
  referrer: string;
  friend: string;
  orderId: string;
  dueAt: number;
  state: string;
  isReversed: boolean;
  isUsed: boolean;
}

// Would see: whatever order things come in, a reward too many or too few.
test('a history by chance is as a book kept by hand has it', async () => {
  const random = seededRandom(1_707);
  const draw = <One>(from: readonly One[]) => from[Math.floor(random() * from.length)];
  await make(
    'history',
    { confirm_days: 2, uses_per_code: 3 },
    { limit_per_customer: 2 },
    {
      valid_until: '2030-01-01T00:00:00Z',
      coupon_valid_days: 3_650,
    },
  );
  const names = people.slice(0, 14);
  const book: Line[] = [];
  const codes = new Map<string, string>();
  for (const name of names) codes.set(name, await codeOf('history', name));
  const standing = () => book.filter(({ isReversed }) => !isReversed);
  const broughtBy = (name: string) => standing().find((line) => line.friend === name)?.referrer;
  const hasBrought = (name: string, whom: string): boolean => {
    const by = broughtBy(whom);
    return by !== undefined && (by === name || hasBrought(name, by));
  };
  const holds = (name: string) => book.filter(({ referrer, state }) => referrer === name && state === 'given').length;
  const settleBook = () => {
    for (const line of book) {
      if (line.state !== 'waiting' || line.dueAt > shop.time.now.getTime()) continue;
      if (line.isReversed) line.state = 'withheld: order-undone';
      else line.state = holds(line.referrer) < 2 ? 'given' : 'withheld: limit-reached';
    }
  };
  // As long as one page tells of all of it, and the campaigns of other tests last.
  const steps = sized(60, 200);
  const mayRedeem = ({ referrer, name }: { referrer: string; name: string }) =>
    name !== referrer &&
    broughtBy(name) === undefined &&
    !hasBrought(name, referrer) &&
    standing().filter((line) => line.referrer === referrer).length < 3;
  let redeemed = 0;
  for (let step = 0; step < steps; step++) {
    const what = random();
    pass(3_600);
    if (what < 0.55) {
      const [referrer, name] = [draw(names), draw(names)];
      const orderId = newOrderId();
      const expected = mayRedeem({ referrer, name });
      const done = await friend(codes.get(referrer)!, name, orderId).then(
        () => true,
        () => false,
      );
      expect([step, referrer, name, done]).toEqual([step, referrer, name, expected]);
      if (!done) continue;
      redeemed++;
      const dueAt = shop.time.now.getTime() + 2 * 86_400_000;
      book.push({ referrer, friend: name, orderId, dueAt, state: 'waiting', isReversed: false, isUsed: false });
    } else if (what < 0.7 && standing().length > 0) {
      const line = draw(standing());
      await reverse(shop.coupons, { reversal_id: `history ${step}`, order_id: line.orderId });
      line.isReversed = true;
    } else if (what < 0.8) {
      const open = book.filter((line) => line.state === 'given' && !line.isUsed && !line.isReversed);
      if (open.length === 0) continue;
      const line = draw(open);
      await redeem(shop.coupons, {
        code: await rewardOf('history', book.indexOf(line)),
        customer_id: line.referrer,
        order_id: newOrderId(),
      });
      line.isUsed = true;
    } else {
      pass(Math.floor(random() * 86_400));
      await draw([shop.coupons, other]).revokeRewards();
      for (const line of book)
        if (line.state === 'given' && line.isReversed && !line.isUsed) line.state = 'revoked: order-undone';
      await draw([shop.coupons, other]).settleReferrals();
      settleBook();
      expect(await told('history')).toEqual(book.map(({ state }) => state));
    }
  }
  expect(redeemed).toBeGreaterThan(8);
});
