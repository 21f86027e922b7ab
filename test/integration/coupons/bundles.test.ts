import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { replayDecisions } from '../../../src/coupons/index.ts';

import { sized, usually } from '../../support/jest/thorough.ts';
import {
  type CouponShop,
  campaign,
  decide,
  makeSharedCode,
  newOrderId,
  openCouponShop,
  redeem,
  redeemOrder,
  refusalOf,
} from '../../support/shops/coupon-shop.ts';

/** The prices of all goods, in cents: so that the book can be kept piece by piece. */
const prices: Record<string, number> = { beer: 149, diapers: 899, crisps: 219 };

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: { anna: {}, ben: {}, cora: {} },
    items: Object.keys(prices).map((item_id) => ({ item_id, category: 'Food' })),
  });
});
afterAll(() => shop.stop());

const line = (item_id: string, quantity: number) => ({
  item_id,
  quantity,
  unit_price: (prices[item_id] / 100).toFixed(2),
});
const half = { type: 'percent', percent: 50 } as const;
const pair = { bundle: ['diapers', 'beer'] };

usually.test('a coupon of a bundle is for a cart that holds all of it, and takes off whole sets', async () => {
  const { coupons } = shop;
  await coupons.createCampaign(campaign('friday', { discount: half, applies_to: pair, limit_per_customer: 9 }));
  const ask = (cart: ReturnType<typeof line>[]) =>
    decide(coupons, { customer_id: 'anna', campaign_ids: ['friday'], cart });

  const without = await ask([line('beer', 6), line('crisps', 1)]);
  expect([without.action, without.campaigns[0].outcome]).toEqual(['none', 'bundle-incomplete']);
  expect(without.reason).toMatch(/lacks goods of the bundle/);
  const part = await ask([line('beer', 6), line('diapers', 0.5)]);
  expect(part.campaigns[0].outcome).toBe('bundle-incomplete');

  const { coupon } = await ask([line('beer', 6), line('diapers', 2)]);
  const code = coupon!.code;
  const qualified = (cart: ReturnType<typeof line>[]) =>
    coupons.qualify({ customer_id: 'anna', campaign_ids: ['friday'], codes: [code], cart }, 1);
  const lacking = await qualified([line('diapers', 2)]);
  expect([lacking.campaigns[0].outcome, lacking.codes[0].outcome]).toEqual(['bundle-incomplete', 'bundle-incomplete']);
  expect(await refusalOf(redeem(coupons, { code, lines: [line('diapers', 2)] }))).toEqual({
    code: 'coupon_not_redeemable',
    fields: ['/lines'],
  });
  await expect(redeem(coupons, { code, lines: [line('diapers', 2)] })).rejects.toThrow('have no beer,');

  // Two sets: 2 × 1.49 and 2 × 8.99, half of them; four beers are beside it.
  const lines = [line('beer', 6), line('diapers', 2), line('crisps', 1)];
  const told = await qualified(lines);
  expect([told.campaigns[0].discountMinor, told.codes[0].discountMinor]).toEqual([1_048, 1_048]);
  const { discountMinor, perLine } = await redeem(coupons, { code, lines });
  expect([discountMinor, perLine]).toEqual([1_048, [149, 899, 0]]);
});

usually.test('a rule is another name of its items, whatever becomes of it', async () => {
  const { coupons, db } = shop;
  const keys = await db.query<{ item_key: number }>(
    `select item_key from items where item_id in ('beer', 'crisps') order by item_key`,
  );
  const [antecedent, consequent] = keys.map(({ item_key }) => item_key);
  const ofRule = (rule_id: string) => campaign('of a rule', { discount: half, applies_to: { rule_id } });
  const made = await coupons.createCampaign(ofRule(`${antecedent}-${consequent}`));
  expect(made.bundle).toEqual(['beer', 'crisps']);
  const again = await coupons.createCampaign(
    campaign('of a rule', { discount: half, applies_to: { bundle: ['crisps', 'beer'] } }),
  );
  expect(again.version).toBe(1);
  expect((await coupons.createCampaign(ofRule(`${consequent}-${antecedent}`))).version).toBe(1);
  const copied = await coupons.copyCampaign('of a rule', { campaign_id: 'copied' });
  expect(copied.bundle).toEqual(['beer', 'crisps']);

  const fields = (applies_to: object) => refusalOf(coupons.createCampaign(campaign('bad', { applies_to })));
  expect(await fields({ rule_id: '99999-1' })).toEqual({ code: 'invalid_request', fields: ['/applies_to/rule_id'] });
  expect((await fields({ rule_id: 'no rule' })).fields).toEqual(['/applies_to/rule_id']);
  expect((await fields({ rule_id: `${antecedent}-${consequent}`, bundle: ['beer', 'crisps'] })).fields).toContain(
    '/applies_to/rule_id',
  );
  expect((await fields({ bundle: ['beer', 'beer'] })).fields).toEqual(['/applies_to/bundle']);
  expect((await fields({ bundle: ['beer', 'crisps'], categories: ['Food'] })).fields).toEqual(['/applies_to/bundle']);
});

