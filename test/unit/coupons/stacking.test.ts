import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Discount } from '../../../src/coupons/campaigns/campaign-terms.ts';
import { discountLines } from '../../../src/coupons/discounts/discount-lines.ts';
import { type PricedLine, priceLines } from '../../../src/coupons/discounts/priced-lines.ts';
import { type Offer, stack } from '../../../src/coupons/discounts/stacking.ts';

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
  bundle: [],
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
    [
      'nothing left for a second',
      [offer('a', percent(100)), offer('b', amount(5_000), { stackingOrder: 1 })],
      [5_200, 'gives-nothing'],
      5_200,
    ],
    ['a bundle: whole sets of beans and tea', [offer('a', percent(10), { bundle: ['beans', 'tea'] })], [300], 300],
    ['a bundle that is not whole', [offer('a', percent(10), { bundle: ['beans', 'rum'] })], ['bundle-incomplete'], 0],
    [
      'a bundle within a minimum spend of its sets',
      [offer('a', percent(10), { bundle: ['soap', 'tea'], minimumSpendMinor: 701 })],
      ['below-minimum-spend'],
      0,
    ],
    [
      'a bundle on what percent left, and what is beside it by itself',
      [offer('a', percent(50)), offer('b', amount(5_000), { bundle: ['beans', 'tea'], stackingOrder: 1 })],
      [2_600, 1_500],
      4_100,
    ],
    // Two sets are two beans and two teas: of four pieces one is free.
    ['two and one free of a bundle', [offer('a', twoPlusOne, { bundle: ['beans', 'tea'] })], [500], 500],
    ['a maximum', [offer('a', percent(50, 300)), offer('b', amount(100), { stackingOrder: 1 })], [300, 100], 400],
    // Seven pieces make two threes: soap and one tea are the cheapest two.
    ['two and one free, the cheapest', [offer('a', twoPlusOne)], [700], 700],
    ['two and one free within a scope', [offer('a', twoPlusOne, { itemIds: ['beans'] })], [1_000], 1_000],
    ['two and one free, too few', [offer('a', twoPlusOne, { itemIds: ['tea'] })], ['gives-nothing'], 0],
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
        expect(minor).toBeLessThanOrEqual(cart[index].amountMinor);
      });
    }),
  );
});

/** A discount as a person with paper would take it, off lines that are changed. Returns what it gave on each. */
function takeOff(discount: Discount, scoped: number[], left: number[], lines: PricedLine[]): number[] {
  const whole = scoped.reduce((sum, line) => sum + left[line], 0);
  const given = lines.map(() => 0);
  const share = (amount: number, weights: number[]) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return weights.map(() => 0);
    const exact = weights.map((weight) => (BigInt(amount) * BigInt(weight)) / BigInt(total));
    const rests = weights.map((weight, n) => ({ n, rest: (BigInt(amount) * BigInt(weight)) % BigInt(total) }));
    const cents = exact.map(Number);
    let over = amount - cents.reduce((sum, minor) => sum + minor, 0);
    for (const { n } of rests.sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.n - b.n))) {
      if (over-- > 0) cents[n]++;
    }
    return cents;
  };
  let amount: number;
  if (discount.type === 'percent') {
    // In ten-thousandths of a percent, a half is rounded up.
    const tenThousandths = BigInt(Math.round(discount.percent * 10_000));
    amount = Number((BigInt(whole) * tenThousandths * 2n + 1_000_000n) / 2_000_000n);
    amount = Math.min(amount, discount.maximumMinor ?? amount);
  } else amount = discount.type === 'amount' ? Math.min(discount.amountMinor, whole) : 0;
  share(
    amount,
    scoped.map((line) => left[line]),
  ).forEach((minor, n) => {
    given[scoped[n]] = minor;
    left[scoped[n]] -= minor;
  });
  return given;
}

