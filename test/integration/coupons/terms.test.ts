import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { CampaignElement } from '../../../src/coupons/request-elements.ts';
import {
  type CouponShop,
  campaign,
  decide,
  goods,
  makeCodes,
  makeSharedCode,
  newOrderId,
  openCouponShop,
  readCodes,
  redeem,
  redeemOrder,
  refusalOf,
  release,
} from '../../support/shops/coupon-shop.ts';

const people = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`c${n}`, {}]));
let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: people,
    items: [
      { item_id: 'beans', category: 'Food > Coffee', price: '9.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
});
afterAll(async () => {
  try {
    expect(await selectDifferences(shop.db)).toEqual([]);
    const report = await replayDecisions(shop.db, 10_000);
    expect(report).toEqual({ replayed: report.replayed, equal: report.replayed, otherRules: 0, differing: [] });
    expect(report.replayed).toBeGreaterThan(30);
  } finally {
    await shop.stop();
  }
});

const create = (id: string, change: Partial<CampaignElement> = {}) => shop.coupons.createCampaign(campaign(id, change));
const change = (id: string, to: Partial<CampaignElement>) => shop.coupons.changeCampaign(id, campaign(id, to));
const ask = (customer: string, id: string, more: object = {}) =>
  decide(shop.coupons, { customer_id: customer, campaign_ids: [id], ...more });
const codeFor = async (customer: string, id: string) => (await ask(customer, id)).coupon!.code;
const amount = (value: string) => ({ type: 'amount', amount: value }) as const;
const outcomeOf = async (code: string, customer_id: string, cart = goods('20.00')) =>
  (await shop.coupons.qualify({ customer_id, codes: [code], cart }, 1)).codes[0];

const byCause = { policyId: 'by-cause', version: 1 };

describe('a change of terms', () => {
  test('makes the next version; the terms that hold change nothing; each holds from its moment on', async () => {
    const first = await create('versions');
    expect(first.version).toBe(1);
    const { since } = first;
    shop.time.now = new Date(since.getTime() + 60_000);
    expect(await change('versions', { discount: amount('4.00') })).toMatchObject({
      version: 2,
      discount: { amountMinor: 400 },
    });
    expect(await change('versions', { discount: amount('4.00') })).toMatchObject({ version: 2 });
    const { campaign_id: _, ...withoutId } = campaign('versions');
    expect(await shop.coupons.changeCampaign('versions', withoutId)).toMatchObject({
      version: 3,
      discount: { amountMinor: 300 },
    });
    const all = await shop.coupons.listVersions('versions', 10);
    expect(all.map(({ version, discount, since: at }) => [version, discount, at])).toEqual([
      [3, { type: 'amount', amountMinor: 300 }, shop.time.now],
      [2, { type: 'amount', amountMinor: 400 }, shop.time.now],
      [1, { type: 'amount', amountMinor: 300 }, since],
    ]);
    expect((await shop.coupons.listVersions('versions', 10, 3)).map(({ version }) => version)).toEqual([2, 1]);
  });

  test('is asked of a campaign that there is, by its own id', async () => {
    expect(await refusalOf(change('nowhere', {}))).toEqual({ code: 'not_found', fields: [] });
    expect(await refusalOf(shop.coupons.listVersions('nowhere', 1))).toEqual({ code: 'not_found', fields: [] });
    await create('its own');
    const other = shop.coupons.changeCampaign('its own', campaign('another'));
    expect(await refusalOf(other)).toEqual({ code: 'invalid_request', fields: ['/campaign_id'] });
    const unbounded = { discount: { type: 'percent', percent: 10 }, budget: { money: '100.00' } } as const;
    expect((await refusalOf(change('its own', unbounded))).fields).toEqual(['/discount/maximum_discount']);
  });

  test('POST of an id makes a campaign or finds the same; other terms are for PUT', async () => {
    await create('posted');
    await change('posted', { priority: 7 });
    expect(await create('posted', { priority: 7 })).toMatchObject({ version: 2 });
    const before = create('posted');
    await expect(before).rejects.toThrow('PUT');
    expect(await refusalOf(before)).toEqual({ code: 'conflict', fields: ['/campaign_id'] });
  });

  test.each([
    ['control_share', 0.1],
    ['time_zone', 'Asia/Tokyo'],
    ['week_start', 'sunday'],
  ] as const)('cannot be one of %s', async (field, value) => {
    const of = `fixed ${field}`;
    await create(of, { control_share: 0.2, time_zone: 'Europe/Berlin', week_start: 'monday' });
    const kept = { control_share: 0.2, time_zone: 'Europe/Berlin', week_start: 'monday', priority: 1 } as const;
    const refused = change(of, { ...kept, [field]: value } as Partial<CampaignElement>);
    expect(await refusalOf(refused)).toEqual({ code: 'conflict', fields: [`/${field}`] });
    expect(await shop.coupons.readCampaign(of)).toMatchObject({ version: 1, priority: 0 });
    // Absent, the time zone is the campaign's and not the shop's.
    const { time_zone: __, ...rest } = kept;
    expect(await change(of, rest)).toMatchObject({ version: 2, timeZone: 'Europe/Berlin' });
  });
});

