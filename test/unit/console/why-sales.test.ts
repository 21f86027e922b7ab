import { describe, expect, test } from '@jest/globals';
import { courseOf, spanBefore, spanOf } from '../../../src/console/pages/today/span.ts';
import { factorsOfFigures, factorsOfPeriod, partsOfChange } from '../../../src/console/pages/today/why.ts';

// Would see: a week that is not over, one that begins on another day than those of the figures, a Sunday that is of the next week.
test('the last day and the last week that are over', () => {
  expect(spanOf('day', '2026-03-01').at).toBe('2026-02-28');
  // 2026-11-23 was a Monday.
  for (const now of ['2026-11-23', '2026-11-25', '2026-11-29']) expect(spanOf('week', now).at).toBe('2026-11-16');
  expect(spanOf('week', '2026-11-30').at).toBe('2026-11-23');
  const span = spanOf('week', '2026-11-29');
  expect([spanBefore(span, 1), spanBefore(span, -1)]).toEqual(['2026-11-09', '2026-11-23']);
  expect(courseOf(span, 3)).toEqual(['2026-11-02', '2026-11-09', '2026-11-16']);
  expect(courseOf(spanOf('day', '2026-03-02'), 2)).toEqual(['2026-02-28', '2026-03-01']);
});

describe('why a product changed', () => {
  // 100 visitors, 0.1 orders each, 20.00 an order: 200.00; then 150 visitors, 0.1, 16.00: 240.00.
  test('its factors’ parts sum up to the change, and who did not change has none', () => {
    const parts = partsOfChange([
      ['visitors', 100, 150],
      ['rate', 0.1, 0.1],
      ['value', 20, 16],
    ])!;
    expect(parts.reduce((sum, { worth }) => sum + worth, 0)).toBeCloseTo(40, 9);
    // L(200, 240) = 40 / ln 1.2 = 219.3926; times ln 1.5 = 88.9560, times ln 0.8 = -48.9560.
    expect(parts.map(({ worth }) => Number(worth.toFixed(4)))).toEqual([88.956, 0, -48.956]);
  });

  test('a change of nothing in all is told in parts too; what is unknown or nothing is not', () => {
    const parts = partsOfChange([
      ['one', 2, 4],
      ['other', 10, 5],
    ])!;
    expect(parts.map(({ worth }) => Number(worth.toFixed(4)))).toEqual([13.8629, -13.8629]);
    expect(partsOfChange([['one', 0, 4]])).toBeUndefined();
    expect(partsOfChange([['one', null, 4]])).toBeUndefined();
  });
});

describe('what net sales are the product of', () => {
  const worths = (factors: ReturnType<typeof factorsOfFigures>) =>
    factors?.map(({ name, before, after, worth }) => [name, before, after, Number(worth.toFixed(4))]);

  // 50 customers with 100 orders of 20.00: 2,000.00; then 60 with 120 of 25.00: 3,000.00.
  // L(2000, 3000) = 1000 / ln 1.5 = 2466.3035; times ln 1.2 = 449.6603, times ln 1.25 = 550.3397.
  test('of a stretch of days: customers, orders of each and net sales an order', () => {
    const figures = [
      { figure: 'net-sales' as const, before: '2000.00', now: '3000.00' },
      { figure: 'orders' as const, before: 100, now: 120 },
      { figure: 'customers' as const, before: 50, now: 60 },
    ];
    expect(worths(factorsOfFigures(figures))).toEqual([
      ['customers', 50, 60, 449.6603],
      ['ordersACustomer', 2, 2, 0],
      ['salesAnOrder', 20, 25, 550.3397],
    ]);
    // Nobody who ordered is known: orders stand for them.
    const unknown = figures.map((one) => (one.figure === 'customers' ? { ...one, before: 0, now: 0 } : one));
    expect(worths(factorsOfFigures(unknown))?.map(([name]) => name)).toEqual(['orders', 'salesAnOrder']);
  });

  test('of a period: visitors, orders of each and net sales an order, or orders where none are counted', () => {
    const values: Record<string, Record<string, number>> = {
      'net-sales': { a: 2000, b: 3000 },
      'orders-placed': { a: 100, b: 120 },
      visitors: { a: 1000, b: 1200 },
    };
    const of = (known: typeof values) => (id: string) => (period: string) => known[id]?.[period] ?? null;
    expect(worths(factorsOfPeriod(['a', 'b'], of(values)))).toEqual([
      ['visitors', 1000, 1200, 449.6603],
      ['ordersAVisitor', 0.1, 0.1, 0],
      ['salesAnOrder', 20, 25, 550.3397],
    ]);
    const { visitors: _, ...uncounted } = values;
    expect(worths(factorsOfPeriod(['a', 'b'], of(uncounted)))?.map(([name]) => name)).toEqual([
      'orders',
      'salesAnOrder',
    ]);
    expect(factorsOfPeriod(['a', 'b'], of({}))).toBeUndefined();
  });
});
