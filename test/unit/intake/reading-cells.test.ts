import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findDelimiter } from '../../../src/intake/imports/reading/csv.ts';
import { readDecimal, roundToSix } from '../../../src/intake/imports/reading/decimal.ts';
import { decodeBytes, encodeText } from '../../../src/intake/imports/reading/text.ts';
import { createTimeReader, nextMidnight } from '../../../src/intake/imports/reading/time.ts';
import { expectedNumber, expectedTime } from '../../../src/intake/imports/values/expectations.ts';

const iso = (read: ReturnType<typeof createTimeReader>, text: string) => {
  const time = read(text);
  return time && `${new Date(time.instant).toISOString()}${time.rule ? ` ${time.rule}` : ''}`;
};

describe('times', () => {
  const berlin = createTimeReader('Europe/Berlin', 'iso');

  test.each([
    ['2026-01-15 10:30:00', '2026-01-15T09:30:00.000Z'],
    ['2026-07-15T10:30', '2026-07-15T08:30:00.000Z'],
    ['2026-07-15', '2026-07-14T22:00:00.000Z'],
    ['2026-07-15 10:30:00.1239', '2026-07-15T08:30:00.123Z'],
    ['2026-07-15T10:30:00Z', '2026-07-15T10:30:00.000Z'],
    ['2026-07-15T10:30:00-05:30', '2026-07-15T16:00:00.000Z'],
    ['2026-07-15 10:30:00 +0200', '2026-07-15T08:30:00.000Z'],
    // As Postgres writes timestamptz, in zones of whole, half and quarter hours.
    ['2026-11-01 10:00:00.123+01', '2026-11-01T09:00:00.123Z'],
    ['2026-11-01 10:00:00+00', '2026-11-01T10:00:00.000Z'],
    ['2026-11-01 10:00:00.123456-05', '2026-11-01T15:00:00.123Z'],
    ['2026-11-01 10:00:00+05:30', '2026-11-01T04:30:00.000Z'],
    ['2026-11-01 10:00:00+0545', '2026-11-01T04:15:00.000Z'],
  ])('%s in Berlin', (text, instant) => {
    expect(iso(berlin, text)).toBe(instant);
  });

  test('a time that clocks jump over moves along with them', () => {
    expect(iso(berlin, '2026-03-29 01:59:59')).toBe('2026-03-29T00:59:59.000Z');
    expect(iso(berlin, '2026-03-29 02:30:00')).toBe('2026-03-29T01:30:00.000Z time_in_gap');
    expect(iso(berlin, '2026-03-29 03:00:00')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('of a time that clocks show twice the earlier is taken', () => {
    expect(iso(berlin, '2026-10-25 01:59:59')).toBe('2026-10-24T23:59:59.000Z');
    expect(iso(berlin, '2026-10-25 02:30:00')).toBe('2026-10-25T00:30:00.000Z time_ambiguous');
    expect(iso(berlin, '2026-10-25 03:00:00')).toBe('2026-10-25T02:00:00.000Z');
  });

  test('zones of other kinds: half an hour of summer time, a quarter hour from UTC, a day left out', () => {
    expect(iso(createTimeReader('Australia/Lord_Howe', 'iso'), '2026-10-04 02:15:00')).toBe(
      '2026-10-03T15:45:00.000Z time_in_gap',
    );
    expect(iso(createTimeReader('Asia/Kathmandu', 'iso'), '2026-01-01 05:45:00')).toBe('2026-01-01T00:00:00.000Z');
    expect(iso(createTimeReader('Pacific/Apia', 'iso'), '2011-12-31 00:00:00')).toBe('2011-12-30T10:00:00.000Z');
  });

  test.each([
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-01-01 24:00',
    '2026-01-01 10:60',
    '1969-12-31',
    '2201-01-01',
    'soon',
    '',
    '26-1-1',
    '1.1.2026',
  ])('"%s" is none', (text) => {
    expect(berlin(text)).toBeUndefined();
  });

  test.each([
    ['D.M.YYYY H:mm', '1.12.2010 8:26', '2010-12-01T08:26:00.000Z'],
    ['M/D/YYYY H:mm', '12/1/2010 8:26', '2010-12-01T08:26:00.000Z'],
    ['YYYYMMDDTHHmmss', '20101201T082600', '2010-12-01T08:26:00.000Z'],
    ['unix', '1291191960', '2010-12-01T08:26:00.000Z'],
    ['unix-ms', '1291191960000', '2010-12-01T08:26:00.000Z'],
  ])('%s', (pattern, text, instant) => {
    const read = createTimeReader('UTC', pattern);
    expect(iso(read, text)).toBe(instant);
    expect(read('x')).toBeUndefined();
  });

  test('what a zone shows of a moment is read back as that moment, or its twin of the hour that comes twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Tehran', 'Australia/Lord_Howe', 'UTC'),
        (seconds, zone) => {
          const shown = new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone: zone });
          const time = createTimeReader(zone, 'iso')(shown)!;
          expect(new Date(time.instant).toLocaleString('sv-SE', { timeZone: zone })).toBe(shown);
          if (time.rule === undefined) expect(time.instant).toBe(seconds * 1000);
          else expect(time).toMatchObject({ rule: 'time_ambiguous' });
        },
      ),
    );
  });

  test('the next midnight is that of the zone', () => {
    const next = (text: string) => new Date(nextMidnight(Date.parse(text), 'Europe/Berlin')).toISOString();
    expect(next('2026-07-15T21:59:00Z')).toBe('2026-07-15T22:00:00.000Z');
    expect(next('2026-07-15T22:00:00Z')).toBe('2026-07-16T22:00:00.000Z');
    expect(next('2026-03-29T12:00:00Z')).toBe('2026-03-29T22:00:00.000Z');
  });
});

