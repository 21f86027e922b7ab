import { describe, expect, test } from '@jest/globals';
import { createFormat } from '../../../src/console/format/format.ts';
import { roundTicks } from '../../../src/console/kit/chart/scale.ts';
import { csvOf } from '../../../src/console/kit/table/csv.ts';
import { expect as expectOf } from '../../../src/console/pages/today/expectation.ts';

const shop = { currency: 'EUR', minorDigits: 2, timeZone: 'Europe/Berlin' };

describe("figures are written as the language, the currency and the shop's zone have it", () => {
  const [en, zh] = [createFormat('en', shop), createFormat('zh', { ...shop, currency: 'CNY' })];

  test('money, counts and shares', () => {
    expect([en.money('1204.5'), zh.money('1204.5')]).toEqual(['€1,204.50', '¥1,204.50']);
    expect(createFormat('en', { ...shop, currency: 'JPY', minorDigits: 0 }).money('1204')).toBe('¥1,204');
    expect([en.count(1204), en.percent(0.03456), en.change(0.05), en.change(0)]).toEqual([
      '1,204',
      '3.5%',
      '+5.0%',
      '0.0%',
    ]);
    // Below each other they have equal decimals; in a sentence none that say nothing.
    expect([en.number(2), en.number(2.5), en.percent(0.5), en.percent(0.125)]).toEqual([
      '2.00',
      '2.50',
      '50.0%',
      '12.5%',
    ]);
    expect([en.plain(2), en.plain(2.5), en.plainPercent(0.1), en.plainPercent(0.125)]).toEqual([
      '2',
      '2.5',
      '10%',
      '12.5%',
    ]);
    expect([en.figure(null, 'money'), en.money(undefined), en.percent(null)]).toEqual(['–', '–', '–']);
    expect([en.compact(12_345), en.compact(654.4, 'money'), zh.compact(12_345)]).toEqual(['12.3k', '€654', '1.2万']);
    // Would see: an axis of small values whose ticks are all 0.
    expect([en.compact(34.12, 'money'), en.compact(0.0042), en.compact(0.25), en.compact(0)]).toEqual([
      '€34',
      '0.0042',
      '0.25',
      '0',
    ]);
  });

  // Would see: a day that is another one for who looks from another zone, or a time in the browser's.
  test("days are the shop's, times are in its zone", () => {
    expect([en.day('2026-11-28'), zh.day('2026-11-28')]).toEqual(['28 Nov', '11月28日']);
    const thisYear = new Date().getFullYear();
    expect(en.moment(`${thisYear}-11-28T23:30:00Z`)).toBe('29 Nov, 00:30');
    expect(en.moment(`${thisYear + 1}-11-28T12:30:00Z`)).toBe(`28 Nov ${thisYear + 1}, 13:30`);
    expect([en.period('2026-11-01', 'month'), en.period('2026-11-28T14:00:00+01:00', 'hour')]).toEqual([
      'Nov 2026',
      '14:00',
    ]);
    expect([en.seconds(65), en.seconds(0.42), en.seconds(0.002), en.seconds(0)]).toEqual([
      '1m 5s',
      '0.4s',
      '2ms',
      '0s',
    ]);
    // Would see: sixty seconds that are no minute.
    expect([en.seconds(59.7), en.seconds(3_599.8), en.seconds(9.96)]).toEqual(['1m 0s', '1h 0m', '10s']);
    expect(en.ago(new Date(Date.now() - 59.8 * 60_000))).toBe('1 hour ago');
    // Would see: a day more than the segmentation counts.
    expect(en.ago(new Date(Date.now() - 219.6 * 86_400_000))).toBe('219 days ago');
  });
});

