import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CampaignElement } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import {
  type CouponShop,
  campaign,
  decide,
  makeCodes,
  openCouponShop,
  redeem,
  redeemOrder,
  reverse,
} from '../../support/shops/coupon-shop.ts';

const runs = Number(process.env['COUPON_SEQUENCES'] ?? 25);

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({
    customers: { ann: {} },
    items: ['a', 'b', 'c'].map((item_id) => ({ item_id, price: '1.00' })),
  });
});
afterAll(() => shop.stop());

const moneyOf = (minor: number) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
const discount: fc.Arbitrary<CampaignElement['discount']> = fc.oneof(
  fc.integer({ min: 1, max: 5_000 }).map((minor) => ({ type: 'amount' as const, amount: moneyOf(minor) })),
  fc.integer({ min: 1, max: 1_000 }).map((n) => ({ type: 'percent' as const, percent: n / 10 })),
  fc.constant({ type: 'percent' as const, percent: 100 }),
  fc.constant({ type: 'free-shipping' as const }),
  fc
    .record({ buy: fc.integer({ min: 1, max: 2 }), get: fc.integer({ min: 1, max: 2 }) })
    .map((count) => ({ type: 'buy-x-get-y' as const, percent: 100, ...count })),
);
const lines = fc.array(
  fc.record({
    item_id: fc.constantFrom('a', 'b', 'c'),
    quantity: fc.integer({ min: 1, max: 4 }),
    unit_price: fc.nat(3_000).map(moneyOf),
  }),
  { minLength: 1, maxLength: 5 },
);
const terms = fc.record({
  discount,
  stacking_order: fc.nat(2),
  priority: fc.nat(1),
  applies_to: fc.subarray(['a', 'b', 'c']).map((item_ids) => ({ item_ids })),
  isIssued: fc.boolean(),
});
const history = fc.record({
  campaigns: fc.array(terms, { minLength: 1, maxLength: 4 }),
  lines,
  /** which comes when; codes of equal numbers come together */
  turns: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
  /** in thousandths of what is left each time; the last takes all */
  parts: fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 3 }),
});

/** A shop's book of one order, by hand: what each redemption has left, in the order in which they were made. */
function reverseByHand(left: { id: number; minor: number }[], amount: number): Map<number, number> {
  const total = left.reduce((sum, { minor }) => sum + minor, 0);
  const shares = left.map(({ id, minor }, turn) => {
    const whole = Math.floor((amount * minor) / total);
    return { id, turn, minor: whole, rest: amount * minor - whole * total };
  });
  let over = amount - shares.reduce((sum, { minor }) => sum + minor, 0);
  for (const share of shares.toSorted((a, b) => b.rest - a.rest || a.turn - b.turn)) if (over-- > 0) share.minor++;
  return new Map(shares.flatMap(({ id, minor }) => (minor > 0 ? [[id, minor] as const] : [])));
}

let number = 0;

