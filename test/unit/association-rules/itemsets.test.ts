import { describe, expect, test } from '@jest/globals';
import { mineItemsets, parseBaskets } from '../../../models/association-rules/index.ts';
import { createKernels } from '../../../models/kernels/index.ts';
import { itemsets } from '../../../models/kernels/sets/itemsets.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

const anyLength = Number.MAX_SAFE_INTEGER;

/** Baskets in which item i lies with the probability that is given for it. */
function drawBaskets(rows: number, shares: readonly number[], seed = 1): SparseMatrix {
  const random = seededRandom(seed);
  const lists = Array.from({ length: rows }, () => [...shares.keys()].filter((item) => random() < shares[item]));
  return toMatrix(lists, shares.length);
}

function toMatrix(lists: readonly number[][], columns: number): SparseMatrix {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = offsets[row] + list.length;
  });
  return { rows: lists.length, columns, offsets, indices: Uint32Array.from(lists.flat()) };
}

const spread = (length: number, least: number, most: number) =>
  Array.from({ length }, (_, item) => least + ((most - least) * ((item * 7) % length)) / length);

/** Each of another way through the kernels; the plain twin knows one way only. */
const shops: { name: string; baskets: SparseMatrix; minimumCount: number; maximumLength?: number }[] = [
  {
    name: 'few items in most baskets: bitmaps of whole baskets',
    baskets: drawBaskets(300, spread(14, 0.3, 0.9)),
    minimumCount: 12,
  },
  {
    name: 'the same, at most three items',
    baskets: drawBaskets(300, spread(30, 0.3, 0.7)),
    minimumCount: 40,
    maximumLength: 3,
  },
  { name: 'some items in all baskets', baskets: drawBaskets(200, [...spread(9, 0.3, 0.9), 1, 1, 1]), minimumCount: 25 },
  {
    name: 'items that go with few others: words',
    baskets: drawBaskets(2_000, spread(60, 0.005, 0.08)),
    minimumCount: 3,
  },
  {
    name: 'items that go with many others: long bitmaps',
    baskets: drawBaskets(150, spread(130, 0.2, 0.4)),
    minimumCount: 20,
    maximumLength: 3,
  },
  {
    name: 'items that go with many others, seldom: rows of rows',
    baskets: drawBaskets(3_000, spread(400, 0.01, 0.03)),
    minimumCount: 2,
    maximumLength: 4,
  },
];

/** Items b that are in every basket of their even neighbour, and so on to the third. */
const nested = toMatrix(
  Array.from({ length: 400 }, (_, row) =>
    [...Array(90).keys()].filter((item) => row % (2 + Math.floor(item / 3)) === 0),
  ),
  90,
);

describe.each(['relaxed-simd', 'simd'] as const)('itemsets by the kernels of %s', (build) => {
  test.each(shops)('are those of the plain search: $name', ({ baskets, minimumCount, maximumLength = anyLength }) => {
    const options = { minimumCount, maximumLength };
    const found = mineItemsets(baskets, { ...options, build });
    expect(found.size).toBeGreaterThan(500);
    expect(found).toEqual(mineItemsets(baskets, { ...options, build: 'plain' }));
  });

  test.each([1, 2, 3, 5])(
    'what lies in all baskets of a prefix is joined to it, of at most %s items',
    (maximumLength) => {
      const options = { minimumCount: 30, maximumLength };
      const found = mineItemsets(nested, { ...options, build });
      expect(found).toEqual(mineItemsets(nested, { ...options, build: 'plain' }));
      expect(found.countsByLength).toHaveLength(maximumLength);
    },
  );

  test('a thousand items that are always bought together are too many sets, and said to be at once', () => {
    const twins = toMatrix(
      [...Array(40)].map((_, row) => (row < 30 ? [...Array(1_000).keys()] : [row])),
      1_000,
    );
    const few = toMatrix(
      [...Array(40)].map((_, row) => (row < 30 ? [...Array(60).keys()] : [row])),
      60,
    );
    for (const baskets of [twins, few]) {
      const options = { minimumCount: 5, build, maximumItemsets: 100_000 };
      expect(() => mineItemsets(baskets, { ...options, maximumLength: anyLength })).toThrow(/^maximumItemsets/);
      expect(mineItemsets(baskets, { ...options, maximumLength: 1 }).size).toBe(baskets.columns);
    }
  });
});

test('more sets than can be told in a number of 32 bits are too many, whatever is allowed', () => {
  const deep = toMatrix(
    Array.from({ length: 80 }, (_, row) => [...Array(40).keys()].slice(row / 2)),
    40,
  );
  const options = { minimumCount: 1, maximumLength: anyLength, maximumItemsets: Number.MAX_SAFE_INTEGER };
  expect(() => mineItemsets(deep, options)).toThrow(/^maximumItemsets/);
});

describe('a text of baskets', () => {
  // Lines of 16 bytes but for the first: every place of a line comes to stand at the end of a stretch of 65,536 bytes.
  const line = '7 123 45678 901\n';
  test.each(Array.from({ length: 16 }, (_, shift) => shift))('may be cut anywhere: %s bytes before', (shift) => {
    const text = `${' '.repeat(shift)}${line.repeat(5_000)}`;
    const { matrix, itemNumbers } = parseBaskets(new TextEncoder().encode(text));
    expect([...itemNumbers]).toEqual([7, 123, 901, 45_678]);
    expect(matrix.rows).toBe(5_000);
    expect(matrix.indices.every((column, cell) => column === cell % 4)).toBe(true);
  });

  test('is read by the kernels as by their plain twin', () => {
    const text = new TextEncoder().encode('3 1,1\r\n\n  20\t268435455x4 4\n5');
    const [fast, plain] = (['simd', 'plain'] as const).map((build) => {
      const kernels = createKernels(itemsets, { bytes: 1 << 16, build });
      const bytes = kernels.uint8(text.length);
      bytes.set(text);
      const [numbers, offsets, state] = [16, 8, 7].map((length) => kernels.uint32(length));
      for (let at = 0; at < text.length; at += 3) {
        const [from, to] = [bytes.byteOffset + at, bytes.byteOffset + Math.min(text.length, at + 3)];
        kernels.run('readNumbers', [[from, to, numbers.byteOffset, offsets.byteOffset, state.byteOffset]]);
      }
      return { numbers: [...numbers], offsets: [...offsets], state: [...state] };
    });
    expect(fast).toEqual(plain);
    expect(fast.numbers.slice(0, 7)).toEqual([3, 1, 1, 20, 268_435_455, 4, 4]);
    expect(fast.offsets).toEqual([0, 3, 3, 7, 0, 0, 0, 0]);
    expect(fast.state).toEqual([3, 7, 6, 0, 268_435_456, 0, 0]);
  });
});
