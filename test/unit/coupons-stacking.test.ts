import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Discount } from '../../src/coupons/campaign-terms.ts';
import { type PricedLine, priceLines, totalOf } from '../../src/coupons/cart.ts';
import { discountLines } from '../../src/coupons/discounts.ts';
import { linesAfter, type Offer, stack } from '../../src/coupons/stacking.ts';

const cart = priceLines(
  [
    { item_id: 'beans', quantity: 4, unit_price: '10.00' },
    { item_id: 'tea', quantity: 2, unit_price: '5.00' },
    { item_id: 'soap', quantity: 1, unit_price: '2.00' },
  ],
  2,
);
const byName = (ids: readonly string[], scope: { itemIds: readonly string[] }) =>
  new Set(ids.filter((id) => scope.itemIds.includes(id)));

const percent = (percent: number, maximumMinor: number | null = null): Discount => ({
  type: 'percent',
  percent,
  maximumMinor,
});
const amount = (amountMinor: number): Discount => ({ type: 'amount', amountMinor });
const shipping: Discount = { type: 'free-shipping' };
const twoPlusOne: Discount = { type: 'buy-x-get-y', buy: 2, get: 1, percent: 100, maximumMinor: null };

const offer = (campaignId: string, discount: Discount, change: Partial<Offer> = {}): Offer => ({
  campaignId,
  discount,
  itemIds: [],
  categories: [],
  minimumSpendMinor: null,
  stacking: 'stackable',
  stackingOrder: 0,
  priority: 0,
  ...change,
});
const exclusive = { stacking: 'exclusive' as const };

const outcomesOf = (offers: Offer[], lines: PricedLine[] = cart) => {
  const { offers: given, totalMinor, freeShipping } = stack(offers, lines, byName);
  return {
    given: given.map(({ outcome, discountMinor }) => (outcome === 'applied' ? discountMinor : outcome)),
    totalMinor,
    ...(freeShipping && { freeShipping }),
  };
};

