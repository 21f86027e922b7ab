import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nullableNumber, readCopyRows } from '../../../src/intake/fact-queries/snapshot/copy-rows.ts';

test('rows come out whole however the chunks are cut', async () => {
  const field = fc.oneof(fc.integer().map(String), fc.constant('\\N'), fc.constant('cart_add'));
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), async (given, cuts) => {
      const text = Buffer.from(given.map((row) => `${row.join('\t')}\n`).join(''));
      async function* chunks(): AsyncGenerator<Buffer> {
        for (let from = 0, turn = 0; from < text.length; turn++) {
          const until = from + cuts[turn % cuts.length];
          yield text.subarray(from, until);
          from = until;
        }
      }
      const read: string[][] = [];
      for await (const row of readCopyRows(chunks())) read.push(row);
      expect(read).toEqual(given);
    }),
  );
});

test('null and numbers', () => {
  expect([nullableNumber('\\N'), nullableNumber('0.001000'), nullableNumber('-7')]).toEqual([null, 0.001, -7]);
});
