import { describe, expect, test } from '@jest/globals';
import type { Campaign, Discount } from '../../src/coupons/campaign-terms.ts';
import { couponsLeft } from '../../src/coupons/eligibility.ts';
import { expectDiscount, logScore, readScore, tellScore } from '../../src/coupons/scores.ts';

const capped = { type: 'percent', percent: 10, maximumMinor: 300 } as const;

test.each<[string, Discount, number, number]>([
  ['a share of the order', capped, 2_000, 200],
  ['up to its cap', capped, 5_000, 300],
  ['without a cap', { ...capped, maximumMinor: null }, 5_000, 500],
  ['an amount', { type: 'amount', amountMinor: 300 }, 5_000, 300],
  ['not more than the order', { type: 'amount', amountMinor: 300 }, 250, 250],
  ['free shipping costs the campaign nothing', { type: 'free-shipping' }, 5_000, 0],
  [
    'one piece of three at half price',
    { type: 'buy-x-get-y', buy: 2, get: 1, percent: 50, maximumMinor: null },
    6_000,
    1_000,
  ],
])('the discount expected of an order: %s', (_, discount, order, expected) => {
  expect(expectDiscount(discount, order)).toBe(expected);
});

describe('a score', () => {
  const scorer = { run: 7, leastMinor: 50, predict: ([x]: Float64Array) => ({ uplift: x! / 3, withCoupon: 0.5 }) };
  const logged = logScore(
    3,
    scorer,
    { features: Float64Array.of(1), orderMinor: 2_000, marginMinor: 800 },
    { type: 'amount', amountMinor: 300 },
  );

  test('is uplift × margin − probability with the coupon × discount, of the figures as they are logged', () => {
    expect(logged).toEqual([3, 7, 0.333333, 0.5, 800, 300, 50]);
    const read = readScore(JSON.parse(JSON.stringify(logged)));
    expect(read).toMatchObject({ run: 7, uplift: 0.333333, leastMinor: 50 });
    expect(read.expectedMinor).toBe(0.333333 * 800 - 0.5 * 300);
  });

  test('is told with all that it comes of', () => {
    expect(tellScore(readScore(logged), 2)).toBe(
      'With the coupon an order comes with a probability of 50.0 %, 33.3 points of it because of the coupon: ' +
        'at a margin of 8.00 an order and 3.00 off it, 1.17 more is expected; the least for a coupon is 0.50.',
    );
  });
});

test('coupons that both budgets have room for', () => {
  const counters = { issued: 4, moneyReservedMinor: 1_000, moneyRedeemedMinor: 500, moneyReversedMinor: 100 };
  const left = (couponBudget: number | null, moneyBudgetMinor: number | null, discount: Discount) =>
    couponsLeft({ couponBudget, moneyBudgetMinor, discount, counters } as unknown as Campaign);
  expect(left(10, null, capped)).toBe(6);
  expect(left(10, 2_899, capped)).toBe(4);
  expect(left(null, null, capped)).toBe(Number.POSITIVE_INFINITY);
  expect(left(null, 2_000, { type: 'free-shipping' })).toBe(Number.POSITIVE_INFINITY);
  expect(left(4, 10_000, capped)).toBe(0);
});
