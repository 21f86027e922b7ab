import { describe, expect, test } from '@jest/globals';
import {
  type AssociationRule,
  type AssociationRulesRecipe,
  learnAssociationRules,
  learnRulesWithin,
  mineItemsets,
  recipe,
} from '../../../models/association-rules/index.ts';
import { adjustPValues, countTests } from '../../../models/association-rules/rules/false-discovery.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

const lenient: AssociationRulesRecipe = {
  ...recipe,
  minimumSupport: 0,
  minimumConfidence: 0,
  minimumImprovement: 0,
  maximumPValue: 1,
};

function toMatrix(baskets: number[][], columns: number): SparseMatrix {
  const offsets = [0];
  for (const basket of baskets) offsets.push(offsets.at(-1)! + basket.length);
  const indices = Uint32Array.from(baskets.flatMap((basket) => [...new Set(basket)].sort((a, b) => a - b)));
  return { rows: baskets.length, columns, offsets: Uint32Array.from(offsets), indices };
}

/** Items by chance alone, rare and common ones. */
function drawBaskets(random: () => number, count: number, items: number): number[][] {
  const shares = Array.from({ length: items }, (_, item) => 0.15 / (1 + item * 0.15));
  return Array.from({ length: count }, () => shares.flatMap((share, item) => (random() < share ? [item] : [])));
}

const isPlanted = ({ antecedent, consequent }: AssociationRule) =>
  antecedent.includes(consequent ^ 1) && Math.min(...antecedent, consequent) < 10;