usually.test('what was given keeps its bundle; codes that nobody was given follow the newest', async () => {
  const { coupons } = shop;
  const terms = campaign('changing', { discount: half, applies_to: pair });
  await coupons.createCampaign(terms);
  const { coupon } = await decide(coupons, { customer_id: 'ben', campaign_ids: ['changing'] });
  await makeSharedCode(coupons, 'changing', 'ANYBODY1');
  await coupons.changeCampaign('changing', { ...terms, applies_to: { bundle: ['beer', 'crisps'] } });
  const snacks = [line('beer', 1), line('crisps', 1)];
  expect((await refusalOf(redeem(coupons, { code: coupon!.code, lines: snacks }))).fields).toEqual(['/lines']);
  expect((await redeem(coupons, { code: 'ANYBODY1', lines: snacks })).discountMinor).toBe(184);
  const drinks = [line('beer', 1), line('diapers', 1)];
  expect((await redeem(coupons, { code: coupon!.code, lines: drinks })).discountMinor).toBe(524);
});

/** What half off whole sets comes to, set by set on paper; null: not one is whole. */
function onPaper(bundle: readonly string[], cart: readonly { item_id: string; quantity: number }[]): number | null {
  const shelf = new Map<string, number>();
  for (const { item_id, quantity } of cart) shelf.set(item_id, (shelf.get(item_id) ?? 0) + Math.trunc(quantity));
  let cents = 0;
  while (bundle.every((id) => (shelf.get(id) ?? 0) > 0)) {
    for (const id of bundle) {
      shelf.set(id, shelf.get(id)! - 1);
      cents += prices[id];
    }
  }
  return cents === 0 ? null : Math.floor((cents + 1) / 2);
}

test('random carts come to what paper comes to, within the budget, and every decision comes out the same again', async () => {
  const { coupons, db } = shop;
  const random = seededRandom(2026);
  const bundles = [
    ['beer', 'diapers'],
    ['beer', 'crisps', 'diapers'],
    ['crisps', 'diapers'],
  ];
  const spent = bundles.map(() => 0);
  const budget = 6_000;
  for (const [n, bundle] of bundles.entries()) {
    const terms = {
      discount: { ...half, maximum_discount: '60.00' },
      applies_to: { bundle },
      limit_per_customer: 1_000,
    };
    await coupons.createCampaign(campaign(`random ${n}`, { ...terms, budget: { money: '60.00' } }));
    await makeSharedCode(coupons, `random ${n}`, `RANDOM${n}CODE`);
  }
  const seen = { lacking: 0, given: 0, spent: 0 };
  for (let round = 0; round < sized(60, 600); round++) {
    const ids = Object.keys(prices).filter(() => random() < 0.75);
    if (ids.length === 0) continue;
    const cart = ids.flatMap((id) => {
      const quantity = 1 + Math.floor(random() * 4) / 2;
      return random() < 0.3 ? [line(id, 1), line(id, quantity)] : [line(id, quantity)];
    });
    const n = Math.floor(random() * bundles.length);
    const expected = onPaper(bundles[n], cart);
    const asked = { customer_id: 'cora', campaign_ids: [`random ${n}`], codes: [`RANDOM${n}CODE`], cart };
    const { codes, campaigns } = await coupons.qualify(asked, 1);
    const wanted = { order_id: newOrderId(), lines: cart, codes: [`RANDOM${n}CODE`] };
    if (expected === null) {
      seen.lacking++;
      expect([codes[0].outcome, campaigns[0].outcome]).toEqual(['bundle-incomplete', 'bundle-incomplete']);
      expect((await refusalOf(redeemOrder(coupons, wanted))).code).toBe('coupon_not_redeemable');
      await decide(coupons, asked);
    } else if (spent[n] + expected > budget) {
      seen.spent++;
      expect(codes[0].outcome).toBe('budget-spent');
      expect((await refusalOf(redeemOrder(coupons, wanted))).code).toBe('coupon_not_redeemable');
    } else {
      seen.given++;
      expect([codes[0].outcome, codes[0].discountMinor]).toEqual(['applied', expected]);
      expect((await redeemOrder(coupons, wanted)).order.discountMinor).toBe(expected);
      spent[n] += expected;
    }
  }
  expect(Object.values(seen).every((times) => times > 3)).toBe(true);
  for (const n of bundles.keys()) {
    const { counters } = await coupons.readCampaign(`random ${n}`);
    expect(counters.moneyRedeemedMinor).toBe(spent[n]);
  }
  expect(await coupons.checkLedger()).toMatchObject({ differences: [] });
  const report = await replayDecisions(db, 10_000);
  expect([report.equal, report.differing]).toEqual([report.replayed, []]);
});
