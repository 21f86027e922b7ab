import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  coverageAt,
  drawCustomers,
  hitAt,
  judgeLists,
  ndcgAt,
  pairedBootstrap,
  personalFrequency,
  precisionAt,
  recallAt,
  splitByTime,
  testSetOf,
} from '../../../models/evaluation/index.ts';
import { seededRandom } from '../../../models/random.ts';

describe('metrics', () => {
  const ranked = [10, 11, 12, 13, 14];
  const relevant = new Set([11, 14, 99]);

  test('by hand', () => {
    // Hits at places 2 and 5; the ideal list has hits at places 1, 2 and 3.
    const ideal = 1 + 1 / Math.log2(3) + 1 / 2;
    expect(ndcgAt(5, ranked, relevant)).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(6)) / ideal, 14);
    // With two places only two relevant items could be shown.
    expect(ndcgAt(2, ranked, relevant)).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 14);
    expect(recallAt(5, ranked, relevant)).toBeCloseTo(2 / 3, 14);
    expect(recallAt(2, ranked, relevant)).toBeCloseTo(1 / 3, 14);
    expect(precisionAt(4, ranked, relevant)).toBe(1 / 4);
    expect(precisionAt(10, ranked, relevant)).toBe(2 / 10);
    expect(hitAt(2, ranked, relevant)).toBe(1);
    expect(hitAt(1, ranked, relevant)).toBe(0);
  });

  test('recall counts all that was relevant, also beyond the places shown', () => {
    expect(recallAt(1, [0], new Set([0, 1, 2, 3]))).toBe(1 / 4);
  });

  test('nothing relevant and nothing listed give 0', () => {
    for (const metric of [ndcgAt, recallAt, precisionAt, hitAt]) {
      expect(metric(3, ranked, new Set())).toBe(0);
      expect(metric(3, [], relevant)).toBe(0);
    }
  });

  test('lie between 0 and 1; the ideal list reaches 1; a hit further up is worth more', () => {
    const list = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(list, list, fc.integer({ min: 1, max: 15 }), (shown, wanted, k) => {
        const set = new Set(wanted);
        for (const metric of [ndcgAt, recallAt, precisionAt, hitAt]) {
          expect(metric(k, shown, set)).toBeGreaterThanOrEqual(0);
          expect(metric(k, shown, set)).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(ndcgAt(k, wanted, set)).toBeCloseTo(1, 12);
        const sorted = [...shown].sort((a, b) => Number(set.has(b)) - Number(set.has(a)));
        expect(ndcgAt(k, sorted, set)).toBeGreaterThanOrEqual(ndcgAt(k, shown, set) - 1e-12);
      }),
    );
  });

  test('coverage is the share of sellable items that are shown to anybody', () => {
    expect(coverageAt(2, [[1, 2, 3], [2, 4], Uint32Array.of(1)], 10)).toBe(0.3);
    expect(coverageAt(2, [], 10)).toBe(0);
    expect(() => coverageAt(2, [], 0)).toThrow('sellable must be above 0, not 0');
  });

  test('a list of no or half a place is refused', () => {
    for (const metric of [ndcgAt, recallAt, precisionAt, hitAt]) {
      for (const k of [0, -1, 1.5, Number.NaN]) {
        expect(() => metric(k, ranked, relevant)).toThrow('k must be a positive whole number');
      }
    }
  });
});

describe('splitting by time', () => {
  //            before the cut ......... | in the window ............ | after
  const purchases = {
    customers: Uint32Array.of(7, 7, 3, 5, /**/ 7, 7, 7, 3, 9, /**/ 5),
    items: Uint32Array.of(1, 2, 2, 1, /**/ 1, 4, 4, 2, 1, /**/ 3),
    times: Float64Array.of(0, 9, 4, 9.5, /**/ 10, 12, 13, 19, 11, /**/ 20),
  };

  test('learns from before the cut, judges the window over customers in both', () => {
    const split = splitByTime(purchases, { cut: 10, end: 20, repurchase: 'allow' });
    expect([...split.fitLines]).toEqual([0, 1, 2, 3]);
    expect([...split.customers]).toEqual([3, 7]);
    expect(split.relevant.map((items) => [...items])).toEqual([[2], [1, 4]]);
  });

  test('without repurchase, owned items are not relevant and a customer with nothing else is not judged', () => {
    const split = splitByTime(purchases, { cut: 10, end: 20, repurchase: 'exclude' });
    expect([...split.customers]).toEqual([7]);
    expect(split.relevant.map((items) => [...items])).toEqual([[4]]);
  });

  test('nobody to judge', () => {
    const split = splitByTime(purchases, { cut: 30, end: 40, repurchase: 'allow' });
    expect(split.fitLines).toHaveLength(10);
    expect(judgeLists(split, () => [], { k: 10, sellable: 5 })).toMatchObject({
      ndcg: 0,
      recall: 0,
      hitRate: 0,
      coverage: 0,
    });
  });

  test('faulty input is refused by name', () => {
    expect(() => splitByTime(purchases, { cut: 20, end: 20, repurchase: 'allow' })).toThrow('end must be after cut');
    expect(() =>
      splitByTime({ ...purchases, times: new Float64Array(2) }, { cut: 1, end: 2, repurchase: 'allow' }),
    ).toThrow('times must hold 10 values as customers does, not 2');
  });
});

