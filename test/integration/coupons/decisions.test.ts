import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import { claimRequests } from '../../../src/db/idempotency.ts';
import { listen } from '../../../src/db/index.ts';
import { story } from '../../support/jest/story.ts';
import {
  type CouponShop,
  campaign,
  decide,
  openCouponShop,
  redeem,
  refusalOf,
} from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

let shop: CouponShop;
const byCause = { policyId: 'by-cause', version: 1 };
beforeAll(async () => {
  const weak = { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' };
  shop = await openCouponShop({
    customers: {
      high: { group: 'high-value', recencyScore: 5 },
      lapsing: { group: 'high-quality', recencyScore: 2 },
      fine: {},
      ordinary: { group: 'ordinary' },
      weak,
      'no-orders': null,
      private: {},
      ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`c${n}`, {}])),
    },
    items: [
      { item_id: 'beans', category: 'Food > Coffee > Beans', price: '9.00' },
      { item_id: 'tea', category: 'Food > Tea', price: '4.00' },
      { item_id: 'coffee-cup', category: 'Food > Coffeeware', price: '5.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
  await shop.db.query(`update customers set profiling_allowed = false where customer_id = 'private'`);
});
afterAll(() => shop.stop());

const give = async (campaignId: string, customerId: string) => {
  const decision = await decide(shop.coupons, { customer_id: customerId, campaign_ids: [campaignId] });
  return decision.coupon!.code;
};
const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });

describe('campaigns', () => {
  test('created once however often it is sent; other terms are a conflict', async () => {
    const element = campaign('once', { minimum_spend: '20.00', target_groups: ['ordinary'] });
    const many = await Promise.all(Array.from({ length: 5 }, () => shop.coupons.createCampaign(element)));
    expect(new Set(many.map(({ campaignKey }) => campaignKey)).size).toBe(1);
    expect(many[0]).toMatchObject({
      campaignId: 'once',
      status: 'active',
      minimumSpendMinor: 2_000,
      limitPerCustomer: 1,
    });
    const other = shop.coupons.createCampaign({ ...element, minimum_spend: '20.01' });
    expect(await refusalOf(other)).toEqual({ code: 'conflict', fields: ['/campaign_id'] });
    expect(await shop.coupons.readCampaign('once')).toEqual(many[0]);
  });

  test('listed newest first, page by page', async () => {
    for (const id of ['list a', 'list b', 'list c']) await shop.coupons.createCampaign(campaign(id));
    const [newest, second] = await shop.coupons.listCampaigns(2);
    expect([newest.campaignId, second.campaignId]).toEqual(['list c', 'list b']);
    expect((await shop.coupons.listCampaigns(1, second.campaignKey))[0].campaignId).toBe('list a');
  });

  test('an unknown one is not found', async () => {
    for (const ask of [shop.coupons.readCampaign, shop.coupons.pauseCampaign, shop.coupons.resumeCampaign]) {
      expect(await refusalOf(ask('nowhere'))).toEqual({ code: 'not_found', fields: [] });
    }
  });

  test('a paused one issues nothing, and what it issued stays redeemable', async () => {
    await shop.coupons.createCampaign(campaign('pause'));
    const code = await give('pause', 'c1');
    expect((await shop.coupons.pauseCampaign('pause')).status).toBe('paused');
    const asked = { customer_id: 'c2', campaign_ids: ['pause'] };
    expect((await decide(shop.coupons, asked)).campaigns).toEqual([
      { campaignId: 'pause', version: 1, policy: byCause, outcome: 'not-active' },
    ]);
    expect(await redeem(shop.coupons, { code })).toMatchObject({ campaignId: 'pause', discountMinor: 300 });
    expect((await shop.coupons.resumeCampaign('pause')).status).toBe('active');
    expect((await decide(shop.coupons, asked)).action).toBe('coupon');
  });

  // Another instance holds what it read a moment ago; giving looks again.
  test('one that was paused elsewhere since it was read issues nothing, and gives again when it goes on', async () => {
    await shop.coupons.createCampaign(campaign('paused elsewhere'));
    const other = shop.withParts({});
    const ask = (customer_id: string) => decide(other, { customer_id, campaign_ids: ['paused elsewhere'] });
    expect((await ask('c1')).action).toBe('coupon');
    await shop.coupons.pauseCampaign('paused elsewhere');
    const refused = await ask('c2');
    expect([refused.coupon, refused.campaigns[0].outcome]).toEqual([null, 'not-active']);
    expect((await shop.coupons.readCampaign('paused elsewhere')).counters.issued).toBe(1);
    await shop.coupons.resumeCampaign('paused elsewhere');
    await until(async () => (await ask('c2')).action === 'coupon', 1_000);
  });
});

