import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spend } from '../../../src/coupons/budgets/store.ts';
import { couponsStation } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import {
  type CouponShop,
  campaign,
  decide,
  goods,
  makeCodes,
  makeSharedCode,
  newOrderId,
  openCouponShop,
  redeem,
  redeemOrder,
  refusalOf,
  reverse,
} from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: Object.fromEntries(['ann', 'bob', 'gone', 'many', 'shy'].map((id) => [id, {}])),
  });
});
afterAll(() => shop.stop());

const shared = (campaignId: string, code: string, change: object = {}) =>
  makeSharedCode(shop.coupons, campaignId, code, change);
/** What qualification says of one code, and what stands against redeeming it: null is nothing. */
async function attempt(code: string, customer_id?: string, lines = goods('20.00')) {
  const { codes } = await shop.coupons.qualify({ customer_id, cart: lines, codes: [code] }, 1);
  const refusal = await redeem(shop.coupons, { code, order_id: newOrderId(), customer_id, lines }).then(
    () => null,
    ({ code, faults }) => `${code} ${faults[0]?.field}`,
  );
  return [codes[0].outcome, refusal];
}
const counters = async (campaignId: string) => (await shop.coupons.readCampaign(campaignId)).counters;
async function erase(customer_id: string) {
  await shop.db.transaction(async (tx) => {
    const [row] = await tx.query<{ customer_key: number }>(
      'select customer_key from customers where customer_id = $1 for update',
      [customer_id],
    );
    await shop.erase(tx, row.customer_key);
    await tx.query('delete from customers where customer_key = $1', [row.customer_key]);
  });
}

