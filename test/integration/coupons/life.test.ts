import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import { answerOnce } from '../../../src/db/idempotency.ts';
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
  refusalOf,
  release,
  reverse,
} from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: {
      weak: { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' },
      high: { group: 'high-value', recencyScore: 5 },
      private: {},
      ...Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`gone${n}`, {}])),
      ...Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`c${n}`, {}])),
    },
    items: [
      { item_id: 'beans', category: 'Food > Coffee', price: '9.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
  await shop.db.query(`update customers set profiling_allowed = false where customer_id = 'private'`);
});
afterAll(() => shop.stop());

const counters = async (campaignId: string) => (await shop.coupons.readCampaign(campaignId)).counters;
const grant = (campaignId: string, customer_id: string, reserve_seconds?: number) =>
  decide(shop.coupons, { customer_id, campaign_ids: [campaignId], reserve_seconds });
const shared = (campaignId: string, code: string, change: object = {}) =>
  makeSharedCode(shop.coupons, campaignId, code, change);

describe('reversals', () => {
  test('parts give money back, the last of it the unit, each once by the id of the shop', async () => {
    await shop.coupons.createCampaign(campaign('parts', { budget: { coupons: 1, money: '3.00' } }));
    const { coupon } = await grant('parts', 'c1');
    const { redemptionId } = await redeem(shop.coupons, { code: coupon!.code, order_id: newOrderId() });
    const redemption_id = String(redemptionId);
    const part = { reversal_id: 'R1', redemption_id, amount: '1.00' };
    const first = await reverse(shop.coupons, part, 'k');
    expect(first.redemptions).toEqual([{ redemptionId, amountMinor: 100, unitGivenBack: false }]);
    expect(await reverse(shop.coupons, part, 'k')).toEqual(first);
    expect(await reverse(shop.coupons, part)).toEqual(first);
    expect(await counters('parts')).toMatchObject({
      issued: 1,
      reversed: 0,
      moneyRedeemedMinor: 300,
      moneyReversedMinor: 100,
    });
    expect((await grant('parts', 'c2')).campaigns[0].outcome).toBe('coupon-budget-spent');

    expect(await refusalOf(reverse(shop.coupons, { ...part, amount: '2.00' }))).toEqual({
      code: 'conflict',
      fields: ['/reversal_id'],
    });
    const tooMuch = { reversal_id: 'R2', redemption_id, amount: '2.01' };
    expect(await refusalOf(reverse(shop.coupons, tooMuch))).toEqual({ code: 'conflict', fields: ['/amount'] });
    expect(await refusalOf(reverse(shop.coupons, { reversal_id: 'R2', redemption_id: '99999999' }))).toEqual({
      code: 'not_found',
      fields: [],
    });
    for (const amount of ['1.005', '0.001', '1.2345']) {
      expect(await refusalOf(reverse(shop.coupons, { reversal_id: 'R2', redemption_id, amount }))).toEqual({
        code: 'invalid_request',
        fields: ['/amount'],
      });
    }
    for (const which of [{}, { redemption_id, order_id: 'both' }]) {
      expect(await refusalOf(reverse(shop.coupons, { reversal_id: 'R2', ...which }))).toEqual({
        code: 'invalid_request',
        fields: ['/redemption_id'],
      });
    }

    const last = await reverse(shop.coupons, { reversal_id: 'R2', redemption_id });
    expect(last.redemptions).toEqual([{ redemptionId, amountMinor: 200, unitGivenBack: true }]);
    expect(await counters('parts')).toMatchObject({ issued: 0, redeemed: 1, reversed: 1, moneyReversedMinor: 300 });
    expect(await refusalOf(reverse(shop.coupons, { reversal_id: 'R3', redemption_id }))).toEqual({
      code: 'conflict',
      fields: ['/reversal_id'],
    });
    expect((await grant('parts', 'c2')).action).toBe('coupon');
    expect(await refusalOf(redeem(shop.coupons, { code: coupon!.code }))).toMatchObject({
      code: 'coupon_already_redeemed',
    });
  });

  test('of a cancelled order everything comes back', async () => {
    const stackable = { stacking: 'stackable' as const };
    await shop.coupons.createCampaign(
      campaign('order a', { ...stackable, discount: { type: 'percent', percent: 50 } }),
    );
    await shop.coupons.createCampaign(campaign('order b', stackable));
    await shared('order a', 'ORDERA');
    await shared('order b', 'ORDERB');
    const order_id = newOrderId();
    const lines = goods('10.00');
    expect(await redeem(shop.coupons, { code: 'ordera', order_id, lines })).toMatchObject({ discountMinor: 500 });
    expect(await redeem(shop.coupons, { code: 'orderb', order_id, lines })).toMatchObject({ discountMinor: 300 });
    const { redemptions } = await reverse(shop.coupons, { reversal_id: 'cancelled', order_id });
    expect(redemptions.map(({ amountMinor, unitGivenBack }) => [amountMinor, unitGivenBack])).toEqual([
      [500, true],
      [300, true],
    ]);
    // A code made in bulk or by name is good again, also for the same order.
    expect(await redeem(shop.coupons, { code: 'ordera', order_id, lines })).toMatchObject({ discountMinor: 500 });
    expect(await counters('order a')).toMatchObject({ issued: 1, redeemed: 2, reversed: 1 });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

test('an order reversed by all of its amount gives the unit of free shipping back too', async () => {
  const stackable = { stacking: 'stackable' as const };
  await shop.coupons.createCampaign(campaign('whole ship', { ...stackable, discount: { type: 'free-shipping' } }));
  await shop.coupons.createCampaign(campaign('whole amount', stackable));
  const order_id = newOrderId();
  for (const [id, code] of [
    ['whole ship', 'WHOLE-S'],
    ['whole amount', 'WHOLE-A'],
  ] as const) {
    await shared(id, code);
    await redeem(shop.coupons, { code, order_id });
  }
  const part = await reverse(shop.coupons, { reversal_id: 'whole 1', order_id, amount: '1.00' });
  expect(part.redemptions.map(({ amountMinor, unitGivenBack }) => [amountMinor, unitGivenBack])).toEqual([
    [100, false],
  ]);
  const rest = await reverse(shop.coupons, { reversal_id: 'whole 2', order_id, amount: '2.00' });
  expect(rest.redemptions.map(({ amountMinor, unitGivenBack }) => [amountMinor, unitGivenBack])).toEqual([
    [0, true],
    [200, true],
  ]);
  expect(await counters('whole ship')).toMatchObject({ issued: 0, reversed: 1 });
});

describe('an order and its coupons', () => {
  test('an exclusive one stands alone, stackable ones take of what is left, of a campaign there is one', async () => {
    for (const [id, stacking] of [
      ['alone', 'exclusive'],
      ['first', 'stackable'],
      ['second', 'stackable'],
    ] as const) {
      await shop.coupons.createCampaign(campaign(id, { stacking, discount: { type: 'percent', percent: 50 } }));
      await shared(id, `${id}-1`);
      await shared(id, `${id}-2`);
    }
    const refused = (order_id: string, code: string) =>
      refusalOf(redeem(shop.coupons, { code, order_id, lines: goods('8.00') }));
    const notHere = { code: 'coupon_not_redeemable', fields: ['/order_id'] };
    const order_id = newOrderId();
    expect(await redeem(shop.coupons, { code: 'first1', order_id, lines: goods('8.00') })).toMatchObject({
      discountMinor: 400,
    });
    expect(await redeem(shop.coupons, { code: 'second1', order_id, lines: goods('8.00') })).toMatchObject({
      discountMinor: 200,
    });
    expect(await refused(order_id, 'second2')).toEqual(notHere);
    expect(await refused(order_id, 'alone1')).toEqual(notHere);
    const other = newOrderId();
    await redeem(shop.coupons, { code: 'alone1', order_id: other, lines: goods('8.00') });
    expect(await refused(other, 'first1')).toEqual(notHere);
  });
});

test('several coupons on the same item give what the qualification said, and never more than it costs', async () => {
  const lines = [
    { item_id: 'beans', quantity: 1, unit_price: '10.00' },
    { item_id: 'soap', quantity: 1, unit_price: '10.00' },
  ];
  const discounts = { amount: { type: 'amount', amount: '10.00' }, percent: { type: 'percent', percent: 50 } } as const;
  const given: Record<string, (number | string)[]> = {};
  for (const [name, discount] of Object.entries(discounts)) {
    const codes = [1, 2].map((n) => `same-${name}-${n}`);
    for (const [stacking_order, id] of codes.entries()) {
      const stacking = { stacking: 'stackable', stacking_order } as const;
      await shop.coupons.createCampaign(campaign(id, { ...stacking, discount, applies_to: { item_ids: ['beans'] } }));
      await shared(id, id);
    }
    const { together } = await shop.coupons.qualify({ cart: lines, codes }, 1);
    const order_id = newOrderId();
    given[name] = [];
    for (const code of codes) {
      const redeemed = redeem(shop.coupons, { code, order_id, lines });
      given[name].push(
        await redeemed.then(
          ({ discountMinor }) => discountMinor,
          (error) => error.faults[0].field,
        ),
      );
    }
    expect(given[name].reduce<number>((sum, minor) => sum + (Number(minor) || 0), 0)).toBe(together!.totalMinor);
  }
  // A second amount has nothing left to be taken off: it is not used up.
  expect(given).toEqual({ amount: [1_000, '/lines'], percent: [500, 250] });
});

test('a cart that no money could be booked for is refused, naming it', async () => {
  await shop.coupons.createCampaign(campaign('dear', { discount: { type: 'percent', percent: 10 } }));
  await shared('dear', 'DEAR-1');
  const lines = Array.from({ length: 100 }, () => ({ item_id: 'any', quantity: 1e6, unit_price: '999999999999.99' }));
  const asked = { customer_id: 'c9', campaign_ids: ['dear'], cart: lines };
  const tooMuch = (field: string) => ({ code: 'invalid_request', fields: [field] });
  expect(await refusalOf(shop.coupons.qualify({ ...asked, codes: ['DEAR-1'] }, 1))).toEqual(tooMuch('/cart'));
  expect(await refusalOf(decide(shop.coupons, asked))).toEqual(tooMuch('/cart'));
  expect(await refusalOf(redeem(shop.coupons, { code: 'DEAR-1', lines }))).toEqual(tooMuch('/lines'));
});

describe('reservations', () => {
  // Would see: counters held in memory that outlive what gives units back.
  test('what is released or has run out is given to the next who asks', async () => {
    await shop.coupons.createCampaign(campaign('given back', { budget: { coupons: 1 } }));
    const first = await grant('given back', 'c1', 60);
    await release(shop.coupons, first.coupon!.code);
    expect((await grant('given back', 'c2', 60)).action).toBe('coupon');
    const { now } = shop.time;
    shop.time.now = new Date(now.getTime() + 60_000);
    expect((await grant('given back', 'c3', 60)).action).toBe('none');
    expect(await shop.coupons.expireCoupons()).toBe(1);
    expect((await grant('given back', 'c3', 60)).action).toBe('coupon');
    await shop.coupons.expireCoupons();
    shop.time.now = now;
  });

  test('a hold ends by itself, or is released once; then the unit is free', async () => {
    await shop.coupons.createCampaign(campaign('held', { budget: { coupons: 1, money: '3.00' } }));
    const held = await grant('held', 'c1', 60);
    expect(held.coupon!.validUntil).toBe('2026-03-10T12:01:00.000Z');
    expect(held.budgetLeft).toEqual({ coupons: 0, moneyMinor: 0 });
    const released = await release(shop.coupons, held.coupon!.code, 'r');
    expect(released).toEqual({ code: held.coupon!.code, releasedAt: shop.time.now, moneyMinor: 300 });
    expect(await release(shop.coupons, held.coupon!.code, 'r')).toEqual(released);
    expect(await refusalOf(release(shop.coupons, held.coupon!.code))).toEqual({ code: 'conflict', fields: ['code'] });
    expect(await refusalOf(redeem(shop.coupons, { code: held.coupon!.code }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/code'],
    });
    expect(await counters('held')).toMatchObject({ issued: 0, released: 1, moneyReservedMinor: 0 });

    const again = await grant('held', 'c1', 60);
    const { now } = shop.time;
    shop.time.now = new Date(now.getTime() + 60_000);
    expect(await shop.coupons.expireCoupons()).toBe(1);
    expect(await refusalOf(redeem(shop.coupons, { code: again.coupon!.code }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/code'],
    });
    shop.time.now = now;
    expect(await counters('held')).toMatchObject({ issued: 0, expired: 1, released: 1 });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

describe('limits by period, in the zone of the campaign', () => {
  const at = async (instant: string, work: () => Promise<unknown>) => {
    const { now } = shop.time;
    shop.time.now = new Date(instant);
    try {
      return await work();
    } finally {
      shop.time.now = now;
    }
  };

  test.each([
    // The night of 29 March 2026 has 23 hours in Berlin: midnight is at 23:00 and at 22:00 UTC.
    ['day', 'monday', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59.999Z', '2026-03-29T22:00:00Z'],
    ['week', 'monday', '2026-03-22T23:00:00Z', '2026-03-29T21:59:59.999Z', '2026-03-29T22:00:00Z'],
    ['week', 'sunday', '2026-03-21T23:00:00Z', '2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00Z'],
    ['month', 'monday', '2026-03-01T00:00:00Z', '2026-03-31T21:59:59.999Z', '2026-03-31T22:00:00Z'],
  ] as const)('%s from %s: full until its end, and then not', async (period, week_start, first, last, next) => {
    const id = `limit ${period} ${week_start}`;
    const limits = [{ per: 'customer' as const, period, units: 2 }];
    await shop.coupons.createCampaign(
      campaign(id, { limits, week_start, time_zone: 'Europe/Berlin', limit_per_customer: 9 }),
    );
    const outcome = async () => (await grant(id, 'c3')).campaigns[0].outcome;
    expect(await at(first, outcome)).toBe('granted');
    expect(await at(last, outcome)).toBe('granted');
    expect(await at(last, outcome)).toBe('period-limit-reached');
    expect(await at(next, outcome)).toBe('granted');
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('per campaign and per code, however many come at once; given back to the period it was taken in', async () => {
    const limits = [
      { per: 'campaign' as const, period: 'day' as const, units: 5 },
      { per: 'code' as const, period: 'day' as const, units: 3 },
    ];
    await shop.coupons.createCampaign(campaign('many', { limits }));
    await shared('many', 'MANY-1');
    await shared('many', 'MANY-2');
    const attempt = async (code: string) => {
      try {
        return await redeem(shop.coupons, { code, order_id: newOrderId() });
      } catch (error) {
        expect(error).toMatchObject({ code: 'coupon_not_redeemable', faults: [{ field: '/code' }] });
        return undefined;
      }
    };
    const first = (await Promise.all(Array.from({ length: 12 }, () => attempt('MANY-1')))).filter(Boolean);
    expect(first.length).toBe(3);
    expect((await Promise.all(Array.from({ length: 12 }, () => attempt('MANY-2')))).filter(Boolean).length).toBe(2);
    expect((await grant('many', 'c4')).campaigns[0].outcome).toBe('period-limit-reached');
    const yesterday = String(first[0]!.redemptionId);
    await at('2026-03-11T12:00:00Z', async () => {
      expect((await Promise.all(Array.from({ length: 6 }, () => attempt('MANY-2')))).filter(Boolean).length).toBe(3);
      await reverse(shop.coupons, { reversal_id: 'yesterday', redemption_id: yesterday });
      expect(await attempt('MANY-2')).toBeUndefined();
    });
    expect(await attempt('MANY-2')).toBeDefined();
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

describe('codes', () => {
  test('many at once: unique, good once each, within the budget of their campaign', async () => {
    await shop.coupons.createCampaign(campaign('bulk', { budget: { coupons: 3 } }));
    const asked = { batch_id: 'mail', count: 500, kind: 'single' as const };
    expect(await makeCodes(shop.coupons, 'bulk', asked, 'b')).toEqual({
      campaignId: 'bulk',
      batchId: 'mail',
      codes: 500,
      code: null,
    });
    expect(await makeCodes(shop.coupons, 'bulk', asked, 'b')).toMatchObject({ codes: 500 });
    expect(await refusalOf(makeCodes(shop.coupons, 'bulk', asked))).toEqual({
      code: 'conflict',
      fields: ['/batch_id'],
    });
    const codes = await readCodes(shop.coupons, 'bulk', 'mail');
    expect(new Set(codes).size).toBe(500);
    expect(await counters('bulk')).toMatchObject({ issued: 0 });
    const results = await Promise.allSettled(
      codes.slice(0, 20).map((code) => redeem(shop.coupons, { code, order_id: newOrderId() })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(3);
    const used = codes[results.findIndex(({ status }) => status === 'fulfilled')];
    expect((await refusalOf(redeem(shop.coupons, { code: used, order_id: newOrderId() }))).code).toBe(
      'coupon_not_redeemable',
    );
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('more than are read at a time: each is told, once', async () => {
    await shop.coupons.createCampaign(campaign('huge'));
    await makeCodes(shop.coupons, 'huge', { batch_id: 'mail', count: 20_001, kind: 'single' });
    const codes = await readCodes(shop.coupons, 'huge', 'mail');
    expect(codes).toHaveLength(20_001);
    expect(new Set(codes).size).toBe(20_001);
  });

  test('of the shop’s own making: shared up to its limit, once an order, bound to a customer or not', async () => {
    await shop.coupons.createCampaign(campaign('own', { limit_per_customer: 2 }));
    await shared('own', 'Hello 2026', { usage_limit: 2 });
    const hello = (order_id: string, key?: string) => redeem(shop.coupons, { code: 'he1l0-2026', order_id }, key);
    const first = await hello('own 1', 'own');
    expect(await hello('own 1', 'own')).toEqual(first);
    expect(await refusalOf(hello('own 1'))).toMatchObject({ fields: ['/order_id'] });
    await hello('own 2');
    expect((await refusalOf(hello('own 3'))).code).toBe('coupon_already_redeemed');
    expect(await refusalOf(shared('own', 'HELLO2026'))).toEqual({ code: 'conflict', fields: ['/code'] });

    await makeCodes(shop.coupons, 'own', { batch_id: 'bound', code: 'BOUND', kind: 'shared', customer_id: 'c5' });
    const bound = (customer_id?: string) =>
      redeem(shop.coupons, { code: 'BOUND', order_id: newOrderId(), customer_id });
    for (const stranger of [undefined, 'c6', 'nobody']) {
      expect(await refusalOf(bound(stranger))).toEqual({ code: 'coupon_not_redeemable', fields: ['/customer_id'] });
    }
    await bound('c5');
    await bound('c5');
    expect(await refusalOf(bound('c5'))).toEqual({ code: 'coupon_not_redeemable', fields: ['/code'] });
  });

  test.each([
    ['neither count nor code', {}, '/count'],
    ['both', { count: 1, code: 'ABCD' }, '/count'],
    ['too short', { code: 'A-B-C' }, '/code'],
    ['no letters', { code: '§§§§' }, '/code'],
    ['later than the campaign', { count: 1, valid_until: '2026-05-01T00:00:01Z' }, '/valid_until'],
    ['a customer there is not', { count: 1, customer_id: 'nobody' }, '/customer_id'],
    ['a limit of a single one', { count: 1, usage_limit: 2 }, '/usage_limit'],
    ['for a customer who objects', { count: 1, customer_id: 'private' }, '/customer_id'],
  ])('%s is refused', async (name, element, field) => {
    await shop.coupons.createCampaign(campaign('own', { limit_per_customer: 2 }));
    const asked = makeCodes(shop.coupons, 'own', { batch_id: name, kind: 'single', ...element });
    expect(await refusalOf(asked)).toEqual({ code: 'invalid_request', fields: [field] });
  });

  test('a batch is made once, however many make it at once', async () => {
    await shop.coupons.createCampaign(campaign('once'));
    const asked = { batch_id: 'letter', count: 5_000, kind: 'single' as const };
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => makeCodes(shop.coupons, 'once', asked)));
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' });
    expect((await readCodes(shop.coupons, 'once', 'letter')).length).toBe(5_000);
  });

  test('the form in which a code of the shop’s own making is kept is told', async () => {
    await shop.coupons.createCampaign(campaign('once'));
    const asked = { batch_id: 'kept', code: 'Guess ok', kind: 'shared' as const };
    expect(await makeCodes(shop.coupons, 'once', asked)).toMatchObject({ codes: 1, code: 'GUES-S0K' });
    expect(await readCodes(shop.coupons, 'once', 'kept')).toEqual(['GUES-S0K']);
  });

  test('a campaign with a control group takes none: who is to be without it could have one', async () => {
    await shop.coupons.createCampaign(campaign('controlled', { control_share: 0.2 }));
    const asked = makeCodes(shop.coupons, 'controlled', { batch_id: 'any', count: 1, kind: 'single' });
    expect(await refusalOf(asked)).toEqual({ code: 'conflict', fields: ['campaign_id'] });
  });

  describe('of somebody who is erased', () => {
    const erase = (customer_id: string) =>
      shop.db.transaction(async (tx) => {
        const [row] = await tx.query<{ customer_key: number }>(
          'select customer_key from customers where customer_id = $1 for update',
          [customer_id],
        );
        await shop.erase(tx, row.customer_key);
        await tx.query('delete from customers where customer_key = $1', [row.customer_key]);
        return row.customer_key;
      });
    /** Somebody is erased while a request that names them has written and not committed. */
    const erasing = (customer_id: string) => {
      let erased = Promise.resolve(0);
      const coupons = shop.withParts({
        answerOnce: (tx, request, work) =>
          answerOnce(tx, request, async () => {
            const done = await work();
            erased = erase(customer_id);
            await Promise.race([erased, new Promise((resolve) => setTimeout(resolve, 200))]);
            return done;
          }),
      });
      return { coupons, key: () => erased };
    };
    const traces = async (customerKey: number) => {
      const tables = ['coupons', 'coupon_uses', 'idempotent_answers'];
      const all = tables.map((table) => `select customer_key from ${table} where customer_key = $1`);
      return (await shop.db.query(all.join(' union all '), [customerKey])).length;
    };

    test('a code for them alone is over, for everybody', async () => {
      await shop.coupons.createCampaign(campaign('personal'));
      const asked = { batch_id: 'one', code: 'PERSONAL', kind: 'single' as const, customer_id: 'gone0' };
      await makeCodes(shop.coupons, 'personal', asked);
      await erase('gone0');
      for (const customer_id of [undefined, 'gone1', 'gone0']) {
        expect(
          await refusalOf(redeem(shop.coupons, { code: 'PERSONAL', order_id: newOrderId(), customer_id })),
        ).toEqual({
          code: 'coupon_not_redeemable',
          fields: ['/code'],
        });
      }
      expect((await shop.coupons.qualify({ codes: ['PERSONAL'] }, 1)).codes[0].outcome).toBe('expired');
    });

    test('while they redeem, nothing of them is left', async () => {
      await shop.coupons.createCampaign(campaign('leaving'));
      await shared('leaving', 'LEAVING');
      const issued = (await grant('leaving', 'gone3')).coupon!.code;
      await makeCodes(shop.coupons, 'leaving', {
        batch_id: 'b',
        code: 'LEAVING2',
        kind: 'shared',
        customer_id: 'gone4',
      });
      const redeemed: [string, string][] = [
        ['LEAVING', 'gone2'],
        [issued, 'gone3'],
        ['LEAVING2', 'gone4'],
      ];
      for (const [code, customer_id] of redeemed) {
        const { coupons, key } = erasing(customer_id);
        await redeem(coupons, { code, order_id: newOrderId(), customer_id });
        expect(await traces(await key())).toBe(0);
      }
    });

    test('while a code for them is made, it is over', async () => {
      await shop.coupons.createCampaign(campaign('leaving'));
      const { coupons, key } = erasing('gone5');
      const asked = { batch_id: 'gone', count: 1, kind: 'single' as const, customer_id: 'gone5' };
      await makeCodes(coupons, 'leaving', asked);
      expect(await traces(await key())).toBe(0);
      const [code] = await readCodes(shop.coupons, 'leaving', 'gone');
      expect((await shop.coupons.qualify({ codes: [code] }, 1)).codes[0].outcome).toBe('expired');
      expect(await selectDifferences(shop.db)).toEqual([]);
    });
  });

  /** Who guessed in another test is somebody else in the next. */
  beforeEach(() => shop.db.query('delete from code_guesses'));

  test('guessing is stopped, for a right code too, by customer and by key, and goes on after a minute', async () => {
    await shop.coupons.createCampaign(campaign('own', { limit_per_customer: 2 }));
    await shared('own', 'SPENT-2026', { usage_limit: 1 });
    await redeem(shop.coupons, { code: 'SPENT-2026', order_id: newOrderId() });
    const watched = shop.withParts({ guessLimits: { perCustomer: 3, perKey: 5 } });
    const guess = (customer_id: string | undefined, code = 'WRONG-CODE') =>
      refusalOf(redeem(watched, { code, customer_id }));
    for (let n = 0; n < 3; n++) expect((await guess('c6')).code).toBe('not_found');
    expect((await guess('c6')).code).toBe('too_many_requests');
    expect((await guess('c6', 'SPENT-2026')).code).toBe('too_many_requests');
    await expect(watched.qualify({ customer_id: 'c6', codes: ['X'] }, 1)).rejects.toMatchObject({
      code: 'too_many_requests',
      retryAfterSeconds: 60,
    });
    expect((await guess('c7', 'SPENT-2026')).code).toBe('coupon_already_redeemed');
    for (let n = 0; n < 2; n++) expect((await guess(undefined)).code).toBe('not_found');
    expect((await guess('c8')).code).toBe('too_many_requests');
    const { now } = shop.time;
    shop.time.now = new Date(now.getTime() + 60_000);
    expect((await guess('c6')).code).toBe('not_found');
    shop.time.now = now;
  });

  test('guests together are held to the limit of the key only; a stored answer and a release are never refused', async () => {
    const watched = shop.withParts({ guessLimits: { perCustomer: 3, perKey: 5 } });
    await watched.createCampaign(campaign('watched', { budget: { coupons: 9 } }));
    const issued = (await decide(watched, { customer_id: 'c7', campaign_ids: ['watched'] })).coupon!.code;
    await makeCodes(watched, 'watched', { batch_id: 'w', code: 'WATCHED', kind: 'shared' });
    const wrong = () => refusalOf(redeem(watched, { code: 'WRONG-CODE' }));
    for (let n = 0; n < 4; n++) expect((await wrong()).code).toBe('not_found');
    const right = { code: 'WATCHED', order_id: newOrderId() };
    const redeemed = await redeem(watched, right, 'watched');
    expect((await wrong()).code).toBe('not_found');
    expect((await wrong()).code).toBe('too_many_requests');
    expect(await redeem(watched, right, 'watched')).toEqual(redeemed);
    expect(await release(watched, issued)).toMatchObject({ code: issued });
  });
});

describe('qualification consumes nothing and is never an error', () => {
  const beans = [{ item_id: 'beans', quantity: 4, unit_price: '9.00' }];
  beforeAll(async () => {
    await shop.coupons.createCampaign(
      campaign('q food', {
        applies_to: { categories: ['Food'] },
        stacking: 'stackable',
        discount: { type: 'percent', percent: 10 },
      }),
    );
    await shop.coupons.createCampaign(campaign('q home', { applies_to: { categories: ['Home'] } }));
    await shop.coupons.createCampaign(campaign('q vip', { target_groups: ['high-value'] }));
    await shop.coupons.createCampaign(campaign('q dear', { minimum_spend: '36.01', stacking: 'stackable' }));
    await shop.coupons.createCampaign(
      campaign('q ship', { discount: { type: 'free-shipping' }, stacking: 'stackable' }),
    );
    for (const id of ['q food', 'q dear', 'q ship']) await shared(id, id.replace(' ', '-').toUpperCase());
  });
  const campaign_ids = ['q food', 'q home', 'q vip', 'q dear', 'q ship'];
  const ask = async (element: object) => {
    const { campaigns, judgement, ...rest } = await shop.coupons.qualify({ campaign_ids, ...element }, 1);
    const told = campaigns.map(({ outcome, discountMinor }) => discountMinor ?? outcome);
    return { cause: judgement.cause, told, ...rest };
  };
  const nobody = campaign_ids.map(() => 'no-profile');

  test('each campaign with its discount or the reason', async () => {
    expect(await ask({ customer_id: 'c9', cart: beans })).toEqual({
      cause: 'weak-discount',
      told: [360, 'nothing-in-cart-applies', 'group-not-targeted', 'below-minimum-spend', 0],
      codes: [],
      together: null,
    });
    expect((await ask({ customer_id: 'c9' })).told).toEqual([
      'qualifies',
      'qualifies',
      'group-not-targeted',
      'qualifies',
      'qualifies',
    ]);
    expect((await ask({ customer_id: 'c9', cart: [] })).told).toEqual([
      'qualifies',
      'qualifies',
      'group-not-targeted',
      'qualifies',
      'qualifies',
    ]);
  });

  test.each([
    ['guest', {}],
    ['guest', { cart: beans }],
    ['unknown-customer', { customer_id: 'nobody', cart: beans }],
    ['profiling-not-allowed', { customer_id: 'private', cart: beans }],
  ])('%s', async (cause, element) => {
    expect(await ask(element)).toEqual({ cause, told: nobody, codes: [], together: null });
    const { action, campaigns, ...decision } = await decide(shop.coupons, { campaign_ids, ...element });
    expect({ action, cause: decision.cause, coupon: decision.coupon }).toEqual({ action: 'none', cause, coupon: null });
    // Whoever is somebody may be told that they are not in the group that one is for.
    const ofVip = cause === 'profiling-not-allowed' ? 'group-not-targeted' : 'not-needed';
    const expected = campaign_ids.map((id) => (id === 'q vip' ? ofVip : 'not-needed'));
    expect(campaigns.map(({ outcome }) => outcome)).toEqual(expected);
  });

  test('a campaign that gives 0.00 on this cart is told like its code; free shipping qualifies all the same', async () => {
    const discount = { type: 'buy-x-get-y', buy: 5, get: 1, percent: 100 } as const;
    await shop.coupons.createCampaign(campaign('q sixth free', { discount }));
    await shared('q sixth free', 'SIXTH-FREE');
    const judge = async (quantity: number) => {
      const cart = [{ ...beans[0], quantity }];
      const { told, codes } = await ask({
        customer_id: 'c9',
        campaign_ids: ['q sixth free', 'q ship'],
        cart,
        codes: ['SIXTH-FREE'],
      });
      return [...told, codes[0].discountMinor ?? codes[0].outcome];
    };
    expect(await judge(5)).toEqual([0, 'gives-nothing', 'gives-nothing']);
    expect(await judge(6)).toEqual([0, 900, 900]);
  });

  test('codes one by one and together', async () => {
    const codes = ['q-food', 'q-dear', 'q-ship', 'no-such-code', 'Q FOOD'];
    const { codes: told, together } = await ask({ cart: beans, codes });
    expect(told.map(({ outcome, discountMinor }) => [outcome, discountMinor])).toEqual([
      ['applied', 360],
      ['below-minimum-spend', null],
      ['applied', 0],
      ['unknown-code', null],
      ['given-twice', null],
    ]);
    expect(together).toEqual({ totalMinor: 360, perLine: [360], freeShipping: true });
    expect((await ask({ codes: ['q-food'] })).codes[0]).toMatchObject({ outcome: 'qualifies', discountMinor: null });
  });

  describe('a code qualifies where it can be redeemed', () => {
    const lines = goods('10.00');
    const asked = async (code: string, customer_id?: string) =>
      (await shop.coupons.qualify({ customer_id, cart: lines, codes: [code] }, 1)).codes[0].outcome;
    const attempt = async (code: string, customer_id?: string) => {
      const outcome = await asked(code, customer_id);
      const redeemed = redeem(shop.coupons, { code, order_id: newOrderId(), customer_id, lines });
      const refusal = await redeemed.then(
        () => null,
        (error) => error.faults[0].field,
      );
      return [outcome, refusal];
    };

    test('limits of customer, campaign and code', async () => {
      const limits = [
        { per: 'campaign' as const, period: 'day' as const, units: 3 },
        { per: 'code' as const, period: 'week' as const, units: 1 },
      ];
      await shop.coupons.createCampaign(campaign('q full', { limits }));
      for (const code of ['FULL-1', 'FULL-2', 'FULL-3', 'FULL-4']) await shared('q full', code);
      expect(await attempt('FULL-1', 'c1')).toEqual(['applied', null]);
      expect(await attempt('FULL-2', 'c1')).toEqual(['limit-reached', '/code']);
      expect(await attempt('FULL-1', 'c2')).toEqual(['limit-reached', '/code']);
      expect(await attempt('FULL-2', 'c2')).toEqual(['applied', null]);
      expect(await attempt('FULL-3')).toEqual(['applied', null]);
      expect(await attempt('FULL-4', 'c3')).toEqual(['limit-reached', '/code']);
    });

    test('money that is left for all of the discount; the others apply without it', async () => {
      const stackable = { stacking: 'stackable' as const };
      await shop.coupons.createCampaign(campaign('q poor', { ...stackable, budget: { money: '4.00' } }));
      await shop.coupons.createCampaign(campaign('q rich', { ...stackable, stacking_order: 1 }));
      for (const [id, code] of [
        ['q poor', 'POOR-1'],
        ['q poor', 'POOR-2'],
        ['q rich', 'RICH-1'],
      ] as const) {
        await shared(id, code);
      }
      expect(await attempt('POOR-1')).toEqual(['applied', null]);
      expect(await attempt('POOR-2')).toEqual(['budget-spent', '/code']);
      const { codes, together } = await shop.coupons.qualify({ cart: lines, codes: ['POOR-2', 'RICH-1'] }, 1);
      expect(codes.map(({ outcome, discountMinor }) => [outcome, discountMinor])).toEqual([
        ['budget-spent', null],
        ['applied', 300],
      ]);
      expect(together).toEqual({ totalMinor: 300, perLine: [300], freeShipping: false });
    });
  });

  test('nothing was taken', async () => {
    for (const id of campaign_ids) expect(await counters(id)).toMatchObject({ issued: 0, redeemed: 0 });
  });
});

describe('left alone, so that the effect can be measured', () => {
  test('the holdout gets nothing, stays who it is, and its history is kept', async () => {
    await shop.coupons.createCampaign(campaign('measured', { control_share: 0.5, budget: { coupons: 1_000 } }));
    expect(await shop.experiments.readHoldouts()).toMatchObject([{ share: 0, explorationShare: 0 }]);
    for (const share of [0.009, 0.12345]) {
      expect(await refusalOf(shop.experiments.setHoldout({ share }))).toEqual({
        code: 'invalid_request',
        fields: ['/share'],
      });
    }
    await shop.experiments.setHoldout({ share: 0.1 });
    expect((await shop.experiments.setHoldout({ share: 0.1 })).length).toBe(2);
    const ask = async (n: number) => (await grant('measured', `c${n}`)).holdout;
    const first = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(n)));
    const count = (arm: string) => first.filter((holdout) => holdout === arm).length;
    expect(count('global')).toBeGreaterThan(20);
    expect(count('global')).toBeLessThan(65);
    expect(count('control')).toBeGreaterThan(130);
    expect(count('control')).toBeLessThan(230);
    await shop.experiments.setHoldout({ share: 0.15 });
    const second = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(n)));
    first.forEach((holdout, n) => {
      if (holdout === 'global') expect(second[n]).toBe('global');
    });
    const arms = await shop.db.query<{ arm: string; customers: number }>(
      `select arm, count(*) as customers from experiment_assignments join campaigns using (experiment_key)
       where campaign_id = 'measured' group by arm order by arm`,
    );
    // The arm at first consideration is kept, whatever the share is later.
    expect(arms).toEqual([
      { arm: 'control', customers: count('control') },
      { arm: 'holdout', customers: count('global') },
      { arm: 'treatment', customers: count('none') },
    ]);
    // Some of the control group are among those whom the larger share holds.
    const [held, control] = [first.indexOf('global'), second.indexOf('control')];
    expect(await grant('measured', `c${held}`)).toMatchObject({
      action: 'none',
      cause: 'weak-discount',
      campaigns: [{ outcome: 'holdout' }],
    });
    const decided = await grant('measured', `c${control}`);
    expect(decided).toMatchObject({ action: 'none', campaigns: [{ outcome: 'control-group' }] });
    expect(decided.probability).toBeCloseTo(0.15 + 0.85 * 0.5, 10);
    expect(decided.reason).toContain('control group');
    const goodsOrNone = await decide(shop.coupons, { customer_id: 'weak', campaign_ids: ['measured'] });
    expect(goodsOrNone.probability).toBe(goodsOrNone.holdout === 'global' ? 0.15 : 0.85);
    expect(goodsOrNone.action).toBe(goodsOrNone.holdout === 'global' ? 'none' : 'lower-priced-goods');
    await shop.experiments.setHoldout({ share: 0 });
    const erased = (
      await shop.db.query<{ customer_key: number }>(`select customer_key from customers where customer_id = 'c399'`)
    )[0];
    await shop.db.transaction((tx) => shop.erase(tx, erased.customer_key));
    expect(
      await shop.db.query('select from experiment_assignments where customer_key = $1', [erased.customer_key]),
    ).toEqual([]);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

describe('what must not count', () => {
  test('barred attributes decide nothing and are in no evidence', async () => {
    const without = (barredAttributes: string[]) =>
      shop.withParts({ config: { minorDigits: 2, timeZone: 'UTC', barredAttributes } });
    await shop.coupons.createCampaign(campaign('barred'));
    const asked = { customer_id: 'weak', campaign_ids: ['barred'] };
    expect(await decide(without([]), asked)).toMatchObject({ cause: 'weak-purse' });
    const purse = await decide(without(['average_order_value', 'average_unit_price', 'gender']), asked);
    expect(purse).toMatchObject({ cause: 'undetermined' });
    expect(Object.keys(purse.evidence).sort()).toEqual([
      'discount_share',
      'frequency_score',
      'high_discount_share',
      'monetary_score',
      'recency_score',
      'segmentation_version',
    ]);
    expect(await decide(without(['group']), asked)).toMatchObject({
      action: 'none',
      group: null,
      cause: 'undetermined',
      evidence: {},
    });
    const aimed = without(['group']).createCampaign(campaign('aimed', { target_groups: ['ordinary'] }));
    expect(await refusalOf(aimed)).toEqual({ code: 'invalid_request', fields: ['/target_groups'] });
    expect(await without(['group']).createCampaign(campaign('not aimed'))).toMatchObject({ status: 'active' });
  });
});

describe('the log', () => {
  test('ledger and decisions cannot be changed', async () => {
    for (const sql of [
      'update coupon_ledger set units = 0',
      'delete from coupon_ledger',
      'truncate coupon_ledger cascade',
      `update coupon_decisions set answer = '{}'`,
      'delete from coupon_decisions',
      'update holdouts set share = 0.1',
    ]) {
      await expect(shop.db.query(sql)).rejects.toMatchObject({ code: '23001' });
    }
  });

  test('every decision is made again from its inputs, to the same answer', async () => {
    await shop.coupons.createCampaign(campaign('replayed'));
    await Promise.all(Array.from({ length: 60 }, (_, n) => grant('replayed', `c${n}`)));
    const report = await replayDecisions(shop.db, 10_000);
    expect(report.replayed).toBeGreaterThanOrEqual(60);
    expect(report).toMatchObject({ equal: report.replayed, otherRules: 0, differing: [] });
    // The comparison can fail: an answer that is not what its inputs give is found.
    const [logged] = await shop.db.query<{ decision_id: number }>(
      `insert into coupon_decisions (customer_key, decided_at, inputs, answer)
       select null, decided_at, inputs, replace(answer::text, '"action":"none"', '"action":"coupon"')::json
       from coupon_decisions where answer->>'action' = 'none' limit 1 returning decision_id`,
    );
    expect(await replayDecisions(shop.db, 10)).toMatchObject({
      replayed: 10,
      equal: 9,
      differing: [logged.decision_id],
    });
  });
});