/** The cart is 40.00 of beans, 10.00 of tea, 2.00 of soap: 52.00. */
describe('what a set of coupons gives on a cart', () => {
  test.each<[string, Offer[], (number | string)[], number]>([
    ['no coupon', [], [], 0],
    ['one stackable', [offer('a', percent(10))], [520], 520],
    ['one exclusive', [offer('a', percent(10), exclusive)], [520], 520],
    ['two stackable, each on what is left', [offer('a', percent(10)), offer('b', percent(10))], [520, 468], 988],
    [
      'amount, then percent',
      [offer('a', amount(1_200)), offer('b', percent(10), { stackingOrder: 1 })],
      [1_200, 400],
      1_600,
    ],
    [
      'percent, then amount',
      [offer('a', amount(1_200), { stackingOrder: 1 }), offer('b', percent(10))],
      [1_200, 520],
      1_720,
    ],
    [
      'same order: the higher priority first',
      [offer('a', amount(1_200)), offer('b', percent(10), { priority: 1 })],
      [1_200, 520],
      1_720,
    ],
    [
      'exclusive that is worth more',
      [offer('a', percent(10)), offer('b', percent(30), exclusive)],
      ['not-combinable', 1_560],
      1_560,
    ],
    [
      'exclusive that is worth less',
      [offer('a', percent(30)), offer('b', percent(10), exclusive)],
      [1_560, 'not-combinable'],
      1_560,
    ],
    [
      'exclusive that is worth the same',
      [offer('a', percent(10)), offer('b', percent(10), exclusive)],
      [520, 'not-combinable'],
      520,
    ],
    [
      'two exclusive: the larger',
      [offer('a', percent(10), exclusive), offer('b', percent(20), exclusive)],
      ['not-combinable', 1_040],
      1_040,
    ],
    [
      'two exclusive alike: the higher priority',
      [offer('a', percent(10), exclusive), offer('b', percent(10), { ...exclusive, priority: 1 })],
      ['not-combinable', 520],
      520,
    ],
    [
      'two exclusive alike: the lower id',
      [offer('b', percent(10), exclusive), offer('a', percent(10), exclusive)],
      ['not-combinable', 520],
      520,
    ],
    ['of one campaign one', [offer('a', percent(10)), offer('a', percent(10))], [520, 'same-campaign'], 520],
    [
      'scopes that do not meet',
      [offer('a', percent(50), { itemIds: ['tea'] }), offer('b', percent(50), { itemIds: ['soap'] })],
      [500, 100],
      600,
    ],
    [
      'a scope inside the cart',
      [offer('a', percent(50), { itemIds: ['tea'] }), offer('b', percent(10), { stackingOrder: 1 })],
      [500, 470],
      970,
    ],
    [
      'nothing in scope',
      [offer('a', percent(50), { itemIds: ['rum'] }), offer('b', percent(10))],
      ['nothing-in-cart-applies', 520],
      520,
    ],
    [
      'minimum spend by the cart as it is',
      [offer('a', amount(3_000)), offer('b', percent(10), { minimumSpendMinor: 5_200, stackingOrder: 1 })],
      [3_000, 220],
      3_220,
    ],
    ['below minimum spend', [offer('a', percent(10), { minimumSpendMinor: 5_201 })], ['below-minimum-spend'], 0],
    [
      'minimum spend within the scope',
      [offer('a', percent(10), { itemIds: ['tea'], minimumSpendMinor: 1_001 })],
      ['below-minimum-spend'],
      0,
    ],
    [
      'never below nothing',
      [offer('a', amount(5_000)), offer('b', amount(5_000), { stackingOrder: 1 })],
      [5_000, 200],
      5_200,
    ],
    ['a maximum', [offer('a', percent(50, 300)), offer('b', amount(100), { stackingOrder: 1 })], [300, 100], 400],
    // Seven pieces make two threes: soap and one tea are the cheapest two.
    ['two and one free, the cheapest', [offer('a', twoPlusOne)], [700], 700],
    ['two and one free within a scope', [offer('a', twoPlusOne, { itemIds: ['beans'] })], [1_000], 1_000],
    ['two and one free, too few', [offer('a', twoPlusOne, { itemIds: ['tea'] })], [0], 0],
    [
      'two and one free on what percent left',
      [offer('a', percent(50)), offer('b', twoPlusOne, { stackingOrder: 1 })],
      [2_600, 350],
      2_950,
    ],
  ])('%s', (_, offers, given, totalMinor) => {
    expect(outcomesOf(offers)).toEqual({ given, totalMinor });
  });

  test('free shipping is a marker beside the others, and costs nothing', () => {
    expect(outcomesOf([offer('a', shipping), offer('b', percent(10))])).toEqual({
      given: [0, 520],
      totalMinor: 520,
      freeShipping: true,
    });
    expect(outcomesOf([offer('a', shipping, exclusive), offer('b', percent(10))])).toEqual({
      given: ['not-combinable', 520],
      totalMinor: 520,
    });
    expect(outcomesOf([offer('a', shipping, exclusive)])).toEqual({ given: [0], totalMinor: 0, freeShipping: true });
  });
});

describe('buy so many, get so many', () => {
  const pieces = (quantity: number, price: string) => priceLines([{ item_id: 'a', quantity, unit_price: price }], 2);
  const given = (discount: Partial<Discount>, lines: PricedLine[]) =>
    discountLines({ ...twoPlusOne, ...discount } as Discount, lines).totalMinor;

  test.each([
    [2, 0],
    [3, 1],
    [5, 1],
    [6, 2],
    [6.9, 2],
    [0.5, 0],
  ])('of %d pieces %d are free', (quantity, free) => {
    // A line of 6.9 at 1.00 is 6.90, and a piece of it 1.00.
    expect(given({}, pieces(quantity, '1.00'))).toBe(free * 100);
  });

  test('at a percentage, rounded half up once a line, and never above the maximum', () => {
    expect(given({ percent: 50 }, pieces(3, '0.33'))).toBe(17);
    expect(given({ percent: 33.3333 }, pieces(3, '1.00'))).toBe(33);
    expect(given({ maximumMinor: 150 } as Partial<Discount>, pieces(6, '1.00'))).toBe(150);
  });
});

const discounts = fc.oneof(
  fc.record({ type: fc.constant('amount' as const), amountMinor: fc.integer({ min: 1, max: 1e5 }) }),
  fc.record({
    type: fc.constant('percent' as const),
    percent: fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 10_000),
    maximumMinor: fc.option(fc.integer({ min: 1, max: 1e5 })),
  }),
  fc.record({
    type: fc.constant('buy-x-get-y' as const),
    buy: fc.integer({ min: 1, max: 3 }),
    get: fc.integer({ min: 1, max: 3 }),
    percent: fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 10_000),
    maximumMinor: fc.option(fc.integer({ min: 1, max: 1e5 })),
  }),
);
const cartLines = fc.array(
  fc.record({
    itemId: fc.constantFrom('a', 'b', 'c'),
    quantity: fc.integer({ min: 1, max: 9_000 }).map((n) => n / 1_000),
    amountMinor: fc.nat(1e6),
  }),
  { maxLength: 8 },
);

