import { describe, expect, test } from '@jest/globals';
import { latestNight } from '../../../src/shop/latest-night.ts';

const halfHour = 1_800_000;
const dayMs = 86_400_000;

describe('the latest night', () => {
  test('begins at its hour of the shop, not of the machine', () => {
    expect(latestNight(new Date('2026-05-10T02:59:59Z'), 'UTC', 3)).toBe('2026-05-09');
    expect(latestNight(new Date('2026-05-10T03:00:00Z'), 'UTC', 3)).toBe('2026-05-10');
    expect(latestNight(new Date('2026-05-09T18:30:00Z'), 'Asia/Shanghai', 3)).toBe('2026-05-09');
    expect(latestNight(new Date('2026-05-09T19:00:00Z'), 'Asia/Shanghai', 3)).toBe('2026-05-10');
  });

  test('at hour 0 it begins with the day, across a month and a year', () => {
    expect(latestNight(new Date('2025-12-31T23:00:00Z'), 'Europe/Berlin', 0)).toBe('2026-01-01');
    expect(latestNight(new Date('2026-02-28T23:59:59Z'), 'UTC', 0)).toBe('2026-02-28');
    expect(latestNight(new Date('2026-03-01T00:30:00Z'), 'UTC', 1)).toBe('2026-02-28');
  });

  test('an hour that comes twice is one night', () => {
    expect(latestNight(new Date('2026-10-24T23:59:00Z'), 'Europe/Berlin', 2)).toBe('2026-10-24');
    expect(latestNight(new Date('2026-10-25T00:00:00Z'), 'Europe/Berlin', 2)).toBe('2026-10-25');
    expect(latestNight(new Date('2026-10-25T01:00:00Z'), 'Europe/Berlin', 2)).toBe('2026-10-25');
  });

  test('an hour that does not come begins when the clock has jumped over it', () => {
    expect(latestNight(new Date('2026-03-29T00:59:59Z'), 'Europe/Berlin', 2)).toBe('2026-03-28');
    expect(latestNight(new Date('2026-03-29T01:00:00Z'), 'Europe/Berlin', 2)).toBe('2026-03-29');
  });

  test.each([
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['America/New_York', '2026-03-08'],
    ['America/New_York', '2026-11-01'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['Asia/Beirut', '2026-03-29'],
    ['Asia/Kathmandu', '2026-06-01'],
  ])('never goes back, and every date has one night, in %s around %s', (zone, date) => {
    for (const hour of [0, 1, 2, 3, 23]) {
      const nights: string[] = [];
      for (let at = Date.parse(date) - 2 * dayMs; at < Date.parse(date) + 3 * dayMs; at += halfHour) {
        const night = latestNight(new Date(at), zone, hour);
        if (night !== nights.at(-1)) nights.push(night);
      }
      expect(nights).toEqual([...new Set(nights)].sort());
      expect(nights).toHaveLength((Date.parse(nights.at(-1)!) - Date.parse(nights[0])) / dayMs + 1);
    }
  });
});
