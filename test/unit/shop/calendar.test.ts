import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Period, periodOf, periods, startOfDay, type WeekStart, weekStarts } from '../../../src/shop/calendar.ts';

const bounds = (period: Period, instant: string, timeZone: string, weekStart: WeekStart = 'monday') => {
  const { from, until } = periodOf(period, new Date(instant), { timeZone, weekStart });
  return [from.toISOString(), until.toISOString()].map((text) => text.replace('.000Z', 'Z'));
};

// Both nights in each zone, by hand: the bounds of a day of 23, 25, 23.5 and 24.5 hours, and of one that has no midnight.
test.each([
  ['Europe/Berlin', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', '2026-10-25T10:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['America/New_York', '2026-03-08T15:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
  ['America/New_York', '2026-11-01T15:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
  ['America/Havana', '2026-03-08T15:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
  ['America/Havana', '2026-11-01T15:00:00Z', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-05T05:00:00Z', '2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z'],
  ['Australia/Lord_Howe', '2026-10-04T05:00:00Z', '2026-10-03T13:30:00Z', '2026-10-04T13:00:00Z'],
  ['Pacific/Auckland', '2026-04-05T05:00:00Z', '2026-04-04T11:00:00Z', '2026-04-05T12:00:00Z'],
  ['Pacific/Auckland', '2026-09-27T05:00:00Z', '2026-09-26T12:00:00Z', '2026-09-27T11:00:00Z'],
])('the day in %s at %s', (timeZone, instant, from, until) => {
  expect(bounds('today', instant, timeZone)).toEqual([from, until]);
  // The same day told from its first and from its last moment, and by the day after.
  expect(bounds('today', from, timeZone)).toEqual([from, until]);
  expect(bounds('today', new Date(Date.parse(until) - 1).toISOString(), timeZone)).toEqual([from, until]);
  expect(bounds('yesterday', until, timeZone)).toEqual([from, until]);
});

// The Sunday on which clocks go forward is the last, the first and the second day of its week.
test.each([
  ['Europe/Berlin', 'monday', '2026-03-29T10:00:00Z', '2026-03-22T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', 'sunday', '2026-03-29T10:00:00Z', '2026-03-28T23:00:00Z', '2026-04-04T22:00:00Z'],
  ['Europe/Berlin', 'saturday', '2026-03-29T10:00:00Z', '2026-03-27T23:00:00Z', '2026-04-03T22:00:00Z'],
  ['America/New_York', 'sunday', '2026-11-01T03:59:59Z', '2026-10-25T04:00:00Z', '2026-11-01T04:00:00Z'],
  ['America/New_York', 'sunday', '2026-11-01T04:00:00Z', '2026-11-01T04:00:00Z', '2026-11-08T05:00:00Z'],
  ['America/Havana', 'monday', '2026-11-02T04:59:59Z', '2026-10-26T04:00:00Z', '2026-11-02T05:00:00Z'],
  ['Australia/Lord_Howe', 'monday', '2026-04-05T13:30:00Z', '2026-04-05T13:30:00Z', '2026-04-12T13:30:00Z'],
  ['Pacific/Auckland', 'saturday', '2026-09-27T05:00:00Z', '2026-09-25T12:00:00Z', '2026-10-02T11:00:00Z'],
] as const)('the week in %s that begins on %s, at %s', (timeZone, weekStart, instant, from, until) => {
  expect(bounds('this_week', instant, timeZone, weekStart)).toEqual([from, until]);
  expect(bounds('last_week', until, timeZone, weekStart)).toEqual([from, until]);
});

test.each([
  ['Europe/Berlin', '2026-03-31T21:59:59Z', '2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
  ['America/New_York', '2026-03-01T04:59:59Z', '2026-02-01T05:00:00Z', '2026-03-01T05:00:00Z'],
  ['America/New_York', '2026-03-01T05:00:00Z', '2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'],
  ['America/Havana', '2026-11-01T03:59:59Z', '2026-10-01T04:00:00Z', '2026-11-01T04:00:00Z'],
  ['Australia/Lord_Howe', '2026-12-31T12:59:59Z', '2026-11-30T13:00:00Z', '2026-12-31T13:00:00Z'],
  // The 29th of February.
  ['Pacific/Auckland', '2028-02-28T11:00:00Z', '2028-01-31T11:00:00Z', '2028-02-29T11:00:00Z'],
])('the month in %s at %s', (timeZone, instant, from, until) => {
  expect(bounds('this_month', instant, timeZone)).toEqual([from, until]);
  expect(bounds('last_month', until, timeZone)).toEqual([from, until]);
});

test('the year begins with the first of January of the zone', () => {
  expect(bounds('this_year', '2026-12-31T13:00:00Z', 'Australia/Lord_Howe')).toEqual([
    '2026-12-31T13:00:00Z',
    '2027-12-31T13:00:00Z',
  ]);
  expect(bounds('last_year', '2026-12-31T13:00:00Z', 'Australia/Lord_Howe')).toEqual([
    '2025-12-31T13:00:00Z',
    '2026-12-31T13:00:00Z',
  ]);
});

test('a day that a zone left out begins with the next', () => {
  expect(startOfDay('2011-12-30', 'Pacific/Apia').toISOString()).toBe('2011-12-30T10:00:00.000Z');
  expect(startOfDay('2011-12-31', 'Pacific/Apia').toISOString()).toBe('2011-12-30T10:00:00.000Z');
});

describe('at any moment, in any zone', () => {
  test('a period of now holds it, the last ends where it begins, and bounds are where the date changes', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Auckland'];
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.constantFrom(...weekStarts),
        fc.constantFrom(...periods),
        (instant, timeZone, weekStart, period) => {
          const dayAt = (time: number) => new Date(time).toLocaleDateString('sv-SE', { timeZone });
          const { from, until } = periodOf(period, instant, { timeZone, weekStart });
          expect(period.startsWith('this_') || period === 'today').toBe(from <= instant && instant < until);
          for (const bound of [from.getTime(), until.getTime()]) expect(dayAt(bound - 1) < dayAt(bound)).toBe(true);
          if (!period.startsWith('this_')) return;
          const last = periodOf(period.replace('this', 'last') as Period, instant, { timeZone, weekStart });
          expect(last.until).toEqual(from);
          expect(periodOf(period, last.from, { timeZone, weekStart })).toEqual(last);
        },
      ),
      { numRuns: 200, seed: 20_260_329 },
    );
  });
});