describe('what a set of coupons gives, line by line', () => {
  const scopes = fc.subarray(['a', 'b', 'c']);
  const anOffer = fc.record({
    discount: discounts,
    itemIds: scopes,
    stackingOrder: fc.nat(2),
    priority: fc.nat(2),
    stacking: fc.constantFrom('stackable' as const, 'stackable' as const, 'exclusive' as const),
    minimumSpendMinor: fc.option(fc.nat(1e6)),
    bundle: fc.constantFrom<string[][]>([], [], ['a', 'b'], ['a', 'b', 'c']),
  });
  const someOffers = fc
    .array(anOffer, { maxLength: 5 })
    .map((drawn) => drawn.map(({ discount, ...change }, n) => offer(`c${n}`, discount, change)));

  test('adds up by offer and by line, passes no line, and gives nothing that it says gives nothing', () => {
    fc.assert(
      fc.property(someOffers, cartLines, (offers, lines) => {
        const { offers: given, totalMinor, perLine } = stack(offers, lines, byName);
        const sum = (all: number[]) => all.reduce((total, minor) => total + minor, 0);
        expect(sum(perLine)).toBe(totalMinor);
        expect(sum(given.map(({ discountMinor }) => discountMinor))).toBe(totalMinor);
        for (const one of given) {
          expect(sum(one.perLine)).toBe(one.discountMinor);
          if (one.outcome === 'applied') expect(one.discountMinor).toBeGreaterThan(0);
          else expect(one.discountMinor).toBe(0);
        }
        perLine.forEach((minor, line) => {
          expect(minor).toBe(sum(given.map((one) => one.perLine[line])));
          expect(minor).toBeLessThanOrEqual(lines[line].amountMinor);
        });
      }),
    );
  });

  test('depends neither on the sequence of the codes nor on that of the lines', () => {
    fc.assert(
      fc.property(someOffers, cartLines, fc.infiniteStream(fc.nat()), (offers, lines, dice) => {
        const shuffled = <Value>(all: readonly Value[]) =>
          all
            .map((value, place) => ({ value, place, at: dice.next().value as number }))
            .sort((a, b) => a.at - b.at || a.place - b.place);
        const [codes, cart] = [shuffled(offers), shuffled(lines)];
        const first = stack(offers, lines, byName);
        const other = stack(
          codes.map(({ value }) => value),
          cart.map(({ value }) => value),
          byName,
        );
        expect(other.totalMinor).toBe(first.totalMinor);
        codes.forEach(({ place }, n) => {
          expect(other.offers[n].outcome).toBe(first.offers[place].outcome);
          expect(other.offers[n].discountMinor).toBe(first.offers[place].discountMinor);
        });
        // Lines that are alike in everything may change places.
        const byLine = (of: PricedLine[], perLine: number[]) =>
          of.map((line, n) => `${line.itemId} ${line.amountMinor} ${line.quantity} ${perLine[n]}`).sort();
        expect(
          byLine(
            cart.map(({ value }) => value),
            other.perLine,
          ),
        ).toEqual(byLine(lines, first.perLine));
      }),
    );
  });

  test('percents and amounts come to what pen and paper come to', () => {
    const money = fc
      .array(anOffer, { maxLength: 5 })
      .map((drawn) =>
        drawn.flatMap(({ discount, itemIds, stackingOrder, priority }, n) =>
          discount.type === 'buy-x-get-y' ? [] : [offer(`c${n}`, discount, { itemIds, stackingOrder, priority })],
        ),
      );
    let given = 0;
    fc.assert(
      fc.property(money, cartLines, (offers, unsorted) => {
        const lines = unsorted.toSorted(
          (a, b) =>
            (a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0) ||
            a.amountMinor - b.amountMinor ||
            a.quantity - b.quantity,
        );
        const left = lines.map(({ amountMinor }) => amountMinor);
        const turns = offers.toSorted(
          (a, b) =>
            a.stackingOrder - b.stackingOrder || b.priority - a.priority || (a.campaignId < b.campaignId ? -1 : 1),
        );
        const byHand = new Map(
          turns.map((one) => {
            const scoped = lines.flatMap(({ itemId }, n) =>
              one.itemIds.length === 0 || one.itemIds.includes(itemId) ? [n] : [],
            );
            return [one.campaignId, takeOff(one.discount, scoped, left, lines)];
          }),
        );
        stack(offers, lines, byName).offers.forEach(({ perLine }, n) => {
          expect(perLine).toEqual(byHand.get(offers[n].campaignId));
          given += perLine.length;
        });
      }),
    );
    expect(given).toBeGreaterThan(0);
  });
});