test(
  'codes in any sequence give what they give together; parts of it come back in proportion; the ledger is true',
  async () => {
    let restated = 0;
    let undone = 0;
    let reversedParts = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ campaigns, lines, turns, parts }) => {
        const codes: string[] = [];
        for (const { isIssued, ...change } of campaigns) {
          const id = `sequence${number++}`;
          await shop.coupons.createCampaign(campaign(id, { ...change, stacking: 'stackable' }));
          if (isIssued) {
            codes.push((await decide(shop.coupons, { customer_id: 'ann', campaign_ids: [id] })).coupon!.code);
          } else {
            codes.push(id);
            await makeCodes(shop.coupons, id, { batch_id: id, code: id, kind: 'single' });
          }
        }
        const order_id = `order ${number}`;
        const asked = { customer_id: 'ann', codes };
        const promised = await shop.coupons.qualify({ ...asked, cart: lines }, 1);
        const applied = promised.codes.filter(({ outcome }) => outcome === 'applied');

        // One after the other, or some together; refused is only what gives nothing, and what comes with it comes again alone.
        const given = new Map<string, { id: number; minor: number; perLine: number[] }>();
        const take = async (some: string[]): Promise<void> => {
          const order = { order_id, customer_id: 'ann', lines };
          const settle = () =>
            some.length === 1
              ? redeem(shop.coupons, { ...order, code: some[0] })
              : redeemOrder(shop.coupons, { ...order, codes: some });
          const settled = await settle().catch((error) => {
            if (error.code === 'coupon_not_redeemable' && error.faults.length > 0) return undefined;
            throw error;
          });
          if (!settled) {
            if (some.length > 1) for (const code of some) await take([code]);
            return;
          }
          settled.redemptions.forEach(({ redemptionId: id, discountMinor: minor, perLine }, n) => {
            given.set(some[n], { id, minor, perLine });
          });
          for (const { redemptionId, discountMinor: minor, perLine, unitGivenBack } of settled.restated) {
            const [code] = [...given].find(([, { id }]) => id === redemptionId)!;
            if (unitGivenBack) given.delete(code);
            else given.set(code, { id: redemptionId, minor, perLine });
            if (unitGivenBack) undone++;
            else restated++;
          }
          const sum = [...given.values()].reduce((total, { minor }) => total + minor, 0);
          expect(settled.order.discountMinor).toBe(sum);
        };
        for (const turn of [0, 1, 2, 3]) {
          const some = codes.filter((_, n) => turns[n] === turn);
          if (some.length > 0) await take(some);
        }

        const told = promised.codes.flatMap(({ code, outcome, discountMinor, perLine }) =>
          outcome === 'applied' ? [[code, discountMinor, perLine]] : [],
        );
        const had = codes.flatMap((code) => {
          const one = given.get(code);
          return one ? [[code, one.minor, one.perLine]] : [];
        });
        expect(had).toEqual(told);
        expect(had.length).toBe(applied.length);
        for (const { minor, perLine } of given.values())
          expect(perLine.reduce((sum, part) => sum + part, 0)).toBe(minor);
        expect(await selectDifferences(shop.db)).toEqual([]);

        // The ledger's entries tell in which order they were redeemed.
        const entries = await shop.db.query<{ use_id: number }>(
          `select use_id from coupon_ledger where order_id = $1 and kind = 'redemption' order by entry_id`,
          [order_id],
        );
        const book = entries.flatMap(({ use_id: id }) => [...given.values()].filter((one) => one.id === id));
        for (const [n, thousandths] of [...parts, null].entries()) {
          const open = book.filter(({ minor }) => minor > 0);
          const total = open.reduce((sum, { minor }) => sum + minor, 0);
          if (book.length === 0) break;
          if (thousandths !== null && total === 0) continue;
          const amount = thousandths === null ? total : Math.max(1, Math.floor((total * thousandths) / 1_000));
          const isAll = amount === total;
          const reversal = { reversal_id: `${order_id} ${n}`, order_id };
          const { redemptions } = await reverse(
            shop.coupons,
            thousandths === null ? reversal : { ...reversal, amount: moneyOf(amount) },
          );
          const byHand = total === 0 ? new Map<number, number>() : reverseByHand(open, amount);
          expect(redemptions.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(amount);
          for (const { redemptionId, amountMinor, unitGivenBack } of redemptions) {
            const one = book.find(({ id }) => id === redemptionId)!;
            expect(amountMinor).toBe(byHand.get(redemptionId) ?? 0);
            one.minor -= amountMinor;
            expect(unitGivenBack).toBe(one.minor === 0);
            reversedParts++;
          }
          // Whoever has given all back is out of the book; free shipping goes with the last of the money.
          const gone = new Set(redemptions.filter(({ unitGivenBack }) => unitGivenBack).map((one) => one.redemptionId));
          book.splice(0, book.length, ...book.filter(({ id }) => !gone.has(id)));
          if (isAll) break;
        }
        expect(book).toEqual([]);
        expect(await selectDifferences(shop.db)).toEqual([]);
      }),
      { numRuns: runs, seed: 20_261_128, interruptAfterTimeLimit: 15_000 + runs * 3_000 },
    );
    // The histories have what they are for.
    expect(restated).toBeGreaterThan(0);
    expect(undone).toBeGreaterThan(0);
    expect(reversedParts).toBeGreaterThan(runs / 2);
  },
  20_000 + runs * 4_000,
);
