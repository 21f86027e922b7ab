import { expect, test } from '@jest/globals';
import { learnRebuying, rankTrends } from '../../../models/popularity/index.ts';

const sales = (all: [item: number, ageDays: number, count: number][], itemCount = 3) => {
  const each = all.flatMap(([item, age, count]) => Array.from({ length: count }, () => [item, age]));
  return { itemCount, items: Uint32Array.from(each, ([item]) => item), ageDays: each.map(([, age]) => age) };
};

// Would see: what the whole shop sells more told as a trend, a trend of two sales, sales of before the five weeks counted.
test('a trend is more than the four weeks before let expect, beside what the whole shop does', () => {
  // Of 40 sales before and 20 in the week, so half as many: item 0 had 8, of which 4 are expected, and sold 10: (10 - 4) / 2 = 3.
  const ranked = rankTrends(
    sales([
      [0, 10, 8],
      [1, 10, 32],
      [0, 3, 10],
      [1, 3, 10],
    ]),
  );
  expect(ranked[0]).toBe(3);
  expect(ranked[1]).toBeNaN();
  // All sell twice what they did.
  expect(
    rankTrends(
      sales([
        [0, 10, 20],
        [1, 10, 20],
        [0, 1, 10],
        [1, 1, 10],
      ]),
    ),
  ).toEqual(new Float64Array(3).fill(Number.NaN));
  // New: 3 where none is expected, and 2, which are too few. Sales of five weeks ago and more are of no account.
  const fresh = rankTrends(
    sales([
      [0, 1, 3],
      [1, 1, 2],
      [2, 36, 50],
      [2, 6.9, 0],
    ]),
  );
  expect([fresh[0], Number.isNaN(fresh[1]), Number.isNaN(fresh[2])]).toEqual([3, true, true]);
});

// Would see: the interval to another customer's purchase, two lines of one errand, goods called rebought because of one person.
test('an item is bought again after its middle interval, and not before a quarter of them', () => {
  const bought: [customer: number, item: number, ageDays: number][] = [
    // Intervals of 10, 20, 30 and of 40, 50: sorted 10 20 30 40 50.
    ...([60, 50, 30, 0] as const).map((age) => [0, 0, age] as [number, number, number]),
    ...([90, 50, 0] as const).map((age) => [1, 0, age] as [number, number, number]),
    // One errand in two orders is no interval.
    [2, 0, 5.2],
    [2, 0, 5],
    // A lamp: twenty buyers, of whom one buys one each day.
    ...Array.from({ length: 20 }, (_, customer) => [customer, 1, 30] as [number, number, number]),
    ...[29, 28, 27, 26, 25].map((age) => [3, 1, age] as [number, number, number]),
    // Too few intervals.
    [0, 2, 9],
    [0, 2, 2],
  ];
  const rebuying = learnRebuying({
    customers: bought.map(([customer]) => customer),
    items: Uint32Array.from(bought, ([, item]) => item),
    ageDays: bought.map(([, , age]) => age),
    itemCount: 3,
  });
  expect([...rebuying.fromDays]).toEqual([20, Number.NaN, Number.NaN]);
  expect([...rebuying.days]).toEqual([30, Number.NaN, Number.NaN]);
});
