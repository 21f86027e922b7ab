import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Purchases } from '../../../models/collaborative-filtering/interactions.ts';
import { buildOrderVectors, weighOrders } from '../../../models/collaborative-filtering/tifu-knn/customer-vectors.ts';
import type { TifuKnnRecipe } from '../../../models/collaborative-filtering/tifu-knn/settings.ts';
import { trainTifuKnn } from '../../../models/collaborative-filtering/tifu-knn/tifu-knn.ts';
import { tifuKnnMethod } from '../../../models/collaborative-filtering/trained-model.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

const decay = { groups: 7, withinDecay: 0.9, groupDecay: 0.7 };

type Line = readonly [customer: number, order: number, item: number, ageDays: number];

function purchasesOf(lines: readonly Line[], customerCount: number, itemCount: number): Purchases {
  return {
    customers: Uint32Array.from(lines, ([customer]) => customer),
    orders: Uint32Array.from(lines, ([, order]) => order),
    items: Uint32Array.from(lines, ([, , item]) => item),
    ageDays: Float64Array.from(lines, ([, , , age]) => age),
    customerCount,
    itemCount,
    orderCount: Math.max(0, ...lines.map(([, order]) => order + 1)),
  };
}

function toDense({ rows, columns, offsets, indices, values }: SparseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const cells = new Array<number>(columns).fill(0);
    for (let cell = offsets[row]; cell < offsets[row + 1]; cell++) cells[indices[cell]] = values![cell];
    return cells;
  });
}

function fromDense(rows: readonly (readonly number[])[]): SparseMatrix {
  const cells = rows.map((row) => row.flatMap((value, column) => (value > 0 ? [[column, value] as const] : [])));
  const offsets = new Uint32Array(rows.length + 1);
  cells.forEach((row, index) => {
    offsets[index + 1] = offsets[index] + row.length;
  });
  return {
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    offsets,
    indices: Uint32Array.from(cells.flat(), ([column]) => column),
    values: Float32Array.from(cells.flat(), ([, value]) => value),
  };
}

describe('order vectors', () => {
  test('worked by hand: five orders in two groups', () => {
    // Groups {0, 1} and {2, 3, 4}; the first fades by 0.5, within a group by 0.8 an order.
    const expected = [
      (0.5 / 2) * (0.8 / 2),
      (0.5 / 2) * (1 / 2),
      (1 / 2) * (0.64 / 3),
      (1 / 2) * (0.8 / 3),
      (1 / 2) * (1 / 3),
    ];
    [...weighOrders(5, { groups: 2, withinDecay: 0.8, groupDecay: 0.5 })].forEach((weight, order) => {
      expect(weight).toBeCloseTo(expected[order], 12);
    });
  });

  test('fewer orders than groups: a group each', () => {
    expect([...weighOrders(2, decay)]).toEqual([0.7 / 2, 1 / 2]);
    expect([...weighOrders(0, decay)]).toEqual([]);
  });

  test('orders count by age, not by number or place; an item counts once an order', () => {
    const lines: Line[] = [
      [1, 0, 2, 5],
      [1, 3, 2, 50],
      [1, 0, 2, 5],
      [1, 3, 0, 50],
      [0, 1, 1, 9],
      [1, 0, 3, 5],
    ];
    const matrix = buildOrderVectors(purchasesOf(lines, 3, 4), decay);
    const [before, last] = [0.35, 0.5].map(Math.fround);
    expect(toDense(matrix)).toEqual([
      [0, 1, 0, 0],
      [before, 0, Math.fround(0.85), last],
      [0, 0, 0, 0],
    ]);
  });

  test('without decay a value is the share of the orders that hold the item, whatever the order of lines', () => {
    const line = fc
      .tuple(fc.nat(4), fc.nat(5), fc.nat(6))
      .map(([customer, order, item]): Line => [customer, customer * 6 + order, item, order]);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 100, max: 200 }), (lines, groups) => {
        const even = { groups, withinDecay: 1, groupDecay: 1 };
        const actual = toDense(buildOrderVectors(purchasesOf(lines, 5, 7), even));
        for (let customer = 0; customer < 5; customer++) {
          const own = lines.filter(([buyer]) => buyer === customer);
          const orders = new Set(own.map(([, order]) => order));
          for (let item = 0; item < 7; item++) {
            const holding = new Set(own.filter(([, , bought]) => bought === item).map(([, order]) => order));
            expect(actual[customer][item]).toBeCloseTo(holding.size / Math.max(1, orders.size), 6);
          }
        }
        expect(toDense(buildOrderVectors(purchasesOf([...lines].reverse(), 5, 7), even))).toEqual(actual);
      }),
    );
  });

  test.each([
    ['groups', 0],
    ['groups', 1.5],
    ['withinDecay', 0],
    ['groupDecay', 1.1],
  ])('a setting out of range: %s %p', (setting, value) => {
    expect(() => buildOrderVectors(purchasesOf([], 0, 0), { ...decay, [setting]: value })).toThrow(setting);
  });
});

