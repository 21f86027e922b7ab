import { expect, test } from '@jest/globals';
import { clockOf, momentOf } from '../../../src/console/format/zoned.ts';

// Would see: a campaign that begins an hour late, or a form that shows another time than it sends.
test("a field's date and time is that of the zone, and the moment comes back", () => {
  expect(clockOf('2026-11-28T23:30:00Z', 'Europe/Berlin')).toBe('2026-11-29T00:30');
  expect(momentOf('2026-11-29T00:30', 'Europe/Berlin')).toBe('2026-11-28T23:30:00.000Z');
  expect(momentOf('2026-07-01T00:00', 'America/New_York')).toBe('2026-07-01T04:00:00.000Z');
  expect(momentOf('2026-07-01T00:00', 'Pacific/Kiritimati')).toBe('2026-06-30T10:00:00.000Z');
});

// Berlin puts its clock forward at 01:00 UTC on 29 March 2026, and back at 01:00 UTC on 25 October 2026.
test('where the clock is put back the first of two is meant, and a time that is left out is one after it', () => {
  expect(momentOf('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
  expect(momentOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  expect(momentOf('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
});

test('what is no date and time is none', () => {
  expect([momentOf('', 'UTC'), momentOf('2026-13-01T00:00', 'UTC')]).toEqual([undefined, undefined]);
});
