import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { periodNamed, periodOf } from '../../../../src/intake/events/periods.ts';

test('months from 2020 on, years before, in UTC', () => {
  expect(periodOf(Date.parse('2026-02-28T23:59:59.999Z'))).toEqual({
    table: 'events_2026_02',
    from: new Date('2026-02-01T00:00:00Z'),
    until: new Date('2026-03-01T00:00:00Z'),
  });
  expect(periodOf(Date.parse('2020-01-01T00:00:00Z')).table).toBe('events_2020_01');
  expect(periodOf(Date.parse('2019-12-31T23:59:59.999Z'))).toEqual({
    table: 'events_2019',
    from: new Date('2019-01-01T00:00:00Z'),
    until: new Date('2020-01-01T00:00:00Z'),
  });
});

test('every moment lies in its period, which its name gives back, and periods do not overlap', () => {
  const moment = fc.integer({ min: Date.parse('1969-12-31T00:00:00Z'), max: Date.parse('2199-12-31T23:59:59Z') });
  fc.assert(
    fc.property(moment, (at) => {
      const period = periodOf(at);
      expect(period.from.getTime()).toBeLessThanOrEqual(at);
      expect(at).toBeLessThan(period.until.getTime());
      expect(periodNamed(period.table)).toEqual(period);
      expect(periodOf(period.until.getTime()).from).toEqual(period.until);
      expect(periodOf(period.from.getTime() - 1).until).toEqual(period.from);
    }),
  );
});

test('other tables are no partitions of events', () => {
  expect(periodNamed('event_keys')).toBeUndefined();
  expect(periodNamed('events_2026_1')).toBeUndefined();
});