describe('another instance', () => {
  // Would see: what is held of campaigns although somebody has told that it is otherwise.
  test('knows at once of what it is told, without a refusal or the passing of time', async () => {
    const other = shop.withParts({});
    const element = campaign('told of');
    await shop.coupons.createCampaign(element);
    await shop.coupons.pauseCampaign('told of');
    const ask = async (customer_id: string) => (await decide(other, { customer_id, campaign_ids: ['told of'] })).action;
    expect(await ask('c1')).toBe('none');
    await shop.coupons.resumeCampaign('told of');
    other.onNotice({ about: 'campaigns' });
    expect(await ask('c1')).toBe('coupon');
  });

  test('is told of campaigns that are made, changed, paused and resumed, and of another share of the holdout', async () => {
    const heard: string[] = [];
    const listener = listen(
      { connectionString: shop.connectionString, schema: 'pannier' },
      { onNotice: ({ about }) => heard.push(about), onConnect: () => {}, onError: () => {} },
    );
    await until(async () => listener.connected);
    try {
      const isHeardOf = async (about: string, change: Promise<unknown>) => {
        heard.length = 0;
        await change;
        await until(async () => heard.includes(about), 2_000);
      };
      await isHeardOf('campaigns', shop.coupons.createCampaign(campaign('announced')));
      await isHeardOf('campaigns', shop.coupons.changeCampaign('announced', campaign('announced', { priority: 3 })));
      await isHeardOf('campaigns', shop.coupons.pauseCampaign('announced'));
      await isHeardOf('campaigns', shop.coupons.resumeCampaign('announced'));
      await isHeardOf('coupon-holdout', shop.experiments.setHoldout({ share: 0.1 }));
      await isHeardOf('coupon-holdout', shop.experiments.setHoldout({ share: 0 }));
    } finally {
      await listener.close();
    }
  });

  // Would see: one who waits for others' work instead of saying that it is at work, and holds rows meanwhile.
  test('that is at work on the same request is not waited for', async () => {
    await shop.coupons.createCampaign(campaign('at work'));
    const element = { customer_id: 'c3', campaign_ids: ['at work'] };
    const body = Buffer.from(JSON.stringify(element));
    const request = { operation: 'decideCoupon', keyId: 1, idempotencyKey: 'at work elsewhere', body };
    const undone = shop.db.transaction(async (tx) => {
      expect(await claimRequests(tx, [{ request, answer: undefined, customerKey: null }])).toEqual([true]);
      expect((await refusalOf(shop.coupons.decide(element, request))).code).toBe('request_in_progress');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect((await shop.coupons.decide(element, request)).action).toBe('coupon');
  });
});

describe('the time of a campaign', () => {
  // What is read of campaigns is held for a moment, in which one may begin or end. Would see: one that is given before or after its time.
  test('begins and ends at its moments, however lately campaigns were read', async () => {
    const start = shop.time.now;
    const at = (ms: number) => new Date(start.getTime() + ms);
    const ask = async (customer_id: string, ms: number) => {
      shop.time.now = at(ms);
      const { campaigns } = await decide(shop.coupons, { customer_id });
      return campaigns.find(({ campaignId }) => campaignId === 'brief')?.outcome;
    };
    const time = { valid_from: at(20).toISOString(), valid_until: at(40).toISOString() };
    await shop.coupons.createCampaign(campaign('brief', { ...time, priority: 99 }));
    expect(await ask('c10', 19)).toBeUndefined();
    expect(await ask('c10', 20)).toBe('granted');
    expect(await ask('c11', 39)).toBe('granted');
    expect(await ask('c12', 40)).toBeUndefined();
    expect(await ask('c12', 19)).toBeUndefined();
    shop.time.now = start;
  });
});

describe('decisions', () => {
  beforeAll(() => shop.coupons.createCampaign(campaign('open', { priority: 5, budget: {} })));
  const only = { campaign_ids: ['open'] };

  test.each([
    ['high', 'none', 'no-need', 'not-needed'],
    ['lapsing', 'coupon', 'weak-discount', 'granted'],
    ['fine', 'coupon', 'weak-discount', 'granted'],
    ['weak', 'lower-priced-goods', 'weak-purse', 'not-needed'],
    ['private', 'none', 'profiling-not-allowed', 'not-needed'],
    ['no-orders', 'none', 'no-orders', 'not-needed'],
    ['stranger', 'none', 'unknown-customer', 'not-needed'],
  ])('%s: %s, because %s', async (customer_id, action, cause, outcome) => {
    const decision = await decide(shop.coupons, { customer_id, ...only });
    expect(decision).toMatchObject({
      customerId: customer_id,
      action,
      cause,
      campaigns: [{ campaignId: 'open', outcome }],
    });
    expect(decision.decidedAt).toEqual(shop.time.now);
    expect(decision.coupon === null).toBe(action !== 'coupon');
    const logged = await shop.coupons.readDecision(String(decision.decisionId));
    expect(logged).toEqual({ ...decision, customerId: customer_id === 'stranger' ? null : customer_id });
  });

  test('a weak purse gets goods below what it pays, and none where there are none', async () => {
    const { lowerPricedItems, evidence } = await decide(shop.coupons, { customer_id: 'weak', ...only });
    expect(lowerPricedItems.map(({ item_id }) => item_id).sort()).toEqual(['coffee-cup', 'soap', 'tea']);
    expect(evidence).toMatchObject({
      average_order_value: '10.00',
      low_average_order_value: '30.00',
      average_unit_price: '5.50',
    });
    const soldOut = shop.withParts({ lowerPricedItems: async () => [] });
    expect(await decide(soldOut, { customer_id: 'weak', ...only })).toMatchObject({
      action: 'none',
      cause: 'weak-purse',
    });
  });

  test('the highest priority that can, of all active campaigns', async () => {
    await shop.coupons.createCampaign(campaign('prio ordinary', { priority: 1_000, target_groups: ['ordinary'] }));
    await shop.coupons.createCampaign(campaign('prio scope', { priority: 999, applies_to: { categories: ['Home'] } }));
    await shop.coupons.createCampaign(campaign('prio spend', { priority: 998, minimum_spend: '50.00' }));
    await shop.coupons.createCampaign(campaign('prio later', { priority: 997, valid_from: '2026-04-01T00:00:00Z' }));
    await shop.coupons.createCampaign(campaign('prio best', { priority: 996, coupon_valid_days: 2 }));
    const decision = await decide(shop.coupons, { customer_id: 'c3', cart: [line('beans', 1, '9.00')] });
    const outcomes = Object.fromEntries(decision.campaigns.map(({ campaignId, outcome }) => [campaignId, outcome]));
    expect(outcomes).toMatchObject({
      'prio ordinary': 'group-not-targeted',
      'prio scope': 'nothing-in-cart-applies',
      'prio spend': 'below-minimum-spend',
      'prio best': 'granted',
      open: 'lower-priority',
    });
    expect(outcomes).not.toHaveProperty(['prio later']);
    expect(decision.coupon).toMatchObject({ campaignId: 'prio best', validUntil: '2026-03-12T12:00:00.000Z' });
    const ids = decision.campaigns.map(({ campaignId }) => campaignId);
    expect(ids.slice(0, 4)).toEqual(['prio ordinary', 'prio scope', 'prio spend', 'prio best']);

    const named = { customer_id: 'c3', campaign_ids: ['prio best', 'prio later'] };
    expect((await decide(shop.coupons, named)).campaigns).toEqual([
      { campaignId: 'prio later', version: 1, policy: byCause, outcome: 'not-active' },
      { campaignId: 'prio best', version: 1, policy: byCause, outcome: 'customer-limit-reached' },
    ]);
    for (const id of ids.filter((id) => id.startsWith('prio'))) await shop.coupons.pauseCampaign(id);
  });

  test('an offer that fits but that no campaign can give is none, for its cause', async () => {
    await shop.coupons.createCampaign(campaign('one only', { budget: { coupons: 1 } }));
    await give('one only', 'c4');
    const decision = await decide(shop.coupons, { customer_id: 'c5', campaign_ids: ['one only'] });
    expect(decision).toMatchObject({ action: 'none', cause: 'weak-discount', coupon: null });
    expect(decision.campaigns).toEqual([
      { campaignId: 'one only', version: 1, policy: byCause, outcome: 'coupon-budget-spent' },
    ]);
    expect(decision.reason).toContain('no campaign can give one');
  });

  test('a campaign that does not exist is named', async () => {
    const asked = decide(shop.coupons, { customer_id: 'fine', campaign_ids: ['open', 'nowhere'] });
    expect(await refusalOf(asked)).toEqual({ code: 'invalid_request', fields: ['/campaign_ids/1'] });
  });

  test('a decision that does not exist is not found', async () => {
    for (const id of ['999999', '999999999999999999']) {
      expect(await refusalOf(shop.coupons.readDecision(id))).toEqual({ code: 'not_found', fields: [] });
    }
  });

  test('the log holds what it was decided from, without the customer', async () => {
    const { decisionId } = await decide(shop.coupons, {
      customer_id: 'ordinary',
      cart: [line('beans', 2, '9.00')],
      ...only,
    });
    const [row] = await shop.db.query<{ inputs: Record<string, any>; text: string }>(
      'select inputs, inputs::text || answer::text as text from coupon_decisions where decision_id = $1',
      [decisionId],
    );
    expect(row.inputs).toMatchObject({
      customer: { profilingAllowed: true, segment: { group: 'ordinary', averageOrderMinor: 4_000 } },
      shop: { orderMinor: 4_000, unitPrice: 8 },
      cart: [{ ...line('beans', 2, '9.00'), within: [] }],
      closed: 'a',
      blocked: [],
    });
    expect(row.text).not.toMatch(/customer_?(id|key)/i);
  });
});

describe('a key means once', () => {
  beforeAll(() => shop.coupons.createCampaign(campaign('keyed', { limit_per_customer: 10 })));
  const asked = { customer_id: 'c6', campaign_ids: ['keyed'] };
  const issued = async () => (await shop.coupons.readCampaign('keyed')).counters.issued;

  test('the same key and body: one decision, byte for byte, also when they meet', async () => {
    const before = await issued();
    const answers = await Promise.all(Array.from({ length: 20 }, () => decide(shop.coupons, asked, 'k1')));
    const texts = new Set(answers.map((answer) => JSON.stringify(answer)));
    expect(texts.size).toBe(1);
    expect(JSON.stringify(await decide(shop.coupons, asked, 'k1'))).toBe([...texts][0]);
    expect((await decide(shop.coupons, asked, 'k2')).coupon!.code).not.toBe(answers[0].coupon!.code);
    expect(await issued()).toBe(before + 2);
  });

  test('another body under the key is refused, also when they meet', async () => {
    const mismatch = { code: 'idempotency_mismatch', fields: ['Idempotency-Key'] };
    await decide(shop.coupons, asked, 'another body');
    expect(await refusalOf(decide(shop.coupons, { customer_id: 'c8' }, 'another body'))).toEqual(mismatch);
    const both = await Promise.allSettled(
      ['c9', 'c10'].map((id) => decide(shop.coupons, { ...asked, customer_id: id }, 'k3')),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const code = await give('keyed', 'c11');
    await redeem(shop.coupons, { code }, 'k4');
    expect(await refusalOf(redeem(shop.coupons, { code, order_id: 'O2' }, 'k4'))).toEqual(mismatch);
  });

  test('keys of another caller or for another operation do not meet', async () => {
    const first = await decide(shop.coupons, asked, 'k5');
    const body = Buffer.from(JSON.stringify(asked));
    const other = await shop.coupons.decide(asked, { operation: 'decideCoupon', keyId: 2, idempotencyKey: 'k5', body });
    expect(other.decisionId).not.toBe(first.decisionId);
    await redeem(shop.coupons, { code: first.coupon!.code }, 'k5');
  });

  test('a refusal is not remembered: the key can be used again', async () => {
    const code = await give('keyed', 'c12');
    expect((await refusalOf(redeem(shop.coupons, { code, customer_id: 'c13' }, 'k6'))).code).toBe(
      'coupon_not_redeemable',
    );
    expect(await redeem(shop.coupons, { code, customer_id: 'c12' }, 'k6')).toMatchObject({ code });
  });
});

story('redemptions', (step) => {
  step('a campaign', async () => {
    await shop.coupons.createCampaign(
      campaign('coffee', {
        discount: { type: 'percent', percent: 12.5, maximum_discount: '4.00' },
        applies_to: { categories: ['Food > Coffee'], item_ids: ['tea'] },
        minimum_spend: '10.00',
        budget: { money: '100.00' },
        coupon_valid_days: 3,
      }),
    );
  });
  const counters = async () => (await shop.coupons.readCampaign('coffee')).counters;

  step('the actual discount on what applies is settled and the rest given back', async () => {
    const code = await give('coffee', 'c14');
    expect(await counters()).toMatchObject({ issued: 1, moneyReservedMinor: 400 });
    const lines = [
      line('beans', 1, '9.00'),
      line('tea', 1, '4.00'),
      line('coffee-cup', 1, '5.00'),
      line('soap', 9, '2.00'),
    ];
    const redemption = await redeem(shop.coupons, { code: code.toLowerCase(), customer_id: 'c14', lines }, 'coffee 1');
    expect(redemption).toMatchObject({
      code,
      campaignId: 'coffee',
      orderId: `O ${code.toLowerCase()}`,
      discountMinor: 163,
      redeemedAt: shop.time.now,
    });
    expect(await redeem(shop.coupons, { code: code.toLowerCase(), customer_id: 'c14', lines }, 'coffee 1')).toEqual(
      redemption,
    );
    expect(await counters()).toMatchObject({ issued: 1, redeemed: 1, moneyReservedMinor: 0, moneyRedeemedMinor: 163 });
  });

  step('never above the maximum', async () => {
    const code = await give('coffee', 'c15');
    expect(await redeem(shop.coupons, { code, lines: [line('beans', 100, '9.00')] })).toMatchObject({
      discountMinor: 400,
    });
  });

  step('refused by name, and nothing changes', async () => {
    const code = await give('coffee', 'c16');
    const before = await counters();
    const beans = [line('beans', 2, '9.00')];
    const refused = (given: object) => refusalOf(redeem(shop.coupons, { code, lines: beans, ...given }));
    const notRedeemable = (field: string) => ({ code: 'coupon_not_redeemable', fields: [field] });
    expect(await refused({ customer_id: 'c17' })).toEqual(notRedeemable('/customer_id'));
    expect(await refused({ customer_id: 'stranger' })).toEqual(notRedeemable('/customer_id'));
    expect(await refused({ lines: [line('soap', 9, '9.00')] })).toEqual(notRedeemable('/lines'));
    expect(await refused({ lines: [line('beans', 1, '9.99'), line('soap', 9, '9.00')] })).toEqual(
      notRedeemable('/lines'),
    );
    const tooMuch = [line('beans', 1_000_000, '999999999999')];
    expect(await refused({ lines: tooMuch })).toEqual({ code: 'invalid_request', fields: ['/lines'] });
    for (const unknown of ['2222-2222-2222-2222', '-', '\u{1f37a}']) {
      expect(await refused({ code: unknown })).toEqual({ code: 'not_found', fields: [] });
    }
    expect(await counters()).toEqual(before);
    await redeem(shop.coupons, { code, lines: beans });
    expect(await refused({})).toEqual({ code: 'coupon_already_redeemed', fields: ['/code'] });
  });

  step('an expired code is refused and gives back what it held, at once', async () => {
    const code = await give('coffee', 'c17');
    const before = await counters();
    const { now } = shop.time;
    shop.time.now = new Date(now.getTime() + 3 * 86_400_000);
    const late = () => redeem(shop.coupons, { code, lines: [line('beans', 2, '9.00')] });
    for (const again of [1, 2, 3])
      expect({ again, ...(await refusalOf(late())) }).toMatchObject({
        code: 'coupon_not_redeemable',
        fields: ['/code'],
      });
    shop.time.now = now;
    expect(await counters()).toEqual({
      ...before,
      issued: before.issued - 1,
      expired: before.expired + 1,
      moneyReservedMinor: before.moneyReservedMinor - 400,
    });
    expect((await decide(shop.coupons, { customer_id: 'c17', campaign_ids: ['coffee'] })).action).toBe('coupon');
  });

  step('an amount is never above what it applies to', async () => {
    await shop.coupons.createCampaign(campaign('big amount', { discount: { type: 'amount', amount: '50.00' } }));
    const code = await give('big amount', 'c18');
    expect(await redeem(shop.coupons, { code, lines: [line('soap', 1, '2.00')] })).toMatchObject({
      discountMinor: 200,
    });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

test('what is left of the budgets, for each of those who are answered together', async () => {
  await shop.coupons.createCampaign(campaign('left', { budget: { coupons: 12, money: '30.00' } }));
  const ask = (n: number) => decide(shop.coupons, { customer_id: `c${n}`, campaign_ids: ['left'] });
  // Sent twice, and answered once: what is not given does not count.
  const first = await decide(shop.coupons, { customer_id: 'c0', campaign_ids: ['left'] }, 'left 0');
  const [again, ...others] = await Promise.all([
    decide(shop.coupons, { customer_id: 'c0', campaign_ids: ['left'] }, 'left 0'),
    ...Array.from({ length: 9 }, (_, n) => ask(n + 1)),
  ]);
  expect(again).toEqual(first);
  expect([first, ...others].map(({ budgetLeft }) => budgetLeft)).toEqual(
    Array.from({ length: 10 }, (_, n) => ({ coupons: 11 - n, moneyMinor: 2_700 - 300 * n })),
  );
});

describe('erasure', () => {
  test('whoever is erased while decisions are made is unknown to them; the others get theirs', async () => {
    await shop.coupons.createCampaign(campaign('in between'));
    const [{ customer_key: key }] = (await shop.db.query<{ customer_key: number }>(
      `select customer_key from customers where customer_id = 'c24'`,
    )) as [{ customer_key: number }];
    let decided: ReturnType<typeof decide>[] = [];
    await shop.db.transaction(async (tx) => {
      await tx.query('select from customers where customer_key = $1 for update', [key]);
      await shop.erase(tx, key);
      decided = ['c24', 'c25'].map((customer_id) =>
        decide(shop.coupons, { customer_id, campaign_ids: ['in between'] }),
      );
      // Long enough that they have read who there is, and would have written it.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.query('delete from customers where customer_key = $1', [key]);
    });
    const [erased, other] = await Promise.all(decided);
    expect(erased).toMatchObject({ cause: 'unknown-customer', coupon: null });
    expect(other).toMatchObject({ action: 'coupon' });
    const tables = ['coupons', 'coupon_uses', 'coupon_decisions', 'experiment_assignments', 'idempotent_answers'];
    for (const table of tables) {
      expect(await shop.db.query(`select * from ${table} where customer_key = $1`, [key])).toEqual([]);
    }
    expect(await shop.db.query(`select * from coupon_counters where per = 'customer' and holder = $1`, [key])).toEqual(
      [],
    );
  });

  test('ledger, coupons and decisions stay without the person; the code is nobody’s', async () => {
    await shop.coupons.createCampaign(campaign('erasure', { limit_per_customer: 2 }));
    const asked = { customer_id: 'c20', campaign_ids: ['erasure'] };
    const first = await decide(shop.coupons, asked, 'erased 1');
    const second = await decide(shop.coupons, asked);
    const [{ customer_key: key }] = (await shop.db.query<{ customer_key: number }>(
      `select customer_key from customers where customer_id = 'c20'`,
    )) as [{ customer_key: number }];
    await shop.db.transaction(async (tx) => {
      await shop.erase(tx, key);
      await tx.query('delete from customers where customer_key = $1', [key]);
    });

    for (const table of [
      'coupons',
      'coupon_uses',
      'coupon_decisions',
      'experiment_assignments',
      'idempotent_answers',
    ]) {
      expect(await shop.db.query(`select * from ${table} where customer_key = $1`, [key])).toEqual([]);
    }
    const logged = await shop.coupons.readDecision(String(first.decisionId));
    expect(logged).toEqual({ ...first, customerId: null });
    expect(await decide(shop.coupons, asked, 'erased 1')).toMatchObject({ action: 'none', cause: 'unknown-customer' });
    for (const customer_id of ['c20', 'c21', undefined]) {
      const asked = redeem(shop.coupons, { code: second.coupon!.code, customer_id });
      expect(await refusalOf(asked)).toEqual({ code: 'coupon_not_redeemable', fields: ['/customer_id'] });
    }
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

test('the check of the ledger finds each counter that is off', async () => {
  await shop.coupons.createCampaign(campaign('checked'));
  await give('checked', 'c21');
  await shop.db.query(
    `update campaigns set issued = issued + 1, money_redeemed_minor = 7 where campaign_id = 'checked'`,
  );
  expect(await selectDifferences(shop.db)).toEqual([
    { campaignId: 'checked', figure: 'issued', counter: 2, ledger: 1, uses: 1 },
    { campaignId: 'checked', figure: 'money_redeemed_minor', counter: 7, ledger: 0, uses: 0 },
  ]);
  await shop.db.query(
    `update campaigns set issued = issued - 1, money_redeemed_minor = 0 where campaign_id = 'checked'`,
  );
});