describe('what chance brings together', () => {
  const runs = Array.from({ length: 30 }, (_, seed) =>
    learnAssociationRules(toMatrix(drawBaskets(seededRandom(seed), 800, 60), 60), lenient),
  );

  test('is marked so: nothing is significant but in one shop of twenty', () => {
    expect(runs.reduce((sum, { rules }) => sum + rules.length, 0)).toBeGreaterThan(4000);
    // Where all is chance each discovery is a false one, so the stated rate is that of shops with any: 1.5 of 30 expected.
    expect(runs.filter(({ rules }) => rules.some((rule) => rule.significant)).length).toBeLessThanOrEqual(4);
  });

  test('would not be, if only rules were counted that are frequent themselves', () => {
    // Most pairs of rare items never meet five times, so those that do are all improbable: the count of tests hides the rest.
    const rare = { ...lenient, maximumLength: 2 };
    const items = 400;
    const shares = Array.from({ length: items }, () => 0.02);
    const random = seededRandom(5);
    const baskets = Array.from({ length: 2000 }, () => shares.flatMap((share, i) => (random() < share ? [i] : [])));
    const { rules, tests } = learnAssociationRules(toMatrix(baskets, items), rare);
    const pValues = Float64Array.from(rules, (rule) => rule.pValue);
    expect(tests).toBe(items * (items - 1));
    expect(adjustPValues(pValues, pValues.length).filter((q) => q <= 0.05).length).toBeGreaterThan(200);
    expect(rules.filter((rule) => rule.significant).length).toBe(0);
  });

  test('is no more than the stated share of what is found beside true rules', () => {
    const shares = Array.from({ length: 20 }, (_, seed) => {
      const random = seededRandom(100 + seed);
      const baskets = drawBaskets(random, 1500, 60);
      // Who takes one of the first five pairs mostly takes both.
      for (const basket of baskets) {
        for (let item = 0; item < 10; item += 2) {
          if (basket.includes(item) && !basket.includes(item + 1) && random() < 0.5) basket.push(item + 1);
        }
      }
      const { rules } = learnAssociationRules(toMatrix(baskets, 60), lenient);
      const significant = rules.filter((rule) => rule.significant);
      const pairs = significant.filter((rule) => rule.antecedent.length === 1 && isPlanted(rule));
      expect(pairs).toHaveLength(10);
      return significant.filter((rule) => !isPlanted(rule)).length / significant.length;
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThanOrEqual(0.05);
  });
});

describe('a longer rule', () => {
  // 0 brings 1 in 60 of 100 baskets; 2 is in half of the baskets and says nothing; 3 with 0 always brings 1.
  const baskets = Array.from({ length: 200 }, (_, i) => {
    const basket = i < 100 ? [0] : [];
    if (i < 60) basket.push(1);
    if (i % 2 === 0) basket.push(2);
    if (i < 30 || i >= 180) basket.push(3);
    return basket;
  });
  const rulesOf = (minimumImprovement: number) =>
    learnAssociationRules(toMatrix(baskets, 4), { ...lenient, minimumImprovement }).rules;
  const find = (rules: AssociationRule[], antecedent: number[], consequent: number) =>
    rules.find((rule) => rule.antecedent.join() === antecedent.join() && rule.consequent === consequent);

  test('is left out where it does not improve on a shorter one', () => {
    expect(find(rulesOf(0), [0], 1)).toMatchObject({ confidence: 0.6 });
    expect(find(rulesOf(0), [0, 2], 1)).toBeUndefined();
  });

  test('stays where it improves on each by the margin, the margin included', () => {
    expect(find(rulesOf(0.4), [0, 3], 1)).toMatchObject({ confidence: 1 });
    expect(find(rulesOf(0.41), [0, 3], 1)).toBeUndefined();
  });

  test('is compared with rules that are shorter by more than one item', () => {
    // {0} brings 4 more often than {0, 1} or {0, 2} do, so {0, 1, 2} must beat {0} and not only those.
    const four = [
      ...Array.from({ length: 10 }, () => [0, 1, 2, 4]),
      ...Array.from({ length: 10 }, () => [0, 1, 2]),
      ...Array.from({ length: 10 }, () => [0, 1]),
      ...Array.from({ length: 10 }, () => [0, 2]),
      ...Array.from({ length: 40 }, () => [0, 4]),
      ...Array.from({ length: 20 }, () => [5]),
    ];
    const { rules } = learnAssociationRules(toMatrix(four, 6), { ...lenient, maximumLength: 4 });
    expect(find(rules, [0], 4)).toMatchObject({ confidence: 50 / 80 });
    expect(find(rules, [1, 2], 4)).toBeDefined();
    expect(find(rules, [0, 1, 2], 4)).toBeUndefined();
  });

  test('is significant only if each of its items adds something', () => {
    // {0, 2} → 1 is beyond chance as such, because of 0 alone.
    const { rules } = learnAssociationRules(toMatrix(baskets, 4), { ...lenient, minimumImprovement: 0 });
    const rule = find(rules, [2, 3], 1);
    const shorter = find(rules, [3], 1)!;
    expect(shorter.significant).toBe(true);
    if (rule) expect(rule).toMatchObject({ significant: false });
    expect(find(rules, [0, 3], 1)).toMatchObject({ significant: true });
  });
});

describe('countTests', () => {
  const itemsets = mineItemsets(toMatrix([[0, 1, 2], [0, 1, 2], [0, 3], [3]], 4), {
    minimumCount: 2,
    maximumLength: 3,
  });

  test('counts each frequent antecedent with each other frequent item', () => {
    expect([...itemsets.countsByLength]).toEqual([4, 3, 1]);
    expect(countTests(itemsets, 2, 3)).toBe(4 * 3 + 3 * 2);
    expect(countTests(itemsets, 2, 4)).toBe(4 * 3 + 3 * 2 + 1);
    expect(countTests(itemsets, 3, 3)).toBe(3 * 2);
  });
});

describe('adjustPValues', () => {
  test("Benjamini and Hochberg's own example", () => {
    // The fifteen p-values of their section 3.1: at a rate of 0.05 four are discoveries.
    const pValues = Float64Array.of(
      0.0001,
      0.0004,
      0.0019,
      0.0095,
      0.0201,
      0.0278,
      0.0298,
      0.0344,
      0.0459,
      0.324,
      0.4262,
      0.5719,
      0.6528,
      0.759,
      1,
    );
    const adjusted = adjustPValues(pValues, 15);
    expect([...adjusted.subarray(0, 4)]).toEqual([0.0015, 0.003, 0.0095, 0.035625]);
    expect(adjusted.filter((q) => q <= 0.05)).toHaveLength(4);
    expect(adjusted[5]).toBeCloseTo((0.0298 * 15) / 7, 12);
  });

  test('tests that are not given count as failed, and equal ones are equal', () => {
    expect([...adjustPValues(Float64Array.of(0.02, 0.001, 0.02), 100)]).toEqual([
      expect.closeTo(2 / 3),
      0.1,
      expect.closeTo(2 / 3),
    ]);
    expect(() => adjustPValues(Float64Array.of(0.1, 0.2), 1)).toThrow(/^tests/);
  });
});

describe('learnRulesWithin', () => {
  test('learns of each part by itself', () => {
    // In summer 0 goes with 1, in winter with 2.
    const baskets = Array.from({ length: 400 }, (_, i) => {
      const isSummer = i % 2 === 0;
      return i % 4 < 2 ? [0, isSummer ? 1 : 2] : [3 + (i % 3)];
    });
    const parts = Int32Array.from(baskets, (_, i) => (i >= 390 ? 2 : i % 2));
    const partition = { names: ['summer', 'winter', 'small'], parts };
    const contexts = learnRulesWithin(toMatrix(baskets, 6), partition, 100, lenient);
    expect(contexts.map(({ context, basketCount }) => [context, basketCount])).toEqual([
      ['summer', 195],
      ['winter', 195],
    ]);
    const [summer, winter] = contexts.map(({ rules }) => rules.filter((rule) => rule.antecedent[0] === 0));
    expect(summer).toMatchObject([{ consequent: 1, confidence: 1, antecedentCount: 98, significant: true }]);
    expect(winter).toMatchObject([{ consequent: 2, confidence: 1, antecedentCount: 98, significant: true }]);
  });

  test('a partition of other baskets is refused', () => {
    const partition = { names: ['a'], parts: new Int32Array(3) };
    expect(() => learnRulesWithin(toMatrix([[0]], 1), partition, 1, lenient)).toThrow(/^parts/);
  });
});