describe('an issued coupon has the terms of its issue for ever', () => {
  test('discount, kind of discount and least spend', async () => {
    await create('discounts');
    const issued = await ask('c1', 'discounts');
    expect(issued.campaigns).toEqual([{ campaignId: 'discounts', version: 1, policy: byCause, outcome: 'granted' }]);
    await change('discounts', {
      discount: { type: 'percent', percent: 50, maximum_discount: '9.00' },
      minimum_spend: '10.00',
    });
    const later = await ask('c2', 'discounts');
    expect(later.campaigns).toEqual([{ campaignId: 'discounts', version: 2, policy: byCause, outcome: 'granted' }]);
    expect(later.coupon).toMatchObject({ discount: { type: 'percent', percent: 50 }, minimumSpendMinor: 1_000 });
    await change('discounts', { discount: { type: 'free-shipping' } });

    const [old, newer] = [issued.coupon!.code, later.coupon!.code];
    expect(await outcomeOf(old, 'c1', goods('8.00'))).toMatchObject({ outcome: 'applied', discountMinor: 300 });
    expect(await outcomeOf(newer, 'c2', goods('8.00'))).toMatchObject({ outcome: 'below-minimum-spend' });
    expect(await redeem(shop.coupons, { code: old, lines: goods('8.00') })).toMatchObject({
      discountMinor: 300,
      freeShipping: false,
    });
    expect(await redeem(shop.coupons, { code: newer, lines: goods('12.00') })).toMatchObject({
      discountMinor: 600,
      freeShipping: false,
    });
    const { coupon } = await ask('c3', 'discounts');
    expect(await redeem(shop.coupons, { code: coupon!.code })).toMatchObject({ discountMinor: 0, freeShipping: true });
  });

  test('what it is for, and its end, also where the campaign ends before or begins later', async () => {
    await create('scope', { applies_to: { categories: ['Food'] }, coupon_valid_days: 30 });
    const code = await codeFor('c1', 'scope');
    const until = new Date(shop.time.now.getTime() + 3_600_000);
    await change('scope', { applies_to: { categories: ['Home'] }, valid_until: until.toISOString() });
    const issuedAt = shop.time.now;
    shop.time.now = new Date(issuedAt.getTime() + 29 * 86_400_000);
    expect((await shop.coupons.readCampaign('scope')).status).toBe('ended');
    const soap = [{ item_id: 'soap', quantity: 5, unit_price: '2.00' }];
    expect((await outcomeOf(code, 'c1', soap)).outcome).toBe('nothing-in-cart-applies');
    const beans = [{ item_id: 'beans', quantity: 1, unit_price: '9.00' }];
    await redeem(shop.coupons, { code, lines: beans });
    shop.time.now = issuedAt;

    await create('late');
    const early = await codeFor('c1', 'late');
    await change('late', { valid_from: '2026-04-20T00:00:00Z' });
    expect((await ask('c2', 'late')).campaigns[0].outcome).toBe('not-active');
    expect((await outcomeOf(early, 'c1')).outcome).toBe('applied');
  });

  test('how it goes with others of an order, and what was redeemed stays what it is', async () => {
    const stackable = { stacking: 'stackable' } as const;
    await create('beside', { ...stackable, stacking_order: 2, discount: { type: 'percent', percent: 10 } });
    await create('first', { ...stackable, stacking_order: 1, discount: amount('5.00') });
    await makeSharedCode(shop.coupons, 'beside', 'BESIDE');
    await makeSharedCode(shop.coupons, 'first', 'FIRST');
    const order = { order_id: newOrderId(), customer_id: 'c4', lines: goods('25.00') };
    expect(await redeem(shop.coupons, { ...order, code: 'BESIDE' })).toMatchObject({ discountMinor: 250 });
    await change('beside', { discount: { type: 'percent', percent: 50 } });
    // 10 % of the 20.00 that 5.00 off has left, as it was redeemed, and exclusive ones could not be beside each other.
    const both = await redeem(shop.coupons, { ...order, code: 'FIRST' });
    expect(both.restated.map(({ discountMinor }) => discountMinor)).toEqual([200]);
    expect(both.order.discountMinor).toBe(700);
    const next = { ...order, order_id: newOrderId(), codes: ['BESIDE'], customer_id: 'c5' };
    expect(await refusalOf(redeemOrder(shop.coupons, { ...next, codes: ['BESIDE', 'FIRST'] }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/codes/1'],
    });
    expect((await redeemOrder(shop.coupons, next)).order.discountMinor).toBe(1_250);
  });

  test('also one that others of its order left nothing to give, which takes a unit anew', async () => {
    const stackable = { stacking: 'stackable' } as const;
    await create('later', { ...stackable, stacking_order: 2, discount: amount('5.00'), limit_per_customer: 9 });
    await create('all', { ...stackable, stacking_order: 1, discount: { type: 'percent', percent: 100 } });
    await makeSharedCode(shop.coupons, 'all', 'ALLOFIT');
    const code = await codeFor('c6', 'later');
    const order = { order_id: newOrderId(), customer_id: 'c6', lines: goods('25.00') };
    await redeem(shop.coupons, { ...order, code });
    expect((await redeem(shop.coupons, { ...order, code: 'ALLOFIT' })).restated[0]).toMatchObject({
      unitGivenBack: true,
    });
    await change('later', {
      ...stackable,
      discount: amount('1.00'),
      limit_per_customer: 9,
      valid_until: '2026-03-02T00:00:00Z',
    });
    expect((await outcomeOf(code, 'c6')).discountMinor).toBe(500);
    expect(await redeem(shop.coupons, { code, order_id: newOrderId(), customer_id: 'c6' })).toMatchObject({
      discountMinor: 500,
    });
  });
});

describe('a code that nobody was given', () => {
  test('follows the newest terms, and what was redeemed with it keeps its own', async () => {
    await create('shared', { limit_per_customer: 9 });
    await makeSharedCode(shop.coupons, 'shared', 'TENOFF');
    await redeem(shop.coupons, { code: 'TENOFF', order_id: newOrderId(), customer_id: 'c1' });
    await change('shared', { discount: amount('7.00'), limit_per_customer: 9 });
    expect((await outcomeOf('TENOFF', 'c2')).discountMinor).toBe(700);
    expect(await redeem(shop.coupons, { code: 'TENOFF', order_id: newOrderId(), customer_id: 'c2' })).toMatchObject({
      discountMinor: 700,
    });
    expect((await shop.coupons.readCampaign('shared')).counters).toMatchObject({
      redeemed: 2,
      moneyRedeemedMinor: 1_000,
    });
  });

  test('ends with its campaign, whenever that is; an end of its own is kept, but not beyond the campaign', async () => {
    await create('ends');
    await makeSharedCode(shop.coupons, 'ends', 'OPENENDED');
    await makeSharedCode(shop.coupons, 'ends', 'APRIL', { valid_until: '2026-04-10T00:00:00Z' });
    const at = shop.time.now;
    const outcomes = async (day: string) => {
      shop.time.now = new Date(`${day}T12:00:00Z`);
      const found = [];
      for (const code of ['OPENENDED', 'APRIL']) found.push((await outcomeOf(code, 'c1')).outcome);
      shop.time.now = at;
      return found;
    };
    await change('ends', { valid_until: '2026-06-01T00:00:00Z' });
    expect(await outcomes('2026-05-20')).toEqual(['applied', 'expired']);
    expect(await outcomes('2026-06-20')).toEqual(['expired', 'expired']);
    await change('ends', { valid_until: '2026-04-01T00:00:00Z' });
    expect(await outcomes('2026-03-20')).toEqual(['applied', 'applied']);
    expect(await outcomes('2026-04-05')).toEqual(['expired', 'expired']);
  });
});

describe('budgets', () => {
  test('may be raised, lowered and dropped, never below what is held', async () => {
    await create('budget', { budget: { coupons: 3, money: '9.00' } });
    const codes = [await codeFor('c1', 'budget'), await codeFor('c2', 'budget'), await codeFor('c3', 'budget')];
    expect((await ask('c4', 'budget')).campaigns[0].outcome).toBe('coupon-budget-spent');
    const less = change('budget', { budget: { coupons: 2, money: '8.99' } });
    await expect(less).rejects.toThrow(
      '/budget/coupons is less than the 3 that are held. /budget/money is less than the 9.00 that are held.',
    );
    expect(await refusalOf(less)).toEqual({ code: 'conflict', fields: ['/budget/coupons', '/budget/money'] });
    expect((await shop.coupons.readCampaign('budget')).version).toBe(1);
    await release(shop.coupons, codes[0]);
    await change('budget', { budget: { coupons: 2, money: '6.00' } });
    expect((await ask('c4', 'budget')).campaigns[0].outcome).toBe('coupon-budget-spent');
    await change('budget', { budget: { coupons: 3, money: '8.99' } });
    expect((await ask('c4', 'budget')).campaigns[0].outcome).toBe('money-budget-spent');
    await change('budget', { budget: {} });
    expect(await ask('c4', 'budget')).toMatchObject({
      coupon: { campaignId: 'budget' },
      budgetLeft: { coupons: null, moneyMinor: null },
    });
    // The database keeps them as well.
    await change('budget', { budget: { coupons: 3 } });
    await expect(
      shop.db.query(`update campaigns set coupon_budget = 2 where campaign_id = 'budget'`),
    ).rejects.toMatchObject({
      constraint: 'coupon_budget_kept',
    });
  });

  test('of money that are spent do not stand against what costs none', async () => {
    await create('shipping', { budget: { money: '3.00' }, limit_per_customer: 9 });
    await makeSharedCode(shop.coupons, 'shipping', 'SHIPPING');
    await redeem(shop.coupons, { code: 'SHIPPING', order_id: newOrderId(), customer_id: 'c1' });
    expect((await outcomeOf('SHIPPING', 'c2')).outcome).toBe('budget-spent');
    await change('shipping', { discount: { type: 'free-shipping' }, budget: { money: '3.00' }, limit_per_customer: 9 });
    expect((await outcomeOf('SHIPPING', 'c2')).outcome).toBe('applied');
    const redeemed = await redeem(shop.coupons, { code: 'SHIPPING', order_id: newOrderId(), customer_id: 'c2' });
    expect(redeemed).toMatchObject({ discountMinor: 0, freeShipping: true });
  });

  test('of money do not begin while coupons are held whose discount has no bound', async () => {
    const unbounded = { discount: { type: 'percent', percent: 10 }, budget: {} } as const;
    const bounded = {
      discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
      budget: { money: '50.00' },
    } as const;
    await create('unbounded', unbounded);
    const code = await codeFor('c1', 'unbounded');
    const refused = change('unbounded', bounded);
    await expect(refused).rejects.toThrow(
      '/budget/money cannot bind while 1 coupons without a maximum discount are held.',
    );
    await redeem(shop.coupons, { code, lines: goods('400.00') });
    expect((await change('unbounded', bounded)).counters.moneyRedeemedMinor).toBe(4_000);
    expect((await ask('c2', 'unbounded')).budgetLeft).toEqual({ coupons: null, moneyMinor: 500 });
  });
});

describe('limits', () => {
  test('per customer: lowered they bind what comes after, and raised again', async () => {
    await create('each', { limit_per_customer: 3 });
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push(await codeFor('c1', 'each'));
    await codeFor('c2', 'each');
    await change('each', { limit_per_customer: 2 });
    expect((await ask('c1', 'each')).campaigns[0].outcome).toBe('customer-limit-reached');
    await release(shop.coupons, codes[0]);
    // Two are held, as many as may be.
    expect((await ask('c1', 'each')).campaigns[0].outcome).toBe('customer-limit-reached');
    await release(shop.coupons, codes[1]);
    await codeFor('c1', 'each');
    expect((await ask('c1', 'each')).campaigns[0].outcome).toBe('customer-limit-reached');
    await codeFor('c2', 'each');
    expect((await ask('c2', 'each')).campaigns[0].outcome).toBe('customer-limit-reached');
    await change('each', { limit_per_customer: 3 });
    await codeFor('c2', 'each');
    await redeem(shop.coupons, { code: codes[2] });
  });

  test('that are new count what is held of their period, and those that are gone bind nobody', async () => {
    await create('periods', { limit_per_customer: 9 });
    await makeCodes(shop.coupons, 'periods', { batch_id: 'b', count: 1, kind: 'shared' });
    const [shared] = await readCodes(shop.coupons, 'periods', 'b');
    for (const customer of ['c1', 'c1', 'c2']) await codeFor(customer, 'periods');
    await redeem(shop.coupons, { code: shared, order_id: newOrderId(), customer_id: 'c3' });
    const limits: CampaignElement['limits'] = [
      { per: 'customer', period: 'week', units: 2 },
      { per: 'campaign', period: 'day', units: 6 },
      { per: 'code', period: 'month', units: 2 },
    ];
    await change('periods', { limit_per_customer: 9, limits });
    expect(await selectDifferences(shop.db)).toEqual([]);
    expect((await ask('c1', 'periods')).campaigns[0].outcome).toBe('period-limit-reached');
    await codeFor('c2', 'periods');
    await redeem(shop.coupons, { code: shared, order_id: newOrderId(), customer_id: 'c4' });
    // Two by the code, four by decisions: the day is full, and the code's month.
    expect((await ask('c5', 'periods')).campaigns[0].outcome).toBe('period-limit-reached');
    expect((await outcomeOf(shared, 'c5')).outcome).toBe('limit-reached');
    const again = redeem(shop.coupons, { code: shared, order_id: newOrderId(), customer_id: 'c5' });
    expect((await refusalOf(again)).fields).toEqual(['/code']);
    await change('periods', { limit_per_customer: 9, limits: limits.slice(0, 1) });
    await codeFor('c5', 'periods');
    await redeem(shop.coupons, { code: shared, order_id: newOrderId(), customer_id: 'c5' });
    await change('periods', { limit_per_customer: 9, limits: [{ per: 'campaign', period: 'day', units: 7 }] });
    // Eight are held.
    expect((await ask('c6', 'periods')).campaigns[0].outcome).toBe('period-limit-reached');
    expect(await selectDifferences(shop.db)).toEqual([]);
    const at = shop.time.now;
    shop.time.now = new Date(at.getTime() + 86_400_000);
    await codeFor('c6', 'periods');
    shop.time.now = at;
  });
});
