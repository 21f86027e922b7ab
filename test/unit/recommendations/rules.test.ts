import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { completeCart } from '../../../src/recommendations/rules/complete-cart.ts';
import { readRuleId, ruleIdOf } from '../../../src/recommendations/rules/rule-id.ts';
import {
  blockRules,
  buildRuleTable,
  type LearntRule,
  rulesOf,
  rulesWithin,
} from '../../../src/recommendations/rules/rule-table.ts';

/** A rule whose consequent is in a tenth of all baskets, unless said otherwise. */
function rule(
  antecedent: number[],
  consequent: number,
  confidence: number,
  more: Partial<LearntRule> = {},
): LearntRule {
  const figures = { count: 5, support: 0.1, lift: confidence / 0.1, leverage: 0.05, conviction: 2 };
  return { antecedent, consequent, confidence, ...figures, pValue: 0.001, qValue: 0.01, significant: true, ...more };
}

const complete = (rules: LearntRule[], cart: number[]) =>
  completeCart(buildRuleTable(rules.toSorted((a, b) => b.confidence - a.confidence)), new Set(cart));

describe('a cart', () => {
  test('one rule gives its confidence', () => {
    expect(complete([rule([1], 9, 0.3)], [1, 2])).toEqual([{ item: 9, score: 0.3, rules: [0] }]);
  });

  test('rules of different items add up, their base rate counted once, each a fifth of the one before', () => {
    // Without any item 0.9 of the baskets lack 9; the rules leave 0.7 / 0.9, 0.8 / 0.9 and 0.85 / 0.9 of them.
    const [completion] = complete([rule([1], 9, 0.3), rule([2], 9, 0.2), rule([3], 9, 0.15)], [1, 2, 3]);
    expect(completion).toMatchObject({ item: 9, rules: [0, 1, 2] });
    expect(completion.score).toBeCloseTo(1 - 0.7 * (0.8 / 0.9) ** 0.2 * (0.85 / 0.9) ** 0.04, 12);
  });

  test('many weak rules do not drown a strong one', () => {
    const weak = Array.from({ length: 30 }, (_, item) => rule([item], 98, 0.2));
    const [first, second] = complete([...weak, rule([40], 99, 0.3)], [...Array(30).keys(), 40]).sort(
      (a, b) => b.score - a.score,
    );
    expect(first).toMatchObject({ item: 99, score: 0.3 });
    expect(second).toMatchObject({ item: 98 });
    expect(second.rules).toHaveLength(30);
  });

  test('rules of the same item say the same twice: the most confident speaks', () => {
    const rules = [rule([1, 2], 9, 0.6), rule([1], 9, 0.4), rule([2], 9, 0.3), rule([3], 9, 0.2)];
    const [completion] = complete(rules, [1, 2, 3]);
    expect(completion.rules).toEqual([0, 3]);
    expect(completion.score).toBeCloseTo(1 - 0.4 * (0.8 / 0.9) ** 0.2, 12);
  });

  test('what came by chance, is blocked or lies in the cart says nothing', () => {
    const rules = [rule([1], 9, 0.3, { significant: false }), rule([1], 8, 0.2), rule([1], 2, 0.1)];
    const table = blockRules(buildRuleTable(rules), [{ antecedent: [1], consequent: 8 }]);
    expect(completeCart(table, new Set([1, 2]))).toEqual([]);
  });

  test('a score is a probability, no less than that of any of its rules', () => {
    const some = fc.array(
      fc.record({
        antecedent: fc
          .uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 })
          .map((items) => items.sort((a, b) => a - b)),
        confidence: fc.double({ min: 0.01, max: 1, noNaN: true }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(some, fc.double({ min: 0.001, max: 1, noNaN: true }), (drawn, base) => {
        const rules = drawn
          .filter(({ confidence }) => confidence >= base)
          .map(({ antecedent, confidence }) => rule(antecedent, 9, confidence, { lift: confidence / base }));
        for (const { score, rules: spoken } of complete(rules, [0, 1, 2, 3, 4, 5])) {
          const strongest = Math.max(...rules.map(({ confidence }) => confidence));
          expect(score).toBeGreaterThanOrEqual(strongest - 1e-12);
          expect(score).toBeLessThanOrEqual(1);
          expect(spoken.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('a blocked rule', () => {
  const table = buildRuleTable([rule([1, 2], 3, 0.9), rule([1], 3, 0.8), rule([1], 4, 0.7), rule([3], 1, 0.6)]);

  test('is that rule alone', () => {
    const without = blockRules(table, [{ antecedent: [1], consequent: 3 }]);
    expect(rulesOf(table, 1)).toEqual([1, 2]);
    expect(rulesOf(without, 1)).toEqual([2]);
    expect(rulesWithin(without, new Set([1, 2, 3]))).toEqual([0, 2, 3]);
  });

  test('is back when nothing is blocked any more, and unknown ones do no harm', () => {
    const without = blockRules(table, [{ antecedent: [1], consequent: 3 }]);
    expect(rulesOf(blockRules(without, [{ antecedent: [-1], consequent: 3 }]), 1)).toEqual([1, 2]);
  });
});

describe('the id of a rule', () => {
  test('is read as it was written', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(keys, ([consequent, ...others]) => {
        const rule = { antecedent: others.sort((a, b) => a - b), consequent };
        expect(readRuleId(ruleIdOf(rule))).toEqual(rule);
      }),
    );
  });

  test.each([
    '',
    '-',
    '1',
    '1-',
    '-1',
    '2.1-3',
    '1.1-2',
    '1-1',
    '1.2-2',
    '0-1',
    '01-2',
    '1-2-3',
    '1e1-2',
    '4294967296-1',
  ])('%p is none', (text) => {
    expect(readRuleId(text)).toBeUndefined();
  });
});