describe('scores', () => {
  const recipe: TifuKnnRecipe = { neighbours: 2, ownShare: 0.7, maximumCustomers: 1000 };
  const rows = [
    [1, 0.5, 0, 0, 0],
    [1, 0.5, 0.25, 0, 0],
    [1, 0, 0, 0.5, 0],
    [0, 0, 0, 0, 0.1],
    [0.1, 0, 0, 0, 4],
  ];
  const scoresOf = (vectors: SparseMatrix, settings: Partial<TifuKnnRecipe>, customer: number, seed = 1) => {
    const scores = new Float32Array(vectors.columns);
    const model = trainTifuKnn(vectors, { ...recipe, ...settings }, { seed });
    tifuKnnMethod(model).score({ items: [], values: [], customer }, scores);
    return scores;
  };
  const close = (actual: Float32Array, expected: readonly number[]) => {
    expect(actual).toHaveLength(expected.length);
    // Scores are float32: the greater, the coarser.
    actual.forEach((score, item) => {
      expect(Math.abs(score - expected[item])).toBeLessThan(5e-7 * Math.max(1, expected[item]));
    });
  };

  test('worked by hand: the two nearest with an item in common, though somebody else is small', () => {
    close(
      scoresOf(fromDense(rows), {}, 0),
      [0, 1, 2, 3, 4].map((item) => 0.7 * rows[0][item] + (0.3 * (rows[1][item] + rows[2][item])) / 2),
    );
  });

  test('agree with all distances written out', () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 40 }).map((quarter) => quarter / 4),
    );
    const someRows = fc.array(fc.array(value, { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(someRows, fc.integer({ min: 1, max: 5 }), (vectors, neighbours) => {
        const own = vectors[0];
        const nearest = [...vectors.entries()]
          .filter(([other, row]) => other !== 0 && row.some((worth, item) => worth * own[item] > 0))
          .map(([, row]) => ({ row, distance: row.reduce((sum, worth, item) => sum + (worth - own[item]) ** 2, 0) }))
          .sort((a, b) => a.distance - b.distance)
          .slice(0, neighbours);
        const expected = own.map((worth, item) => {
          const mean = nearest.reduce((sum, { row }) => sum + row[item] / nearest.length, 0);
          return 0.6 * worth + 0.4 * mean;
        });
        close(scoresOf(fromDense(vectors), { neighbours, ownShare: 0.6 }, 0), expected);
      }),
    );
  });

  test('nobody with an item in common: the own vector alone', () => {
    const alone = fromDense([rows[0], rows[3]]);
    close(
      scoresOf(alone, {}, 0),
      rows[0].map((worth) => 0.7 * worth),
    );
  });

  test('somebody who came later is compared by what they did, as one order', () => {
    const scores = new Float32Array(5);
    const method = tifuKnnMethod(trainTifuKnn(fromDense(rows), { ...recipe, neighbours: 1 }, { seed: 1 }));
    method.score({ items: [3, 0, 99, 1], values: [5, 0.1, 1, 0] }, scores);
    close(scores, [0.7 + 0.3, 0, 0, 0.7 + 0.3 * 0.5, 0]);
  });

  test('a draw of customers is asked where there are more, and the seed decides which', () => {
    const many = fromDense(
      Array.from({ length: 40 }, (_, customer) => [
        1,
        ...Array.from({ length: 40 }, (_, item) => Number(item === customer)),
      ]),
    );
    const asked = (seed: number) => {
      const scores = scoresOf(many, { neighbours: 40, maximumCustomers: 10, ownShare: 0 }, 0, seed);
      return [...scores.keys()].filter((item) => item > 1 && scores[item] > 0);
    };
    expect(asked(1).length).toBeGreaterThanOrEqual(9);
    expect(asked(1).length).toBeLessThanOrEqual(10);
    expect(asked(1)).toEqual(asked(1));
    expect(asked(1)).not.toEqual(asked(2));
  });

  test.each([
    ['neighbours', 0],
    ['ownShare', 1.1],
    ['maximumCustomers', 0.5],
  ])('a setting out of range: %s %p', (setting, value) => {
    expect(() => trainTifuKnn(fromDense(rows), { ...recipe, [setting]: value }, { seed: 1 })).toThrow(setting);
  });
});
