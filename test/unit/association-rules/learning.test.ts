import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AssociationRule,
  type AssociationRulesRecipe,
  deriveRules,
  type Itemsets,
  learnAssociationRules,
  mineItemsets,
  recipe,
} from '../../../models/association-rules/index.ts';
import { countForSupport } from '../../../models/association-rules/itemsets/minimum-count.ts';
import { fisherUpperTail } from '../../../models/association-rules/rules/fisher.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

const ANY_LENGTH = Number.MAX_SAFE_INTEGER;

function toMatrix(baskets: number[][], columns: number): SparseMatrix {
  const offsets = [0];
  for (const basket of baskets) offsets.push(offsets.at(-1)! + basket.length);
  const indices = Uint32Array.from(baskets.flatMap((basket) => basket.toSorted((a, b) => a - b)));
  return { rows: baskets.length, columns, offsets: Uint32Array.from(offsets), indices };
}

function toLists({ size, offsets, items, counts }: Itemsets): { items: number[]; count: number }[] {
  return Array.from({ length: size }, (_, s) => ({
    items: Array.from(items.subarray(offsets[s], offsets[s + 1])),
    count: counts[s],
  }));
}

/** Every subset of every basket, counted one by one. */
function countSubsets(baskets: number[][], minimumCount: number, maximumLength: number) {
  const counts = new Map<string, { items: number[]; count: number }>();
  for (const basket of baskets) {
    let subsets: number[][] = [[]];
    for (const item of basket.toSorted((a, b) => a - b)) {
      const longer = subsets.filter((subset) => subset.length < maximumLength).map((subset) => [...subset, item]);
      subsets = subsets.concat(longer);
    }
    for (const items of subsets.slice(1)) {
      const entry = counts.get(items.join()) ?? { items, count: 0 };
      entry.count++;
      counts.set(items.join(), entry);
    }
  }
  return [...counts.values()]
    .filter(({ count }) => count >= minimumCount)
    .sort((a, b) => a.items.length - b.items.length || compareItems(a.items, b.items));
}

function compareItems(a: number[], b: number[]): number {
  const place = a.findIndex((item, i) => item !== b[i]);
  return place < 0 ? 0 : a[place] - b[place];
}

/** Benjamini & Hochberg as it is defined: the least of p × tests / rank over the p-values that are no smaller. */
function correct(pValues: number[], tests: number): number[] {
  const expected = pValues.map((p) => (p * tests) / pValues.filter((other) => other <= p).length);
  return pValues.map((p) => Math.min(1, ...expected.filter((_, rule) => pValues[rule] >= p)));
}

const namesOf = ({ antecedent, consequent }: AssociationRule) => `${antecedent.join()} ${consequent}`;

const columns = 9;
const someBaskets = fc.array(fc.uniqueArray(fc.nat(columns - 1), { maxLength: columns }), { maxLength: 60 });
const sparseBaskets = fc.array(fc.uniqueArray(fc.nat(39), { maxLength: 6 }), { minLength: 40, maxLength: 200 });