describe('drawCustomers', () => {
  const testSet = testSetOf({
    customers: Uint32Array.from({ length: 100 }, (_, line) => 3 * line),
    items: Uint32Array.from({ length: 100 }, (_, line) => line),
  });

  test('draws so many, each with what is held out of them, the same by the same seed', () => {
    const drawn = drawCustomers(testSet, { most: 10, seed: 1 });
    expect(new Set(drawn.customers).size).toBe(10);
    expect([...drawn.customers]).toEqual([...drawn.customers].sort((a, b) => a - b));
    expect(drawn.relevant).toEqual(Array.from(drawn.customers, (customer) => new Set([customer / 3])));
    expect(drawCustomers(testSet, { most: 10, seed: 1 })).toEqual(drawn);
    expect(drawCustomers(testSet, { most: 10, seed: 2 }).customers).not.toEqual(drawn.customers);
  });

  test('leaves everybody where there are not more', () => {
    expect(drawCustomers(testSet, { most: 100, seed: 1 })).toEqual(testSet);
  });
});

describe('judging lists', () => {
  test('averages over the customers and keeps their figures for pairing', () => {
    const split = { customers: Uint32Array.of(4, 8), relevant: [new Set([1]), new Set([2, 3])] };
    const lists: Record<number, number[]> = { 4: [1, 2], 8: [5, 1] };
    const judged = judgeLists(split, (customer) => lists[customer], { k: 2, sellable: 6 });
    expect([...judged.ndcgByCustomer]).toEqual([1, 0]);
    expect([...judged.recallByCustomer]).toEqual([1, 0]);
    expect(judged).toMatchObject({ ndcg: 0.5, recall: 0.5, hitRate: 0.5, coverage: 0.5 });
  });
});

describe('paired bootstrap', () => {
  const random = seededRandom(1);
  // Uniform on [-1, 2]: mean 0.5, sd sqrt(9 / 12).
  const differences = Float64Array.from({ length: 2000 }, () => 3 * random() - 1);

  test('is as wide as theory says', () => {
    const { mean, low, high } = pairedBootstrap(differences, { seed: 1, samples: 2000 });
    const halfWidth = (1.96 * Math.sqrt(9 / 12)) / Math.sqrt(2000);
    expect(mean).toBeCloseTo(differences.reduce((sum, value) => sum + value, 0) / 2000, 12);
    expect((high - low) / 2 / halfWidth).toBeGreaterThan(0.95);
    expect((high - low) / 2 / halfWidth).toBeLessThan(1.05);
    expect(Math.abs((high + low) / 2 - mean)).toBeLessThan(halfWidth * 0.1);
  });

  test('the same seed gives the same interval, another seed another', () => {
    const options = { seed: 5, samples: 200 };
    expect(pairedBootstrap(differences, options)).toEqual(pairedBootstrap(differences, options));
    expect(pairedBootstrap(differences, { ...options, seed: 6 }).low).not.toBe(
      pairedBootstrap(differences, options).low,
    );
  });

  test('equal differences leave no doubt', () => {
    expect(pairedBootstrap(new Float64Array(50).fill(0.25), { seed: 1, samples: 100 })).toEqual({
      mean: 0.25,
      low: 0.25,
      high: 0.25,
    });
  });

  test('faulty input is refused by name', () => {
    expect(() => pairedBootstrap(new Float64Array(), { seed: 1, samples: 10 })).toThrow(
      'differences must hold at least one value',
    );
    expect(() => pairedBootstrap(differences, { seed: 1, samples: 0 })).toThrow(
      'samples must be a positive whole number, not 0',
    );
  });
});

describe('personal purchase frequency', () => {
  const list = personalFrequency(Uint32Array.of(6, 5, 4, 3, 2, 1), 9);

  test('most often, then latest, then most popular; the rest by popularity', () => {
    expect([...list([1, 1, 2, 3, 4, 2, 1], [9, 8, 30, 5, 5, 40, 7], 6)]).toEqual([1, 2, 4, 3, 6, 5]);
  });

  test('never lists what is not sellable, nor anything twice', () => {
    expect([...list([0, 0, 8, 2], [1, 1, 1, 1], 10)]).toEqual([2, 6, 5, 4, 3, 1]);
  });

  test('keeps the limit, and a customer without purchases gets what is popular', () => {
    expect([...list([1, 2, 3], [1, 2, 3], 2)]).toEqual([1, 2]);
    expect([...list([], [], 3)]).toEqual([6, 5, 4]);
    expect(list([1], [1], 0)).toHaveLength(0);
  });
});