describe('decimals', () => {
  test.each([
    ['1', 'point', '1'],
    ['-1234.50', 'point', '-1234.50'],
    ['+3', 'point', '3'],
    ['1.234,5', 'comma', '1234.5'],
    ['-0,25', 'comma', '-0.25'],
    ['1,234.5', 'point', undefined],
    ['1.5', 'comma', undefined],
    ['1e3', 'point', undefined],
    ['.5', 'point', undefined],
    ['NaN', 'point', undefined],
    ['1234567890123', 'point', undefined],
  ] as const)('%s by %s is %s', (text, notation, expected) => {
    expect(readDecimal(text, notation)).toBe(expected);
  });

  test.each([
    ['2.5', '2.5'],
    ['2.0999999999999996', '2.100000'],
    ['-0.0000005', '-0.000001'],
    ['0.00000049', '0.000000'],
    ['999999999999.9999995', '1000000000000.000000'],
  ])('%s keeps six places as %s', (text, expected) => {
    expect(roundToSix(text)).toBe(expected);
  });
});

test('bytes that are no UTF-8 are Windows-1252', () => {
  expect(decodeBytes(Buffer.from('Käse €'))).toEqual({ text: 'Käse €', wasLatin1: false });
  expect(decodeBytes(Buffer.from([0x4b, 0xe4, 0x20, 0x80]))).toEqual({ text: 'Kä €', wasLatin1: true });
});

test('the delimiter is what the header has most of', () => {
  expect(findDelimiter('a,b,c\n1;2;3;4')).toBe(',');
  expect(findDelimiter('a;b,c;d\r\n')).toBe(';');
  expect(findDelimiter('a\tb')).toBe('\t');
  expect(findDelimiter('alone')).toBe(',');
});

test('halves of a character that are written one by one are the character; a lone one stays as it is, to be refused', () => {
  const halves = Buffer.from([0x61, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]);
  expect(decodeBytes(halves)).toEqual({ text: 'a😀', wasLatin1: false });
  expect(decodeBytes(Buffer.from([0xc3, 0xa4, 0xed, 0xa0, 0xbd]))).toEqual({ text: 'ä\ud83d', wasLatin1: false });
  // Windows-1252 that only looks so.
  expect(decodeBytes(Buffer.from([0xe4, 0xed, 0xa0, 0xbd]))).toEqual({ text: 'äí\u00a0½', wasLatin1: true });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (codes) => {
      const text = String.fromCharCode(...codes);
      expect(decodeBytes(encodeText(text)).text).toBe(text);
    }),
  );
});

describe('hints are true', () => {
  /** What a hint says to set, if it does. */
  const setting = (hint: string) => /"(decimals|time_format)": "([^"]*)"/.exec(hint)?.slice(1);

  test.each([
    ['5,92', 'point', ['decimals', 'comma']],
    ['1.234,50', 'point', ['decimals', 'comma']],
    // A thousand or one and a bit: no setting is advised that could misread it.
    ['1,152', 'point', undefined],
    ['1,234,567', 'point', undefined],
    ['5.92', 'comma', ['decimals', 'point']],
    ['1,234.50', 'point', undefined],
    ['$7.95', 'point', undefined],
    ['7,95 €', 'comma', undefined],
    ['7,95 €', 'point', ['decimals', 'comma']],
    ['$1,152', 'point', undefined],
    ['ABC-12', 'comma', undefined],
    ['many', 'point', undefined],
    ['1e3', 'comma', undefined],
  ] as const)('%s where decimals are written with a %s', (value, decimals, expected) => {
    const hint = expectedNumber(value, decimals);
    expect(setting(hint)).toEqual(expected);
    expect(hint).not.toContain(`"decimals": "${decimals}"`);
  });

  test('a number that is advised is the number', () => {
    expect(expectedNumber('1,234.50', 'point')).toContain('without separators of thousands: 1234.50');
    expect(expectedNumber('7,95 €', 'comma')).toContain('alone: 7,95');
    expect(expectedNumber('1,152', 'point')).toContain('1152, or 1.152 if that is meant');
  });

  test.each([
    ['22.09.2026 21:30', 'iso', ['"D.M.YYYY H:mm"']],
    ['3/13/2011 8:30', 'iso', ['"M/D/YYYY H:mm"']],
    ['3/1/2011 8:30', 'iso', ['"D/M/YYYY H:mm"', '"M/D/YYYY H:mm"']],
    ['1298968140', 'iso', ['"unix"']],
    ['1298968140000', 'iso', ['"unix-ms"']],
    ['20260301', 'iso', ['"YYYYMMDD"']],
    ['2026-03-01', 'D.M.YYYY', ['"iso"']],
    ['31.02.2026', 'D.M.YYYY', []],
    ['soon', 'iso', []],
  ])('%s where times are written as %s', (value, format, expected) => {
    const hint = expectedTime(value, format);
    expect(hint.match(/"[^"]*"(?= or| in)/g) ?? []).toEqual(expected);
    for (const named of expected) expect(createTimeReader('UTC', named.slice(1, -1))(value)).toBeDefined();
  });
});
