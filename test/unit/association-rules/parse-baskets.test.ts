import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseBaskets } from '../../../models/association-rules/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function toLists(text: string): number[][] {
  const { matrix, itemNumbers } = parseBaskets(bytes(text));
  return Array.from({ length: matrix.rows }, (_, row) =>
    Array.from(matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]), (item) => itemNumbers[item]),
  );
}

describe('parseBaskets', () => {
  test('reads what was written', () => {
    const basket = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(fc.array(basket, { maxLength: 40 }), fc.constantFrom(' ', ', ', '\t'), (baskets, gap) => {
        const text = baskets.map((items) => `${items.join(gap)}\n`).join('');
        const { matrix, itemNumbers } = parseBaskets(bytes(text));
        const distinct = [...new Set(baskets.flat())].sort((a, b) => a - b);
        expect([...itemNumbers]).toEqual(distinct);
        expect(matrix.columns).toBe(distinct.length);
        const ascending = (items: number[]) => [...new Set(items)].sort((a, b) => a - b);
        expect(toLists(text)).toEqual(baskets.map(ascending));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test.each([
    ['nothing', '', []],
    ['no newline at the end', '1 2\n3', [[1, 2], [3]]],
    ['spaces around and carriage returns', ' 1 2 \r\n\r\n3\r\n', [[1, 2], [], [3]]],
    ['an item twice', '7 1 7\n', [[1, 7]]],
  ])('%s', (_, text, expected) => {
    expect(toLists(text)).toEqual(expected);
  });

  test('a number that is too large is refused with its line', () => {
    expect(() => parseBaskets(bytes('1\n268435456'))).toThrow(/^items .* line 2$/);
  });
});