describe('mineItemsets', () => {
  test.each([
    ['dense', someBaskets, columns, 200],
    ['sparse', sparseBaskets, 40, 60],
  ])('finds what counting every subset finds: %s baskets', (_, arbitrary, itemCount, numRuns) => {
    fc.assert(
      fc.property(
        arbitrary,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (baskets, count, length) => {
          const itemsets = mineItemsets(toMatrix(baskets, itemCount), { minimumCount: count, maximumLength: length });
          const expected = countSubsets(baskets, count, length);
          expect(toLists(itemsets)).toEqual(expected);
          const lengths = expected.map(({ items }) => items.length);
          expect([...itemsets.countsByLength]).toEqual(
            Array.from({ length: lengths.at(-1) ?? 0 }, (_, i) => lengths.filter((l) => l === i + 1).length),
          );
        },
      ),
      { numRuns, seed: 1 },
    );
  });

  test('is the same in every byte when run again, and whatever the order of the baskets', () => {
    fc.assert(
      fc.property(someBaskets, (baskets) => {
        const options = { minimumCount: 2, maximumLength: 4 };
        const first = mineItemsets(toMatrix(baskets, columns), options);
        expect(mineItemsets(toMatrix(baskets, columns), options)).toEqual(first);
        expect(mineItemsets(toMatrix(baskets.toReversed(), columns), options)).toEqual(first);
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  test.each(['simd', 'relaxed-simd'] as const)('is the same by the kernels of %s as by the plain ones', (build) => {
    fc.assert(
      fc.property(someBaskets, (baskets) => {
        const options = { minimumCount: 2, maximumLength: ANY_LENGTH };
        const matrix = toMatrix(baskets, columns);
        expect(mineItemsets(matrix, { ...options, build })).toEqual(
          mineItemsets(matrix, { ...options, build: 'plain' }),
        );
      }),
      { numRuns: 30, seed: 6 },
    );
  });

  test.each([
    ['no baskets', [], 3],
    ['no items', [[], [], []], 0],
    ['nothing frequent', [[0], [1], [2]], 3],
  ])('%s: no itemsets', (_, baskets: number[][], itemCount) => {
    const itemsets = mineItemsets(toMatrix(baskets, itemCount), { minimumCount: 2, maximumLength: 3 });
    expect(itemsets).toEqual({
      size: 0,
      offsets: Uint32Array.of(0),
      items: new Uint32Array(0),
      counts: new Uint32Array(0),
      countsByLength: new Uint32Array(0),
    });
    expect(deriveRules(itemsets, baskets.length, { minimumConfidence: 0, minimumLift: 0 })).toEqual([]);
  });

  test('names the option that is wrong', () => {
    const baskets = toMatrix([[0, 1]], 2);
    expect(() => mineItemsets(baskets, { minimumCount: 0, maximumLength: 2 })).toThrow(/^minimumCount/);
    expect(() => mineItemsets(baskets, { minimumCount: 1.5, maximumLength: 2 })).toThrow(/^minimumCount/);
    expect(() => mineItemsets(baskets, { minimumCount: 1, maximumLength: Number.NaN })).toThrow(/^maximumLength/);
  });

  test('gives up where there are more itemsets than allowed', () => {
    const baskets = toMatrix([Array.from({ length: 10 }, (_, i) => i)], 10);
    const options = { minimumCount: 1, maximumLength: ANY_LENGTH };
    expect(mineItemsets(baskets, { ...options, maximumItemsets: 1023 }).size).toBe(1023);
    expect(() => mineItemsets(baskets, { ...options, maximumItemsets: 1022 })).toThrow(/^maximumItemsets/);
  });
});

describe('deriveRules', () => {
  test('gives the rules that the definitions give', () => {
    fc.assert(
      fc.property(
        someBaskets,
        fc.constantFrom(0, 0.3, 0.5, 1),
        fc.constantFrom(0, 1, 1.2),
        (baskets, confidence, lift) => {
          const itemsets = mineItemsets(toMatrix(baskets, columns), { minimumCount: 2, maximumLength: 4 });
          const n = baskets.length;
          const holding = (items: number[]) => baskets.filter((b) => items.every((item) => b.includes(item))).length;
          const expected = toLists(itemsets)
            .filter(({ items }) => items.length > 1)
            .flatMap(({ items }) => items.map((consequent) => ({ items, consequent })))
            .map(({ items, consequent }) => {
              const antecedent = items.filter((item) => item !== consequent);
              return { antecedent, consequent, both: holding(items), a: holding(antecedent), c: holding([consequent]) };
            })
            .filter(({ both, a, c }) => both / a >= confidence && (both * n) / (a * c) >= lift)
            .sort(
              (x, y) =>
                y.both / y.a - x.both / x.a ||
                y.both - x.both ||
                x.antecedent.length - y.antecedent.length ||
                compareItems(x.antecedent, y.antecedent) ||
                x.consequent - y.consequent,
            );
          const rules = deriveRules(itemsets, n, { minimumConfidence: confidence, minimumLift: lift });
          const qValues = correct(
            expected.map(({ antecedent, consequent, both, a, c }) => {
              const adds = antecedent.map((item) => {
                const others = antecedent.filter((other) => other !== item);
                return fisherUpperTail(both, a, holding([...others, consequent]), holding(others));
              });
              return Math.max(fisherUpperTail(both, a, c, n), ...adds);
            }),
            toLists(itemsets).reduce((tests, { items }) => tests + itemsets.countsByLength[0] - items.length, 0),
          );
          expect(rules).toEqual(
            expected.map(({ antecedent, consequent, both, a, c }, i) => ({
              antecedent,
              consequent,
              count: both,
              antecedentCount: a,
              consequentCount: c,
              support: both / n,
              confidence: both / a,
              lift: expect.closeTo(both / a / (c / n), 12),
              leverage: expect.closeTo(both / n - (a / n) * (c / n), 12),
              conviction: both === a ? Infinity : expect.closeTo((1 - c / n) / (1 - both / a), 10),
              pValue: fisherUpperTail(both, a, c, n),
              qValue: expect.closeTo(qValues[i], 12),
              significant: qValues[i] <= 0.05,
            })),
          );
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });

  test('maximumRules keeps the significant, of these the shortest, and of one length the first', () => {
    fc.assert(
      fc.property(someBaskets, fc.nat(40), (baskets, maximumRules) => {
        const itemsets = mineItemsets(toMatrix(baskets, columns), { minimumCount: 2, maximumLength: 4 });
        const options = { minimumConfidence: 0.2, minimumLift: 0.5, maximumPValue: 0.8 };
        const every = deriveRules(itemsets, baskets.length, options);
        const byWorth = every.toSorted(
          (a, b) => Number(b.significant) - Number(a.significant) || a.antecedent.length - b.antecedent.length,
        );
        const kept = new Set(byWorth.slice(0, maximumRules));
        expect(deriveRules(itemsets, baskets.length, { ...options, maximumRules })).toEqual(
          every.filter((rule) => kept.has(rule)),
        );
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  // 0 and 1 always together, 2 in every basket, 3 apart
  const baskets = [[0, 1, 2], [0, 1, 2], [0, 1, 2, 3], [2, 3], [2, 3], [2]];
  const itemsets = mineItemsets(toMatrix(baskets, 4), { minimumCount: 1, maximumLength: ANY_LENGTH });
  const all = { minimumConfidence: 0, minimumLift: 0 };

  test('a worked example', () => {
    const [rule] = deriveRules(itemsets, 6, all).filter((r) => r.antecedent.join() === '0' && r.consequent === 3);
    expect(rule).toEqual({
      antecedent: [0],
      consequent: 3,
      count: 1,
      antecedentCount: 3,
      consequentCount: 3,
      support: 1 / 6,
      confidence: 1 / 3,
      lift: 2 / 3,
      leverage: -3 / 36,
      conviction: 9 / 12,
      pValue: expect.closeTo(19 / 20, 12),
      qValue: 1,
      significant: false,
    });
  });

  test('a consequent that is in every basket: confidence 1, lift 1, no evidence', () => {
    const rule = deriveRules(itemsets, 6, all).find((r) => r.antecedent.join() === '3' && r.consequent === 2);
    expect(rule).toMatchObject({ confidence: 1, lift: 1, leverage: 0, conviction: Infinity, pValue: 1 });
  });

  test('minimumLength leaves the shorter rules out', () => {
    const long = deriveRules(itemsets, 6, all).filter((rule) => rule.antecedent.length >= 2);
    expect(long.length).toBeGreaterThan(0);
    expect(deriveRules(itemsets, 6, { ...all, minimumLength: 3 }).map(namesOf)).toEqual(long.map(namesOf));
  });

  test('names a basketCount that cannot be', () => {
    expect(() => deriveRules(itemsets, 6.5, all)).toThrow(/^basketCount/);
    expect(() => deriveRules(itemsets, 5, all)).toThrow(/^basketCount/);
  });

  test('maximumPValue leaves out what is more probable by chance', () => {
    const rare = deriveRules(itemsets, 6, all).filter((rule) => rule.pValue <= 0.1);
    expect(rare.length).toBeGreaterThan(0);
    expect(deriveRules(itemsets, 6, { ...all, maximumPValue: 0.1 }).map(namesOf)).toEqual(rare.map(namesOf));
  });

  test.each([
    ['minimumConfidence', { minimumConfidence: 1.1 }],
    ['minimumLift', { minimumLift: -1 }],
    ['minimumLength', { minimumLength: 1 }],
    ['minimumImprovement', { minimumImprovement: -0.1 }],
    ['maximumPValue', { maximumPValue: Number.NaN }],
    ['maximumFalseDiscoveryRate', { maximumFalseDiscoveryRate: 5 }],
    ['maximumRules', { maximumRules: -1 }],
    ['maximumRules', { maximumRules: 2.5 }],
  ])('names the option that is wrong: %s', (name, wrong) => {
    expect(() => deriveRules(itemsets, 6, { ...all, ...wrong })).toThrow(new RegExp(`^${name}`));
  });
});

describe('countForSupport', () => {
  test.each([
    [0.1, 10, 1],
    [0.07, 100, 7],
    [0.07, 101, 8],
    [0.001, 88_162, 89],
    [0.002, 12_495, 25],
    [0.3, 10, 3],
    [1, 7, 7],
    [0, 7, 0],
    [0.5, 0, 0],
    [1e-9, 10, 1],
    [0.33333333333333337, 3, 2],
  ])('share %d of %d baskets is %d', (support, baskets, count) => {
    expect(countForSupport(support, baskets)).toBe(count);
  });

  test('is exact for every share of four decimals', () => {
    const share = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(share, fc.nat(1_000_000), (tenThousandths, baskets) => {
        expect(countForSupport(Number(`${tenThousandths}e-4`), baskets)).toBe(
          Math.ceil((tenThousandths * baskets) / 1e4),
        );
      }),
      { numRuns: 2000, seed: 4 },
    );
  });

  test('names what is wrong', () => {
    expect(() => countForSupport(1.01, 5)).toThrow(/^minimumSupport/);
    expect(() => countForSupport(0.1, -5)).toThrow(/^baskets/);
  });
});

describe('learnAssociationRules', () => {
  const baskets = toMatrix(
    Array.from({ length: 100 }, (_, i) => (i < 40 ? [0, 1, 2 + (i % 7)] : [2 + (i % 7), 9 + (i % 3)])),
    12,
  );

  const countOf = (changes: Partial<AssociationRulesRecipe>) =>
    learnAssociationRules(baskets, { ...recipe, itemsetsPerItem: 0, ...changes }).minimumCount;

  test('the larger of the two minimum counts holds', () => {
    expect(countOf({ minimumSupport: 0.07, minimumCount: 5 })).toBe(7);
    expect(countOf({ minimumSupport: 0.01, minimumCount: 5 })).toBe(5);
  });

  test('is content with a smaller share where little is frequent, down to the minimum count', () => {
    const nothingFrequent = { minimumSupport: 0.9, minimumCount: 3 };
    expect(countOf(nothingFrequent)).toBe(90);
    // {0, 1} lies in 40 baskets, every other pair in 6 at most.
    expect(countOf({ ...nothingFrequent, itemsetsPerItem: 1 / 12 })).toBe(22);
    expect(countOf({ ...nothingFrequent, itemsetsPerItem: 2 / 12 })).toBe(5);
    expect(countOf({ ...nothingFrequent, itemsetsPerItem: 100 })).toBe(3);
  });

  test('keeps the few where the next smaller share gives more than it may hold', () => {
    const few = { minimumSupport: 0.4, minimumCount: 3, itemsetsPerItem: 10, maximumItemsets: 12 };
    expect(countOf(few)).toBe(20);
    expect(() => countOf({ ...few, minimumSupport: 0.1 })).toThrow(/^maximumItemsets/);
  });

  test('with its own recipe it finds the pair that belongs together, twice the same', () => {
    const learned = learnAssociationRules(baskets, recipe);
    expect(learned.rules[0]).toMatchObject({ antecedent: [0], consequent: 1, count: 40, confidence: 1, lift: 2.5 });
    expect(learnAssociationRules(baskets, recipe)).toEqual(learned);
  });

  test('no baskets: nothing learned, no error', () => {
    expect(learnAssociationRules(toMatrix([], 0), recipe)).toMatchObject({ rules: [], minimumCount: 5 });
  });
});