describe('limits bind whoever is named', () => {
  beforeAll(async () => {
    await shop.coupons.createCampaign(campaign('welcome', { limit_per_customer: 1 }));
    await shared('welcome', 'WELCOME');
  });

  test('somebody nobody knew before gets one, by the same code or another, and qualification says so', async () => {
    await shared('welcome', 'WELCOME-TOO');
    expect(await attempt('WELCOME', 'newbie')).toEqual(['applied', null]);
    expect(await attempt('WELCOME', 'newbie')).toEqual(['limit-reached', 'coupon_not_redeemable /code']);
    expect(await attempt('WELCOME-TOO', 'newbie')).toEqual(['limit-reached', 'coupon_not_redeemable /code']);
    expect(await attempt('WELCOME', 'another')).toEqual(['applied', null]);
    // Nobody is named, so nobody's limit binds.
    expect(await attempt('WELCOME')).toEqual(['applied', null]);
    expect(await attempt('WELCOME')).toEqual(['applied', null]);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('also when a newcomer asks many times at once', async () => {
    const tries = Array.from({ length: 12 }, () =>
      redeem(shop.coupons, { code: 'WELCOME', order_id: newOrderId(), customer_id: 'crowd' }),
    );
    const done = await Promise.allSettled(tries);
    expect(done.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('by day, and given back with the reversal', async () => {
    const limits = [{ per: 'customer' as const, period: 'day' as const, units: 2 }];
    await shop.coupons.createCampaign(campaign('daily', { limit_per_customer: 9, limits }));
    await shared('daily', 'DAILY');
    const first = await redeem(shop.coupons, { code: 'DAILY', order_id: newOrderId(), customer_id: 'daily one' });
    expect(await attempt('DAILY', 'daily one')).toEqual(['applied', null]);
    expect(await attempt('DAILY', 'daily one')).toEqual(['limit-reached', 'coupon_not_redeemable /code']);
    await reverse(shop.coupons, { reversal_id: 'daily', redemption_id: String(first.redemptionId) });
    expect(await attempt('DAILY', 'daily one')).toEqual(['applied', null]);
  });

  test('a refused redemption makes nobody known', async () => {
    expect((await refusalOf(redeem(shop.coupons, { code: 'NO-SUCH-CODE', customer_id: 'guesser' }))).code).toBe(
      'not_found',
    );
    const dear = campaign('dear', { minimum_spend: '50.00' });
    await shop.coupons.createCampaign(dear);
    await shared('dear', 'DEAR-ONE');
    expect(await attempt('DEAR-ONE', 'too poor')).toEqual(['below-minimum-spend', 'coupon_not_redeemable /lines']);
    expect(await shop.db.query(`select from customers where customer_id = any('{guesser,too poor}'::text[])`)).toEqual(
      [],
    );
  });

  test('whoever was known by redeeming alone is erased like everybody', async () => {
    expect(await attempt('WELCOME', 'passing')).toEqual(['applied', null]);
    await erase('passing');
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

describe('whom a code is for is asked alike by qualification and redemption', () => {
  test.each([
    [
      'issued by a decision',
      async (): Promise<string> => {
        await shop.coupons.createCampaign(campaign('for ann', { limit_per_customer: 9 }));
        const asked = { customer_id: 'ann', campaign_ids: ['for ann'] };
        return (await decide(shop.coupons, asked)).coupon!.code;
      },
    ],
    [
      'made by name',
      async (): Promise<string> => {
        await shop.coupons.createCampaign(campaign('by name', { limit_per_customer: 9 }));
        await makeCodes(shop.coupons, 'by name', {
          batch_id: 'b',
          code: 'FOR-ANN',
          kind: 'single',
          customer_id: 'ann',
        });
        return 'FOR-ANN';
      },
    ],
  ] as const)('%s', async (_, make) => {
    const code = await make();
    for (const other of [undefined, 'bob', 'nobody there']) {
      expect(await attempt(code, other)).toEqual(['not-this-customer', 'coupon_not_redeemable /customer_id']);
    }
    expect(await attempt(code, 'ann')).toEqual(['applied', null]);
  });

  test('who names nobody is told what is missing', async () => {
    await shop.coupons.createCampaign(campaign('needs a name'));
    await makeCodes(shop.coupons, 'needs a name', { batch_id: 'b', code: 'NAMED', kind: 'single', customer_id: 'ann' });
    const told = async (customer_id?: string) =>
      redeem(shop.coupons, { code: 'NAMED', order_id: newOrderId(), customer_id }).catch(
        ({ faults }) => faults[0].message,
      );
    expect([await told(), await told('bob')]).toEqual(['is needed for this code', 'is not the customer of this code']);
  });

  // Would see: a code that is bound to nobody since its customer was erased, and so good for whoever names nobody.
  test('of somebody who objected to profiling since: still theirs, as a shared code is; a new one they do not get', async () => {
    await shop.coupons.createCampaign(campaign('objected', { limit_per_customer: 3 }));
    await shared('objected', 'OBJECTED');
    const asked = { customer_id: 'shy', campaign_ids: ['objected'] };
    const { coupon } = await decide(shop.coupons, asked);
    await shop.db.query(`update customers set profiling_allowed = false where customer_id = 'shy'`);
    expect(await decide(shop.coupons, asked)).toMatchObject({ coupon: null, cause: 'profiling-not-allowed' });
    expect(await attempt(coupon!.code, 'shy')).toEqual(['applied', null]);
    expect(await attempt('OBJECTED', 'shy')).toEqual(['applied', null]);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('of somebody erased: good for nobody, whoever brings it', async () => {
    await shop.coupons.createCampaign(campaign('for gone'));
    const { coupon } = await decide(shop.coupons, { customer_id: 'gone', campaign_ids: ['for gone'] });
    await erase('gone');
    for (const other of ['gone', 'bob', 'nobody there', undefined]) {
      expect(await attempt(coupon!.code, other)).toEqual(['not-this-customer', 'coupon_not_redeemable /customer_id']);
    }
    expect(await counters('for gone')).toMatchObject({ issued: 1, redeemed: 0 });
  });
});

describe('a discount of 0.00 uses nothing up', () => {
  const twoPlusOne = { type: 'buy-x-get-y', buy: 2, get: 1, percent: 100 } as const;
  const refused = ['gives-nothing', 'coupon_not_redeemable /lines'];

  test.each([
    [
      'buy two get one with one piece',
      twoPlusOne,
      goods('9.00'),
      [{ item_id: 'any', quantity: 3, unit_price: '9.00' }],
    ],
    ['a percent that rounds to nothing', { type: 'percent', percent: 1 }, goods('0.49'), goods('0.50')],
    ['goods that cost nothing', { type: 'amount', amount: '3.00' }, goods('0.00'), goods('0.01')],
  ] as const)('%s', async (name, discount, none, enough) => {
    await shop.coupons.createCampaign(campaign(name, { discount, budget: { coupons: 1 }, limit_per_customer: 1 }));
    const code = `ZERO-${name}`.replaceAll(' ', '-').slice(0, 64);
    await shared(name, code, { usage_limit: 1 });
    expect(await attempt(code, 'bob', [...none])).toEqual(refused);
    expect(await counters(name)).toMatchObject({ issued: 0, redeemed: 0 });
    expect(await attempt(code, 'bob', [...enough])).toEqual(['applied', null]);
    expect(await counters(name)).toMatchObject({ issued: 1, redeemed: 1 });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('a decision on such a cart gives no coupon and says why, as qualification does; without the cart it is given', async () => {
    await shop.coupons.createCampaign(
      campaign('zero decided', { discount: { ...twoPlusOne, maximum_discount: '4.00' } }),
    );
    const asked = { customer_id: 'ann', campaign_ids: ['zero decided'] };
    const outcome = { campaignId: 'zero decided', outcome: 'gives-nothing' };
    for (const quantity of [1, 2]) {
      const cart = [{ item_id: 'any', quantity, unit_price: '9.00' }];
      const refusal = await decide(shop.coupons, { ...asked, cart });
      expect(refusal).toMatchObject({ action: 'none', coupon: null, campaigns: [outcome] });
      expect(refusal.reason).toMatch(/But no campaign gives a discount on this cart\.$/);
      const { campaigns } = await shop.coupons.qualify({ ...asked, cart }, 1);
      expect(campaigns).toEqual([{ ...outcome, discountMinor: null }]);
    }
    expect(await counters('zero decided')).toMatchObject({ issued: 0 });
    const cart = [{ item_id: 'any', quantity: 3, unit_price: '9.00' }];
    expect(await decide(shop.coupons, { ...asked, cart })).toMatchObject({ action: 'coupon' });
    expect(await decide(shop.coupons, { ...asked, customer_id: 'bob' })).toMatchObject({ action: 'coupon' });
  });

  test('an issued coupon has its money set aside: it applies also where the budget has nothing left', async () => {
    await shop.coupons.createCampaign(campaign('set aside', { budget: { money: '3.00' } }));
    const { coupon } = await decide(shop.coupons, { customer_id: 'bob', campaign_ids: ['set aside'] });
    expect((await decide(shop.coupons, { customer_id: 'ann', campaign_ids: ['set aside'] })).campaigns).toEqual([
      {
        campaignId: 'set aside',
        version: 1,
        policy: { policyId: 'by-cause', version: 1 },
        outcome: 'money-budget-spent',
      },
    ]);
    expect(await attempt(coupon!.code, 'bob')).toEqual(['applied', null]);
  });

  test('an issued one keeps its reservation', async () => {
    await shop.coupons.createCampaign(
      campaign('zero issued', { discount: { ...twoPlusOne, maximum_discount: '4.00' } }),
    );
    const { coupon } = await decide(shop.coupons, { customer_id: 'bob', campaign_ids: ['zero issued'] });
    expect(await attempt(coupon!.code, 'bob')).toEqual(refused);
    expect(await counters('zero issued')).toMatchObject({ issued: 1, redeemed: 0, moneyReservedMinor: 400 });
    const three = [{ item_id: 'any', quantity: 3, unit_price: '1.00' }];
    expect(await attempt(coupon!.code, 'bob', three)).toEqual(['applied', null]);
  });

  test('free shipping is something', async () => {
    await shop.coupons.createCampaign(campaign('zero ship', { discount: { type: 'free-shipping' } }));
    await shared('zero ship', 'ZERO-SHIP');
    expect(await attempt('ZERO-SHIP', 'bob')).toEqual(['applied', null]);
    expect(await counters('zero ship')).toMatchObject({ issued: 1, redeemed: 1 });
  });
});

describe('an order gets what its codes give together, in whichever sequence they come', () => {
  const stackable = { stacking: 'stackable' } as const;
  let numbers = 0;
  /** Campaigns with a shared code each, named anew. */
  async function codesOf(...changes: Parameters<typeof campaign>[1][]): Promise<string[]> {
    const codes: string[] = [];
    for (const change of changes) {
      const id = `turn${numbers++}`;
      await shop.coupons.createCampaign(campaign(id, { ...stackable, ...change }));
      await shared(id, id);
      codes.push(id);
    }
    return codes;
  }
  const ten = { discount: { type: 'percent', percent: 10 }, stacking_order: 0 } as const;
  const five = { discount: { type: 'amount', amount: '5.00' }, stacking_order: 1 } as const;
  const lines = goods('100.00');
  const net = async (code: string) => {
    const { moneyRedeemedMinor, moneyReversedMinor } = await counters(code);
    return moneyRedeemedMinor - moneyReversedMinor;
  };

  test.each([
    ['10 % and then 5.00 off', ten, five, 1_000, 500],
    [
      '5.00 off and then 10 %, by the order of stacking',
      { ...ten, stacking_order: 1 },
      { ...five, stacking_order: 0 },
      950,
      500,
    ],
    [
      'half and an amount before it',
      { discount: { type: 'percent', percent: 50 }, stacking_order: 1 },
      { discount: { type: 'amount', amount: '10.00' }, stacking_order: 0 },
      4_500,
      1_000,
    ],
  ] as const)('%s', async (_, one, other, ofOne, ofOther) => {
    for (const sequence of [[0, 1], [1, 0], 'at once'] as const) {
      const codes = await codesOf(one, other);
      const order_id = newOrderId();
      const { together } = await shop.coupons.qualify({ cart: lines, codes }, 1);
      expect(together!.totalMinor).toBe(ofOne + ofOther);
      if (sequence === 'at once') {
        const settled = await redeemOrder(shop.coupons, { order_id, codes, lines });
        expect(settled.redemptions.map(({ discountMinor }) => discountMinor)).toEqual([ofOne, ofOther]);
        expect(settled.order.discountMinor).toBe(ofOne + ofOther);
      } else {
        await redeem(shop.coupons, { code: codes[sequence[0]], order_id, lines });
        const second = await redeem(shop.coupons, { code: codes[sequence[1]], order_id, lines });
        expect(second.discountMinor).toBe([ofOne, ofOther][sequence[1]]);
        expect(second.order.discountMinor).toBe(ofOne + ofOther);
      }
      expect(await Promise.all(codes.map(net))).toEqual([ofOne, ofOther]);
      expect(await selectDifferences(shop.db)).toEqual([]);
    }
  });

  test('an earlier redemption that gives something else is told, and its repetition answers as it did', async () => {
    const [half, amount] = await codesOf(
      { discount: { type: 'percent', percent: 50 }, stacking_order: 1 },
      { discount: { type: 'amount', amount: '10.00' }, stacking_order: 0 },
    );
    const order_id = newOrderId();
    const first = await redeem(shop.coupons, { code: half, order_id, lines }, 'half first');
    expect(first).toMatchObject({ discountMinor: 5_000, perLine: [5_000], restated: [] });
    const second = await redeem(shop.coupons, { code: amount, order_id, lines });
    expect(second.restated).toMatchObject([
      { redemptionId: first.redemptionId, discountMinor: 4_500, perLine: [4_500], unitGivenBack: false },
    ]);
    expect(await redeem(shop.coupons, { code: half, order_id, lines }, 'half first')).toEqual(first);
    const { redemptions } = await reverse(shop.coupons, { reversal_id: 'restated', order_id });
    expect(redemptions.map(({ amountMinor }) => amountMinor)).toEqual([4_500, 1_000]);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('one that gives the same on other lines now is told too', async () => {
    const [whole, onA] = await codesOf(
      { ...five, stacking_order: 1 },
      { discount: { type: 'amount', amount: '10.00' }, stacking_order: 0, applies_to: { item_ids: ['a'] } },
    );
    const two = ['a', 'b'].map((item_id) => ({ item_id, quantity: 1, unit_price: '10.00' }));
    const order_id = newOrderId();
    expect(await redeem(shop.coupons, { code: whole, order_id, lines: two })).toMatchObject({ perLine: [250, 250] });
    expect(await redeem(shop.coupons, { code: onA, order_id, lines: two })).toMatchObject({
      perLine: [1_000, 0],
      restated: [{ discountMinor: 500, perLine: [0, 500], unitGivenBack: false }],
      order: { discountMinor: 1_500, perLine: [1_000, 500] },
    });
  });

  // Would see: a repetition that fails since the service was upgraded.
  test('a repetition of what was answered before lines were kept has the discount and no lines', async () => {
    const [code] = await codesOf(five);
    const order_id = newOrderId();
    const first = await redeem(shop.coupons, { code: code, order_id, lines }, 'before the upgrade');
    await shop.db.query(
      `update idempotent_answers set answer = json_build_object('redemption_id', $1::bigint) where idempotency_key = $2`,
      [first.redemptionId, 'before the upgrade'],
    );
    const { perLine: _, order: __, ...same } = first;
    expect(await redeem(shop.coupons, { code: code, order_id, lines }, 'before the upgrade')).toEqual({
      ...same,
      perLine: [],
      redemptions: [{ ...first.redemptions[0], perLine: [] }],
      order: { discountMinor: 500, freeShipping: false, perLine: [] },
    });
  });

  test('one that nothing is left for goes back as if it had not been redeemed: a shared code, and an issued one', async () => {
    const all = { discount: { type: 'percent', percent: 100 }, stacking_order: 0 } as const;
    const [late, everything] = await codesOf({ ...five, limit_per_customer: 1 }, all);
    const order_id = newOrderId();
    await redeem(shop.coupons, { code: late, order_id, lines, customer_id: 'bob' });
    const settled = await redeem(shop.coupons, { code: everything, order_id, lines });
    expect(settled).toMatchObject({
      discountMinor: 10_000,
      restated: [{ discountMinor: 0, unitGivenBack: true }],
      order: { discountMinor: 10_000 },
    });
    expect(await counters(late)).toMatchObject({ issued: 0, redeemed: 1, reversed: 1 });
    expect(await attempt(late, 'bob')).toEqual(['applied', null]);

    await shop.coupons.createCampaign(campaign('undone', { ...stackable, ...five, limit_per_customer: 1 }));
    const { coupon } = await decide(shop.coupons, { customer_id: 'many', campaign_ids: ['undone'] });
    const [anew] = await codesOf(all);
    const other = newOrderId();
    await redeem(shop.coupons, { code: coupon!.code, order_id: other, lines });
    await redeem(shop.coupons, { code: anew, order_id: other, lines });
    expect(await counters('undone')).toMatchObject({ issued: 0, moneyReservedMinor: 0 });
    for (const stranger of [undefined, 'bob']) {
      expect(await attempt(coupon!.code, stranger)).toEqual([
        'not-this-customer',
        'coupon_not_redeemable /customer_id',
      ]);
    }
    expect(await attempt(coupon!.code, 'many')).toEqual(['applied', null]);
    expect(await attempt(coupon!.code, 'many')).toEqual(['already-redeemed', 'coupon_already_redeemed /code']);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('a code that would make an earlier one give more than its budget has is refused', async () => {
    const only = (item: string) => ({ applies_to: { item_ids: [item] } });
    const [cheapest, onB, onA] = await codesOf(
      { discount: { type: 'buy-x-get-y', buy: 1, get: 1, percent: 50 }, stacking_order: 1 },
      { discount: { type: 'amount', amount: '10.00' }, stacking_order: 2, ...only('b'), budget: { money: '10.00' } },
      { discount: { type: 'amount', amount: '5.00' }, stacking_order: 0, ...only('a') },
    );
    const piece = (item_id: string, unit_price: string) => ({ item_id, quantity: 1, unit_price });
    await redeem(shop.coupons, { code: onB, order_id: newOrderId(), lines: [piece('b', '5.00')] });
    const asked = { order_id: newOrderId(), lines: [piece('a', '12.00'), piece('b', '10.00')] };
    // Half of the cheapest, b: 5.00, and the rest of it. With a at 7.00 it would be half of a, and all of b's 10.00.
    const { order: had } = await redeemOrder(shop.coupons, { ...asked, codes: [cheapest, onB] });
    expect(had.perLine).toEqual([0, 1_000]);
    expect(await refusalOf(redeem(shop.coupons, { ...asked, code: onA }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/order_id'],
    });
    expect(await net(onB)).toBe(1_000);
    expect(await net(onA)).toBe(0);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('an order is of one customer: a code for another is refused, one that names nobody is not', async () => {
    const [one, other, third] = await codesOf(ten, five, { ...five, stacking_order: 2 });
    const order_id = newOrderId();
    await redeem(shop.coupons, { code: one, order_id, lines, customer_id: 'ann' });
    const another = { order_id, lines, customer_id: 'bob' };
    const refusal = { code: 'coupon_not_redeemable', fields: ['/customer_id'] };
    expect(await refusalOf(redeem(shop.coupons, { ...another, code: other }))).toEqual(refusal);
    expect(await refusalOf(redeemOrder(shop.coupons, { ...another, codes: [other, third] }))).toEqual(refusal);
    const unknown = { ...another, customer_id: 'nobody knows' };
    expect(await refusalOf(redeem(shop.coupons, { ...unknown, code: other }))).toEqual(refusal);
    expect(await shop.db.query(`select from customers where customer_id = 'nobody knows'`)).toEqual([]);
    expect(await counters(other)).toMatchObject({ issued: 0 });

    await redeem(shop.coupons, { code: other, order_id, lines });
    await redeem(shop.coupons, { code: third, order_id, lines, customer_id: 'ann' });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('on other lines, or after a part was reversed, a further code is refused', async () => {
    const [one, other, third] = await codesOf(ten, five, { ...five, stacking_order: 2 });
    const order_id = newOrderId();
    const two = [...lines, { item_id: 'else', quantity: 2, unit_price: '1.00' }];
    const { redemptionId } = await redeem(shop.coupons, { code: one, order_id, lines: two });
    expect(await refusalOf(redeem(shop.coupons, { code: other, order_id, lines }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/lines'],
    });
    // The same lines in another sequence are the same.
    const turned = await redeem(shop.coupons, { code: other, order_id, lines: two.toReversed() });
    expect(turned.order).toMatchObject({ discountMinor: 1_020 + 500, perLine: [30, 1_490] });
    await reverse(shop.coupons, { reversal_id: 'a part', redemption_id: String(redemptionId), amount: '1.00' });
    expect(await refusalOf(redeem(shop.coupons, { code: third, order_id, lines: two }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/order_id'],
    });
  });

  // Would see: a redemption of before lines were kept, taken back by a code that comes with lines too small for it.
  test('lines that are not enough for a code that the order has are refused, and that code keeps what it gave', async () => {
    const [early, late] = await codesOf({ ...five, minimum_spend: '50.00' }, ten);
    const order_id = newOrderId();
    await redeem(shop.coupons, { code: early, order_id, lines });
    await shop.db.query('update coupon_uses set lines_hash = null where order_id = $1', [order_id]);
    const fewer = { code: late, order_id, lines: goods('49.99') };
    expect(await refusalOf(redeem(shop.coupons, fewer))).toEqual({ code: 'coupon_not_redeemable', fields: ['/lines'] });
    expect([await net(early), await net(late)]).toEqual([500, 0]);
    // 10 % come first.
    expect((await redeem(shop.coupons, { ...fewer, lines: goods('60.00') })).order.discountMinor).toBe(1_100);
  });

  test('at once: when one is refused none is redeemed, and each is named', async () => {
    const [one, spent, full] = await codesOf(ten, { ...five, budget: { coupons: 1 } }, { ...five, stacking_order: 2 });
    await redeem(shop.coupons, { code: spent, order_id: newOrderId(), lines });
    await redeem(shop.coupons, { code: full, order_id: newOrderId(), lines, customer_id: 'full' });
    const asked = { order_id: newOrderId(), customer_id: 'full', lines };
    expect(await refusalOf(redeemOrder(shop.coupons, { ...asked, codes: [one, spent] }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/codes/1'],
    });
    expect(await refusalOf(redeemOrder(shop.coupons, { ...asked, codes: [one, full] }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/codes/1'],
    });
    expect(await counters(one)).toMatchObject({ issued: 0, redeemed: 0 });
    expect((await redeemOrder(shop.coupons, { ...asked, codes: [one] })).order.discountMinor).toBe(1_000);
  });

  test('all codes of an order at once, by several at once: each is redeemed once, and the sum is what was promised', async () => {
    const codes = await codesOf(ten, five, { ...ten, stacking_order: 2 }, { ...five, stacking_order: 3 });
    const { together } = await shop.coupons.qualify({ cart: lines, codes }, 1);
    const orders = [newOrderId(), newOrderId()];
    await Promise.all(
      orders.flatMap((order_id) => codes.map((code) => redeem(shop.coupons, { code, order_id, lines }))),
    );
    const given = (await Promise.all(codes.map(net))).reduce((sum, minor) => sum + minor, 0);
    expect(given).toBe(2 * together!.totalMinor);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

test('orders that name the same campaigns in opposite sequences wait for one another, and none is begun anew', async () => {
  const ids = ['opposite-1', 'opposite-2'];
  for (const id of ids) {
    await shop.coupons.createCampaign(campaign(id, { stacking: 'stackable' }));
    for (const whose of ['x', 'y'])
      await makeCodes(shop.coupons, id, { batch_id: whose, code: `${id}-${whose}`, kind: 'single' });
  }
  let spent = 0;
  // Each holds its first campaign until the other one has its own too, if it can.
  const coupons = shop.withParts({
    spend: async (tx, spending) => {
      const isSpent = await spend(tx, spending);
      spent++;
      for (let waited = 0; spent < 2 && waited < 50; waited++) await new Promise((resolve) => setTimeout(resolve, 10));
      return isSpent;
    },
  });
  const orders = [ids.map((id) => `${id}-x`), ids.map((id) => `${id}-y`).toReversed()];
  await Promise.all(
    orders.map((codes) => redeemOrder(coupons, { order_id: newOrderId(), codes, lines: goods('20.00') })),
  );
  expect(spent).toBe(4);
});

describe('a reversal takes in proportion to each redemption of the order', () => {
  const stackable = { stacking: 'stackable' } as const;
  const terms = {
    five: { ...stackable, discount: { type: 'amount', amount: '5.00' } },
    ten: { ...stackable, discount: { type: 'percent', percent: 10 }, stacking_order: 1 },
    ship: { ...stackable, discount: { type: 'free-shipping' }, stacking_order: 2 },
  } as const;
  async function orderOf(name: string, ...which: (keyof typeof terms)[]): Promise<string> {
    for (const kind of which) {
      await shop.coupons.createCampaign(campaign(`${name} ${kind}`, terms[kind]));
      await shared(`${name} ${kind}`, `${name}-${kind}`);
      await redeem(shop.coupons, { code: `${name}-${kind}`, order_id: name, lines: goods('100.00') });
    }
    return name;
  }
  const part = async (order_id: string, amount?: string) =>
    (await reverse(shop.coupons, { reversal_id: `${order_id} ${amount}`, order_id, amount })).redemptions.map(
      ({ amountMinor, unitGivenBack }) => [amountMinor, unitGivenBack],
    );

  test('half of 5.00 and 9.50 is 2.50 and 4.75; the units go with the last of it', async () => {
    const id = await orderOf('half', 'five', 'ten');
    expect(await part(id, '7.25')).toEqual([
      [250, false],
      [475, false],
    ]);
    expect(await counters('half five')).toMatchObject({ issued: 1, reversed: 0, moneyReversedMinor: 250 });
    expect(await part(id)).toEqual([
      [250, true],
      [475, true],
    ]);
    expect(await counters('half five')).toMatchObject({ issued: 0, reversed: 1, moneyReversedMinor: 500 });
  });

  test('a cent goes to the largest remainder, and at a tie to the first redeemed', async () => {
    // 0.01 of 5.00 and 9.50: shares of 0.34 and 0.66 of a cent.
    expect(await part(await orderOf('cent', 'ten', 'five'), '0.01')).toEqual([[1, false]]);
    const [first, second] = ['tie a', 'tie b'];
    for (const id of [second, first]) {
      await shop.coupons.createCampaign(campaign(id, terms.five));
      await shared(id, id.replace(' ', '-'));
      await redeem(shop.coupons, { code: id, order_id: 'tie', lines: goods('100.00') });
    }
    await part('tie', '0.01');
    expect((await counters(second)).moneyReversedMinor).toBe(1);
    expect((await counters(first)).moneyReversedMinor).toBe(0);
  });

  test('in the order of redemption, also of codes that were issued before', async () => {
    await shop.coupons.createCampaign(campaign('early', terms.five));
    const { coupon } = await decide(shop.coupons, { customer_id: 'ann', campaign_ids: ['early'] });
    await shop.coupons.createCampaign(campaign('bulk first', terms.five));
    await shared('bulk first', 'BULK-FIRST');
    await redeem(shop.coupons, { code: 'BULK-FIRST', order_id: 'turn', lines: goods('100.00') });
    await redeem(shop.coupons, { code: coupon!.code, order_id: 'turn', lines: goods('100.00') });
    await part('turn', '0.01');
    expect((await counters('bulk first')).moneyReversedMinor).toBe(1);
  });

  test('free shipping goes with the last of the money', async () => {
    const id = await orderOf('ship', 'five', 'ship');
    expect(await part(id, '4.99')).toEqual([[499, false]]);
    expect(await part(id)).toEqual([
      [1, true],
      [0, true],
    ]);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

test('a code of the shop’s own making is found however it is typed, and made once', async () => {
  await shop.coupons.createCampaign(campaign('typed', { budget: {} }));
  const made = await makeCodes(shop.coupons, 'typed', { batch_id: 'cafe', code: 'CAFÉ2026', kind: 'shared' });
  expect(made.code).toBe('CAFÉ-2026');
  for (const code of ['🎁🎁🎁🎁2026', 'ВЕСНА2026', '春节大促']) {
    expect((await makeCodes(shop.coupons, 'typed', { batch_id: code, code, kind: 'shared' })).codes).toBe(1);
    expect(await attempt(code)).toEqual(['applied', null]);
  }
  for (const typed of ['café2026', 'Cafe\u0301_2026', 'ＣＡＦÉ．２０２６', 'c–a–f–é 2026\u200b', 'CAFÉ2O26']) {
    expect(await attempt(typed)).toEqual(['applied', null]);
    const again = { batch_id: typed, code: typed, kind: 'shared' as const };
    expect(await refusalOf(makeCodes(shop.coupons, 'typed', again))).toEqual({ code: 'conflict', fields: ['/code'] });
  }
  expect(await attempt('CAFE2026')).toEqual(['unknown-code', 'not_found undefined']);
});

describe('limits on guessing', () => {
  const limits = { perCustomer: 3, perKey: 40 };
  const guess = (coupons: CouponShop['coupons'], customer_id?: string, code = 'WRONG-CODE') =>
    redeem(coupons, { code, customer_id, order_id: newOrderId() }).then(
      () => 'redeemed',
      ({ code }) => code,
    );
  /** Instances share nothing but the database. */
  const instances = () => [shop.withParts({ guessLimits: limits }), shop.withParts({ guessLimits: limits })] as const;
  beforeEach(() => shop.db.query('delete from code_guesses'));

  test('hold over all instances that share the database, for a right code too', async () => {
    const [one, other] = instances();
    await shop.coupons.createCampaign(campaign('guessed', { budget: {} }));
    await shared('guessed', 'RIGHT-ONE');
    expect(await guess(one, 'eve')).toBe('not_found');
    expect(await guess(other, 'eve')).toBe('not_found');
    const asked = { customer_id: 'eve', codes: ['WRONG-TOO'] };
    expect((await other.qualify(asked, 1)).codes[0].outcome).toBe('unknown-code');
    for (const instance of [one, other]) {
      expect(await guess(instance, 'eve', 'RIGHT-ONE')).toBe('too_many_requests');
      await expect(instance.qualify({ ...asked, codes: ['RIGHT-ONE'] }, 1)).rejects.toMatchObject({
        code: 'too_many_requests',
      });
    }
    expect(await guess(other, 'eva', 'RIGHT-ONE')).toBe('redeemed');
  });

  test('hold when all guesses come at once', async () => {
    const [one, other] = instances();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => guess(n % 2 === 0 ? one : other, 'many at once', `WRONG-${n}`)),
    );
    expect(answers.filter((answer) => answer === 'not_found').length).toBe(limits.perCustomer);
    expect(new Set(answers)).toEqual(new Set(['not_found', 'too_many_requests']));
  });

  test('keep no customer’s id, and forget whoever stopped', async () => {
    const [one] = instances();
    for (let n = 0; n < 20; n++) await guess(one, `forgotten ${n}`);
    const rows = () => shop.db.query<{ guesser: Buffer }>('select guesser from code_guesses');
    expect((await rows()).length).toBe(21);
    expect(JSON.stringify(await rows())).not.toContain(Buffer.from('forgotten').toString('base64'));
    const config = { answerRetentionDays: 1, minorDigits: 2, timeZone: 'UTC' };
    const { chores } = couponsStation(one, { database: shop.db, config });
    const chore = chores!.find(({ name }) => name.includes('tries'))!;
    const later = (ms: number) => new Date(shop.time.now.getTime() + ms);
    expect(await chore.tidy(later(59_999), new AbortController().signal)).toBe(0);
    expect(await chore.tidy(later(60_001), new AbortController().signal)).toBe(21);
    expect(await rows()).toEqual([]);
  });
});