test('shares by line add up to the discount and pass no line', () => {
  fc.assert(
    fc.property(discounts, cartLines, (discount, cart) => {
      const { totalMinor, perLine } = discountLines(discount, cart);
      expect(perLine.reduce((sum, minor) => sum + minor, 0)).toBe(totalMinor);
      perLine.forEach((minor, index) => {
        expect(minor).toBeGreaterThanOrEqual(0);
        expect(minor).toBeLessThanOrEqual(cart[index]!.amountMinor);
      });
    }),
  );
});

describe('what discounts that were given have left of an order', () => {
  const left = (given: [Discount, string[], number][], lines: PricedLine[] = cart) =>
    linesAfter(
      given.map(([discount, itemIds, discountMinor]) => ({ discount, itemIds, categories: [], discountMinor })),
      lines,
      byName,
    ).map(({ amountMinor }) => amountMinor);

  test.each<[string, [Discount, string[], number][], number[]]>([
    ['nothing given', [], [4_000, 1_000, 200]],
    ['off its own lines', [[amount(1_000), ['tea'], 1_000]], [4_000, 0, 200]],
    [
      'one after the other',
      [
        [percent(50), ['tea'], 500],
        [percent(50), ['tea'], 250],
      ],
      [4_000, 250, 200],
    ],
    ['partly reversed: as it was shared out', [[twoPlusOne, [], 350]], [4_000, 750, 100]],
    ['more than it would give now', [[percent(10), ['tea'], 400]], [4_000, 600, 200]],
    ['more than its lines are worth: the others bear it', [[amount(2_000), ['tea'], 1_420]], [3_600, 0, 180]],
    ['nothing of its scope any more', [[amount(2_000), ['rum'], 520]], [3_600, 900, 180]],
  ])('%s', (_, given, amounts) => {
    expect(left(given)).toEqual(amounts);
  });

  const scopes = fc.subarray(['a', 'b', 'c']);
  const anOffer = fc.record({ discount: discounts, itemIds: scopes, stackingOrder: fc.nat(2), priority: fc.nat(2) });

  test('one after the other in the order of stacking is what they give together', () => {
    let given = 0;
    fc.assert(
      fc.property(fc.array(anOffer, { maxLength: 4 }), cartLines, (drawn, lines) => {
        const offers = drawn.map(({ discount, ...change }, n) => offer(`c${n}`, discount, change));
        const together = stack(offers, lines, byName);
        const inOrder = offers
          .filter((_, n) => together.offers[n]!.outcome === 'applied')
          .sort((a, b) => a.stackingOrder - b.stackingOrder || b.priority - a.priority);
        const earlier: (Offer & { discountMinor: number })[] = [];
        for (const next of inOrder) {
          const rest = linesAfter(earlier, lines, byName);
          const scoped = rest.filter(({ itemId }) => next.itemIds.length === 0 || next.itemIds.includes(itemId));
          earlier.push({ ...next, discountMinor: discountLines(next.discount, scoped).totalMinor });
        }
        const total = earlier.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
        expect(total).toBe(together.totalMinor);
        given += total;
      }),
    );
    expect(given).toBeGreaterThan(0);
  });

  test('whatever was given on whatever lines: never more off than there is, and all of it where there is enough', () => {
    const given = fc.record({ discount: discounts, itemIds: scopes, discountMinor: fc.nat(1e6) });
    fc.assert(
      fc.property(fc.array(given, { maxLength: 4 }), cartLines, (all, lines) => {
        const rest = linesAfter(
          all.map((one) => ({ ...one, categories: [] })),
          lines,
          byName,
        );
        rest.forEach(({ amountMinor }, n) => {
          expect(amountMinor).toBeGreaterThanOrEqual(0);
          expect(amountMinor).toBeLessThanOrEqual(lines[n]!.amountMinor);
        });
        const taken = all.reduce((sum, { discountMinor }) => sum + discountMinor, 0);
        expect(totalOf(rest)).toBe(Math.max(0, totalOf(lines) - taken));
      }),
    );
  });
});
