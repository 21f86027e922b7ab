import { describe, expect, test } from '@jest/globals';
import { configFor, readConfig } from '../../../src/config.ts';
import { minorDigitsOf } from '../../../src/shop/currencies.ts';
import { createLocalDates, isSameTimeZone, isTimeZone } from '../../../src/shop/time-zone.ts';

// List one of ISO 4217 as published on 2024-06-25, with its amendments 177 to 180: XCG in, ANG out, XAD in, CUC and BGN out.
const published: [digits: number, codes: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
  // Those in which a version of Node differs from the standard, and neighbours of theirs.
  [
    2,
    'AFN ALL AMD COP CRC HUF IDR IRR LAK LBP MGA MMK MRU MUR PKR RSD SOS SYP TZS UZS YER EUR USD GBP CHF CNY XAD XCG ZWG',
  ],
];

describe('digits of the minor unit', () => {
  test.each(published)('%i by ISO 4217: %s', (digits, codes) => {
    for (const code of codes.split(' ')) expect([code, minorDigitsOf(code)]).toEqual([code, digits]);
  });

  test('every code of the standard is known, and none that has no minor unit', () => {
    const letters = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at));
    const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    const known = all.filter((code) => minorDigitsOf(code) !== undefined);
    // 166 with a minor unit in June 2024, XCG and XAD since; ANG, BGN and CUC stay, and HRK, SLL, ZWL of before are known.
    expect(known).toHaveLength(166 + 2 + 3);
    expect(known.filter((code) => ![0, 3, 4].includes(minorDigitsOf(code)!))).toHaveLength(140 + 2 + 3);
    for (const none of 'XAU XAG XDR XTS XXX XBA XSU XUA ABC DEM'.split(' '))
      expect(minorDigitsOf(none)).toBeUndefined();
  });

  test('what is no currency stops the start', () => {
    for (const code of ['XXX', 'ABC', 'eur', 'EURO']) {
      expect(() => readConfig({ PANNIER_CURRENCY: code })).toThrow('PANNIER_CURRENCY: must be the ISO 4217 code');
    }
    expect(readConfig({ PANNIER_CURRENCY: 'HUF' }).minorDigits).toBe(2);
  });
});

describe('time zones', () => {
  test('are IANA names, whatever a version of Node takes beside them', () => {
    for (const zone of ['UTC', 'Europe/London', 'America/Argentina/Buenos_Aires']) expect(isTimeZone(zone)).toBe(true);
    for (const zone of ['+02:00', '-05', 'Mars/Olympus', '']) expect(isTimeZone(zone)).toBe(false);
  });

  test('are the same under another name or case', () => {
    expect(isSameTimeZone('GB', 'Europe/London')).toBe(true);
    expect(isSameTimeZone('europe/london', 'Europe/London')).toBe(true);
    expect(isSameTimeZone('Etc/UTC', 'UTC')).toBe(true);
    expect(isSameTimeZone('Europe/London', 'Europe/Lisbon')).toBe(false);
  });

  test('tell local dates as YYYY-MM-DD', () => {
    const moment = Date.parse('2026-03-01T03:30:00Z');
    expect(createLocalDates('America/New_York')(moment)).toBe('2026-02-28');
    expect(createLocalDates('Asia/Tokyo')(moment)).toBe('2026-03-01');
  });
});

test('a database keeps its digits, and says what is to be set where currency or zone differ', () => {
  const config = readConfig({ PANNIER_CURRENCY: 'HUF', DATABASE_URL: 'postgres://localhost/shop' });
  const shop = { currency: 'HUF', timeZone: 'UTC', minorDigits: 0 };
  expect(configFor(config, shop)).toEqual({ ...config, minorDigits: 0 });
  expect(() => configFor(config, { ...shop, currency: 'EUR', timeZone: 'Europe/Berlin' })).toThrow(
    [
      'The facts in schema "pannier" are in EUR and the time zone Europe/Berlin, since its first start:',
      '  PANNIER_CURRENCY is HUF, set it to EUR',
      '  PANNIER_TIME_ZONE is UTC, set it to Europe/Berlin',
      'For another shop, give PANNIER_SCHEMA another name.',
    ].join('\n'),
  );
});
