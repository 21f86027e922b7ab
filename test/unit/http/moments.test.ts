import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { momentOf, usualMoment } from '../../../src/formats/moment.ts';

// Would see: a time that is read by its places as another one than everybody else reads.
test('a time as it is usually written is the moment that Date.parse says, in any year', () => {
  const from = Date.UTC(1000, 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2200, 0) - from }), fc.boolean(), (after, isWhole) => {
      const text = new Date(from + after).toISOString();
      const written = isWhole ? text.replace(/\.\d+/, '') : text;
      expect(momentOf(written)).toBe(Date.parse(written));
      expect(usualMoment(written)).toBe(Date.parse(written));
    }),
  );
});

test('leap days are days', () => {
  for (const text of ['2024-02-29T10:00:00Z', '2000-02-29T23:59:59.999Z'])
    expect(usualMoment(text)).toBe(Date.parse(text));
});

test('what only looks like one is left to others, and is what they say', () => {
  const texts = [
    '2026-02-29T10:00:00Z',
    '2100-02-29T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-01T10:00:00Z',
    '2026-01-00T10:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:60Z',
    '2026-01-01T10:00:00.1Z',
    '2026-01-01T10:00:00.12x',
    '2026-01-01T10:00:00.1x3Z',
    '2026-01-01T10:00:00.123456Z',
    '2026-01-01t10:00:00z',
    '2026-01-01 10:00:00Z',
    '2026-01-01T12:00:00+02:00',
    '20 6-01-01T10:00:00Z',
    '0050-01-01T10:00:00Z',
    '2026-01-01T10:00:00.-12Z',
    '',
  ];
  expect(texts.map(usualMoment)).toEqual(texts.map(() => undefined));
  expect(texts.map(momentOf)).toEqual(texts.map((text) => Date.parse(text)));
});
