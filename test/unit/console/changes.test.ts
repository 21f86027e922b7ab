import { describe, expect, test } from '@jest/globals';
import { othersOf } from '../../../src/console/pages/indicators/others.ts';
import { contributorsTo } from '../../../src/console/pages/today/moved/contributors.ts';
import { daysOf, spanBefore, spanOf } from '../../../src/console/pages/today/span.ts';
import { changeSince } from '../../../src/console/shared/compare.ts';

describe('spans of Today', () => {
  test('the last month that is over, over the turn of a year and from a 31st', () => {
    expect(spanOf('month', '2026-03-31').at).toBe('2026-02-01');
    const span = spanOf('month', '2026-01-01');
    expect(span.at).toBe('2025-12-01');
    expect([spanBefore(span, 1), spanBefore(span, 12), spanBefore(span, -1)]).toEqual([
      ...['2025-11-01', '2024-12-01', '2026-01-01'],
    ]);
    expect(daysOf(span)).toEqual({
      now: { from: '2025-12-01', to: '2025-12-31' },
      before: { from: '2025-11-01', to: '2025-11-30' },
    });
  });

  test('the last 28 days and the 28 before, without a day between them', () => {
    expect(daysOf(spanOf('days', '2026-11-30'))).toEqual({
      now: { from: '2026-11-02', to: '2026-11-29' },
      before: { from: '2026-10-05', to: '2026-11-01' },
    });
    expect(daysOf(spanOf('week', '2026-11-25'))).toEqual({
      now: { from: '2026-11-16', to: '2026-11-22' },
      before: { from: '2026-11-09', to: '2026-11-15' },
    });
  });
});

test('who brought most of a change, and who worked against it', () => {
  const parts = [3, -9, 0, 5, -1].map((change, place) => ({ member: String(place), change }));
  expect(contributorsTo(-2, parts)).toEqual({ most: parts[1], against: parts[3] });
  expect(contributorsTo(4, parts)).toEqual({ most: parts[3], against: parts[1] });
  expect(contributorsTo(4, [parts[2]])).toEqual({ most: undefined, against: undefined });
  expect(contributorsTo(8, [parts[0], parts[3]])).toEqual({ most: parts[3], against: undefined });
});

// Would see: a first month of ten days told as a rise of 1,800 %.
test('a part of a period is compared with nothing, and nothing with a part', () => {
  const beside = { value: '10.00', partial: null };
  expect(changeSince({ value: '15.00', partial: null }, beside)).toBe(0.5);
  expect(changeSince({ value: '15.00', partial: null }, { ...beside, partial: 'begins' })).toBeNull();
  expect(changeSince({ value: '15.00', partial: 'runs' }, beside)).toBeNull();
  expect(changeSince({ value: '15.00', partial: null }, null)).toBeNull();
});

type Figures = NonNullable<Parameters<typeof othersOf>[1][number]['previous']>;

describe('all others', () => {
  const row = (numerator: string | number, denominator: number | null, previous: Figures | null = null) => ({
    ...{ value: denominator === null ? numerator : Number(numerator) / denominator, numerator, denominator },
    ...{ partial: null, previous, year_before: null },
  });
  const previous = (numerator: string): Figures => ({ value: numerator, numerator, denominator: null, partial: null });

  test('are what the whole has more than the members shown, now and before', () => {
    const whole = row('100.10', null, previous('50.00'));
    const members = [row('60.05', null, previous('10.00')), row('20.05', null)];
    const others = othersOf(whole, members)!;
    expect(others.value).toBeCloseTo(20, 9);
    expect([others.previous?.value, others.year_before]).toEqual([40, null]);
  });

  test('have a fraction of their own', () => {
    expect(othersOf(row(30, 60), [row(20, 20)])).toMatchObject({ numerator: 10, denominator: 40, value: 0.25 });
  });

  test('are nobody where the members are all, whatever decimals leave', () => {
    expect(othersOf(row('0.30', null), [row('0.10', null), row('0.20', null)])).toBeNull();
    expect(othersOf(undefined, [])).toBeNull();
  });
});
