import { describe, expect, test } from '@jest/globals';
import { type Period, periodStarts, type WeekStart } from '../../../src/coupons/limits/periods.ts';

const startOf = (instant: number, timeZone: string, period: Period, weekStart: WeekStart = 'monday') =>
  periodStarts(new Date(instant), { timeZone, weekStart })[period];

/** The period that begins at `from` and lasts so many hours: from its first instant to its last, and not a moment longer. */
const expectSpan = (
  [from, hours]: readonly [string, number],
  starts: string,
  ...calendar: [timeZone: string, period: Period, weekStart?: WeekStart]
) => {
  const first = Date.parse(from);
  const next = first + hours * 3_600_000;
  expect([first, next - 1].map((instant) => startOf(instant, ...calendar))).toEqual([starts, starts]);
  expect(startOf(first - 1, ...calendar) < starts).toBe(true);
  expect(startOf(next, ...calendar) > starts).toBe(true);
};

describe('days are those of the zone', () => {
  test.each([
    // Europe: clocks go forward on the last Sunday in March, back on that in October.
    ['before midnight', '2026-03-27T22:59:59.999Z', 'Europe/Berlin', '2026-03-27', '2026-03-26T23:00:00.000Z', 24],
    ['at midnight', '2026-03-27T23:00:00.000Z', 'Europe/Berlin', '2026-03-28', '2026-03-27T23:00:00.000Z', 24],
    ['23 hours', '2026-03-29T12:00:00.000Z', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['25 hours', '2026-10-25T12:00:00.000Z', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    [
      'the hour that comes twice, first',
      '2026-10-25T00:30:00Z',
      'Europe/Berlin',
      '2026-10-25',
      '2026-10-24T22:00:00.000Z',
      25,
    ],
    [
      'the hour that comes twice, again',
      '2026-10-25T01:30:00Z',
      'Europe/Berlin',
      '2026-10-25',
      '2026-10-24T22:00:00.000Z',
      25,
    ],
    ['America, 23 hours', '2026-03-08T20:00:00Z', 'America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    [
      'half an hour of summer',
      '2026-04-05T02:00:00Z',
      'Australia/Lord_Howe',
      '2026-04-05',
      '2026-04-04T13:00:00.000Z',
      24.5,
    ],
    // Clocks go forward at midnight itself, so the day begins at one.
    ['no midnight', '2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z', 23],
    ['a zone of 45 minutes', '2026-06-01T18:14:59Z', 'Asia/Kathmandu', '2026-06-01', '2026-05-31T18:15:00.000Z', 24],
    ['far ahead', '2026-06-01T10:00:00Z', 'Pacific/Kiritimati', '2026-06-02', '2026-06-01T10:00:00.000Z', 24],
    ['leap day', '2028-02-29T12:00:00Z', 'UTC', '2028-02-29', '2028-02-29T00:00:00.000Z', 24],
  ])('%s', (_, instant, timeZone, starts, from, hours) => {
    expect(startOf(Date.parse(instant), timeZone, 'day')).toBe(starts);
    expectSpan([from, hours], starts, timeZone, 'day');
  });
});

describe('weeks', () => {
  test.each([
    ['monday', '2026-03-29T12:00:00Z', '2026-03-23', '2026-03-22T23:00:00Z', 167],
    ['sunday', '2026-03-29T12:00:00Z', '2026-03-29', '2026-03-28T23:00:00Z', 167],
    ['monday', '2026-03-30T12:00:00Z', '2026-03-30', '2026-03-29T22:00:00Z', 168],
    ['sunday', '2026-03-28T12:00:00Z', '2026-03-22', '2026-03-21T23:00:00Z', 168],
    ['monday', '2026-10-25T22:59:59Z', '2026-10-19', '2026-10-18T22:00:00Z', 169],
    ['monday', '2026-10-25T23:00:00Z', '2026-10-26', '2026-10-25T23:00:00Z', 168],
    ['monday', '2027-01-01T12:00:00Z', '2026-12-28', '2026-12-27T23:00:00Z', 168],
    ['sunday', '2027-01-01T12:00:00Z', '2026-12-27', '2026-12-26T23:00:00Z', 168],
  ] as const)('from %s: %s', (weekStart, instant, starts, from, hours) => {
    expect(startOf(Date.parse(instant), 'Europe/Berlin', 'week', weekStart)).toBe(starts);
    expectSpan([from, hours], starts, 'Europe/Berlin', 'week', weekStart);
  });
});

describe('months', () => {
  test.each([
    ['2026-02-28T22:59:59.999Z', '2026-02-01', '2026-01-31T23:00:00Z', 28 * 24],
    ['2026-02-28T23:00:00.000Z', '2026-03-01', '2026-02-28T23:00:00Z', 31 * 24 - 1],
    ['2028-02-29T12:00:00.000Z', '2028-02-01', '2028-01-31T23:00:00Z', 29 * 24],
    ['2026-10-31T12:00:00.000Z', '2026-10-01', '2026-09-30T22:00:00Z', 31 * 24 + 1],
    ['2026-12-31T22:59:59.999Z', '2026-12-01', '2026-11-30T23:00:00Z', 31 * 24],
    ['2026-12-31T23:00:00.000Z', '2027-01-01', '2026-12-31T23:00:00Z', 31 * 24],
  ] as const)('%s', (instant, starts, from, hours) => {
    expect(startOf(Date.parse(instant), 'Europe/Berlin', 'month')).toBe(starts);
    expectSpan([from, hours], starts, 'Europe/Berlin', 'month');
  });
});

test('days follow one another without gap or overlap, for two years, in every kind of zone, each in its week and month', () => {
  const dayMs = 86_400_000;
  for (const timeZone of [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Asia/Kathmandu',
  ]) {
    let before = '2025-12-31';
    const end = Date.parse('2028-01-01T00:00:00Z');
    for (let instant = Date.parse('2026-01-01T00:00:00Z'); instant < end; instant += 3_600_000) {
      const { day, week, month } = periodStarts(new Date(instant), { timeZone, weekStart: 'sunday' });
      if (day === before) continue;
      expect(Date.parse(day) - Date.parse(before)).toBe(dayMs);
      expect(new Date(week).getUTCDay()).toBe(0);
      const sinceSunday = (Date.parse(day) - Date.parse(week)) / dayMs;
      expect(sinceSunday >= 0 && sinceSunday < 7).toBe(true);
      expect(month).toBe(`${day.slice(0, 7)}-01`);
      before = day;
    }
    expect(before >= '2027-12-31').toBe(true);
  }
});
