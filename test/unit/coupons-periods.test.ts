import { describe, expect, test } from '@jest/globals';
import { type Period, periodOf, periodStarts, type WeekStart } from '../../src/coupons/periods.ts';

const span = (instant: string, timeZone: string, period: Period, weekStart: WeekStart = 'monday') => {
  const { starts, from, until } = periodOf(new Date(instant), { timeZone, period, weekStart });
  const hours = (until.getTime() - from.getTime()) / 3_600_000;
  return { starts, from: from.toISOString(), until: until.toISOString(), hours };
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
    expect(span(instant, timeZone, 'day')).toMatchObject({ starts, from, hours });
  });
});

describe('weeks', () => {
  test.each([
    ['monday', '2026-03-29T12:00:00Z', '2026-03-23', 167],
    ['sunday', '2026-03-29T12:00:00Z', '2026-03-29', 167],
    ['monday', '2026-03-30T12:00:00Z', '2026-03-30', 168],
    ['sunday', '2026-03-28T12:00:00Z', '2026-03-22', 168],
    ['monday', '2026-10-25T22:59:59Z', '2026-10-19', 169],
    ['monday', '2026-10-25T23:00:00Z', '2026-10-26', 168],
    ['monday', '2027-01-01T12:00:00Z', '2026-12-28', 168],
    ['sunday', '2027-01-01T12:00:00Z', '2026-12-27', 168],
  ] as const)('from %s: %s', (weekStart, instant, starts, hours) => {
    expect(span(instant, 'Europe/Berlin', 'week', weekStart)).toMatchObject({ starts, hours });
  });
});

describe('months', () => {
  test.each([
    ['2026-02-28T22:59:59.999Z', '2026-02-01', '2026-02-28T23:00:00.000Z', 28 * 24],
    ['2026-02-28T23:00:00.000Z', '2026-03-01', '2026-03-31T22:00:00.000Z', 31 * 24 - 1],
    ['2028-02-29T12:00:00.000Z', '2028-02-01', '2028-02-29T23:00:00.000Z', 29 * 24],
    ['2026-10-31T12:00:00.000Z', '2026-10-01', '2026-10-31T23:00:00.000Z', 31 * 24 + 1],
    ['2026-12-31T22:59:59.999Z', '2026-12-01', '2026-12-31T23:00:00.000Z', 31 * 24],
    ['2026-12-31T23:00:00.000Z', '2027-01-01', '2027-01-31T23:00:00.000Z', 31 * 24],
  ])('%s', (instant, starts, until, hours) => {
    expect(span(instant, 'Europe/Berlin', 'month')).toMatchObject({ starts, until, hours });
  });
});

test('periods follow one another without gap or overlap, for two years, in every kind of zone', () => {
  for (const timeZone of [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Asia/Kathmandu',
  ]) {
    for (const period of ['day', 'week', 'month'] as const) {
      const calendar = { timeZone, period, weekStart: 'sunday' as const };
      let current = periodOf(new Date('2026-01-01T00:00:00Z'), calendar);
      while (current.until < new Date('2028-01-01T00:00:00Z')) {
        const next = periodOf(current.until, calendar);
        expect(next.from).toEqual(current.until);
        expect(next.starts > current.starts).toBe(true);
        expect(periodOf(new Date(current.until.getTime() - 1), calendar).starts).toBe(current.starts);
        current = next;
      }
    }
  }
});

test('the three starts at once are those of the periods', () => {
  const calendar = { timeZone: 'America/New_York', weekStart: 'sunday' as const };
  for (let hour = 0; hour < 24 * 400; hour += 7) {
    const instant = new Date(Date.UTC(2026, 0, 1, hour));
    const starts = periodStarts(instant, calendar);
    for (const period of ['day', 'week', 'month'] as const)
      expect(periodOf(instant, { ...calendar, period }).starts).toBe(starts[period]);
  }
});