test('axes have round values around all that is drawn', () => {
  expect(roundTicks(0, 97)).toEqual([0, 25, 50, 75, 100]);
  expect(roundTicks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(roundTicks(-3, 8)).toEqual([-5, 0, 5, 10]);
  expect(roundTicks(5, 5)).toEqual([0, 2, 4, 6]);
  expect(roundTicks(0, 0)).toEqual([0, 1]);
});

// Would see: a cell that a spreadsheet runs as a formula.
test('a table as CSV', async () => {
  const columns = [
    { header: 'Item', value: (row: [string, number | null]) => row[0] },
    { header: 'Sold, in all', value: (row: [string, number | null]) => row[1] },
  ];
  const rows: [string, number | null][] = [
    ['=HYPERLINK("x")', 3],
    ['a "b"\nc', null],
    ['-5', -5],
  ];
  expect(await csvOf(columns, rows)).toBe(
    '\uFEFFItem,"Sold, in all"\r\n"\'=HYPERLINK(""x"")",3\r\n"a ""b""\nc",\r\n-5,-5\r\n',
  );
  // More rows than are written in one go.
  const many = await csvOf(columns, Array<[string, number]>(4_001).fill(['a', 1]));
  expect(many.split('\r\n').length - 1).toBe(4_002);
});

describe('what like days let expect', () => {
  const friday = { grain: 'day', at: '2026-11-27' } as const;
  const on = (values: Record<string, number>) => (day: string) => values[day] ?? null;
  // Fridays before 27 November, eight of them: mean 100, sum of squares 56, so s = sqrt(56 / 7) = 2.8284.
  const fridays = { '2026-11-20': 96, '2026-11-13': 104, '2026-11-06': 98, '2026-10-30': 102, '2026-10-23': 98 };
  const eight = { ...fridays, '2026-10-16': 102, '2026-10-09': 98, '2026-10-02': 102 };

  test("is Student's interval of eight of them", () => {
    const half = 2.365 * Math.sqrt((56 / 7) * (1 + 1 / 8));
    const found = expectOf(friday, on({ ...eight, '2026-11-27': 110 }));
    expect(found?.low).toBeCloseTo(100 - half, 9);
    expect(found?.high).toBeCloseTo(100 + half, 9);
    expect(found?.distance).toBeCloseTo(10 / half, 9);
    // Other weekdays tell nothing of it.
    expect(expectOf(friday, on({ ...eight, '2026-11-27': 110, '2026-11-26': 5_000 }))).toEqual(found);
  });

  test('is nothing with five of them, or where the day itself is not known', () => {
    expect(expectOf(friday, on({ ...fridays, '2026-11-27': 110 }))).toBeUndefined();
    expect(expectOf(friday, on(eight))).toBeUndefined();
  });

  test('is not below zero of what never is, and of what never changes any change is far', () => {
    const small = Object.fromEntries(Object.keys(eight).map((day, place) => [day, place % 2]));
    expect(expectOf(friday, on({ ...small, '2026-11-27': 1 }))?.low).toBe(0);
    const still = Object.fromEntries(Object.keys(eight).map((day) => [day, 7]));
    expect(expectOf(friday, on({ ...still, '2026-11-27': 7 }))?.distance).toBe(0);
    expect(expectOf(friday, on({ ...still, '2026-11-27': 8 }))?.distance).toBeGreaterThan(1);
  });
});

// Would see: a range whose ends are one and the same figure, because Chinese counts in tens of thousands.
test('the ends of a range are as short as tells them apart', () => {
  const [en, zh] = [createFormat('en', shop), createFormat('zh', shop)];
  expect([en.range(1_000, 3_300, 'money'), en.range(47_210, 48_930, 'money')]).toEqual([
    ['€1k', '€3.3k'],
    ['€47.2k', '€48.9k'],
  ]);
  expect([zh.range(47_210, 48_930, 'money'), zh.range(47_210, 93_100, 'money')]).toEqual([
    ['€47,210', '€48,930'],
    ['€4.7万', '€9.3万'],
  ]);
  expect(zh.range(9_207, 15_700, 'money')).toEqual(['€9,207', '€15,700']);
  expect([zh.range(12_340, 12_360), en.range(0.439, 0.664, 'share'), zh.range(18, 41, 'money')]).toEqual([
    ['12,340', '12,360'],
    ['43.9%', '66.4%'],
    ['€18', '€41'],
  ]);
});
