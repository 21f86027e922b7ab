import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPageToken, writePageToken } from '../../../src/recommendations/pages/page-token.ts';

const keys = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 50 });

// Would see: a key that is lost or another, a step of more than four bytes cut off, two tokens for one page.
test('a token gives back what a page has shown, in whatever order it was', () => {
  fc.assert(
    fc.property(keys, (shown) => {
      const token = writePageToken(shown);
      expect(readPageToken(token)).toEqual(shown.toSorted((a, b) => a - b));
      expect(writePageToken(shown.toReversed())).toBe(token);
    }),
  );
});

test('two thousand of many items are a token of some four thousand letters', () => {
  const shown = Array.from({ length: 2_000 }, (_, place) => 1 + place * 997);
  expect(writePageToken(shown).length).toBeLessThan(5_500);
  expect(writePageToken(Array.from({ length: 2_000 }, (_, place) => place + 1)).length).toBeLessThan(2_700);
});

test('what is damaged, cut or made up is no token', () => {
  fc.assert(
    fc.property(keys, fc.nat(), (shown, at) => {
      const token = writePageToken(shown);
      const place = at % token.length;
      const other = token[place] === 'A' ? 'B' : 'A';
      const damaged = token.slice(0, place) + other + token.slice(place + 1);
      for (const text of [damaged, token.slice(0, -1), `${token}A`, ''])
        expect(() => readPageToken(text)).toThrow('page');
    }),
  );
});

// Would see: a token of another form read as if it were this one, a key that is cut off, nothing at all taken for a page.
test.each([
  ['of another form', [2, 5]],
  ['whose last key is cut off', [1, 5, 133]],
  ['of nothing', []],
])('what is %s is no token, though its checksum is right', (_, bytes) => {
  const body = Buffer.from(bytes);
  const checksum = createHash('sha256').update(body).digest().subarray(0, 4);
  expect(() => readPageToken(Buffer.concat([body, checksum]).toString('base64url'))).toThrow('is no token of a page');
});
