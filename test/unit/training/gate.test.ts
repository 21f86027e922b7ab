import { describe, expect, test } from '@jest/globals';
import { type Comparison, compare, decide } from '../../../src/training/evaluation/gate.ts';
import { ruleFaults } from '../../../src/training/learners/association-rules.ts';
import { segmentationFaults } from '../../../src/training/learners/segmentation.ts';

const alike: Comparison = { against: 'popularity', mean: 0.01, low: -0.02, high: 0.04 };
const better: Comparison = { against: 'published-recipe', mean: 0.05, low: 0.02, high: 0.08 };
const worse: Comparison = { against: 'published-recipe', mean: -0.05, low: -0.08, high: -0.001 };
const barely: Comparison = { against: 'published-recipe', mean: -0.05, low: -0.1, high: 0.0001 };

describe('the gate', () => {
  test('passes what is better, alike, or not beyond chance worse', () => {
    for (const comparison of [alike, better, barely]) {
      expect(decide({ customers: 500, comparisons: [comparison], faults: [] }).passed).toBe(true);
    }
    expect(decide({ customers: 500, comparisons: [], faults: [] }).passed).toBe(true);
  });

  test.each(['published-recipe', 'popularity'] as const)(
    'refuses what is beyond chance worse than %s, and says so',
    (against) => {
      const verdict = decide({ customers: 500, comparisons: [better, { ...worse, against }], faults: [] });
      expect(verdict.passed).toBe(false);
      expect(verdict.reason).toContain(against);
      expect(verdict.reason).toContain('-0.0500');
      expect(verdict.comparisons).toHaveLength(2);
    },
  );

  test('keeps the better published recipe by night, unless popularity beats that too', () => {
    const kept = decide({ customers: 500, comparisons: [alike, worse], faults: [], keepsBetter: true });
    expect(kept.passed).toBe(true);
    expect(kept.reason).toContain('fitted anew');
    const beaten = { ...worse, against: 'popularity' as const };
    expect(decide({ customers: 500, comparisons: [beaten, worse], faults: [], keepsBetter: true }).passed).toBe(false);
  });

  test('too few to judge is no pass, except for the first release of a shop, which says so', () => {
    for (const customers of [0, 29]) {
      const verdict = decide({ customers, comparisons: [], faults: [] });
      expect(verdict.passed).toBe(false);
      expect(verdict.reason).toMatch(/too few/i);
      const first = decide({ customers, comparisons: [], faults: [], isFirst: true });
      expect(first.passed).toBe(true);
      expect(first.reason).toMatch(/too few.*first release/i);
    }
    expect(decide({ customers: 29, comparisons: [], faults: ['wrong'], isFirst: true }).passed).toBe(false);
    expect(decide({ customers: 30, comparisons: [worse], faults: [] }).passed).toBe(false);
  });

  test('refuses what is not valid, however few the customers', () => {
    const verdict = decide({ customers: 3, comparisons: [], faults: ['a cluster is empty'] });
    expect(verdict).toMatchObject({ passed: false, faults: ['a cluster is empty'] });
    expect(verdict.reason).toContain('a cluster is empty');
  });
});

describe('the comparison', () => {
  const other = Float64Array.from({ length: 200 }, (_, customer) => (customer % 10) / 10);

  test('is of tonight less the other, on the same customers', () => {
    const tonight = other.map((value) => value - 0.1);
    const compared = compare('popularity', { ours: tonight, other }, 1);
    expect(compared.against).toBe('popularity');
    for (const figure of [compared.mean, compared.low, compared.high]) expect(figure).toBeCloseTo(-0.1, 10);
  });

  test('is paired: one customer far off does not make a significant difference', () => {
    const tonight = other.map((value, customer) => (customer === 0 ? value + 5 : value - 0.02));
    const { mean, low, high } = compare('popularity', { ours: tonight, other }, 1);
    expect(mean).toBeGreaterThan(0);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  test('is the same again with the same seed', () => {
    const tonight = other.map((value, customer) => value + Math.sin(customer));
    expect(compare('popularity', { ours: tonight, other }, 7)).toEqual(
      compare('popularity', { ours: tonight, other }, 7),
    );
  });
});

describe('validity', () => {
  test('rules may grow, shrink a little and be few, but not collapse', () => {
    expect(ruleFaults({ baskets: 100, rules: 0, publishedRules: undefined })).toEqual([]);
    expect(ruleFaults({ baskets: 100, rules: 5, publishedRules: 20 })).toEqual([]);
    expect(ruleFaults({ baskets: 100, rules: 600, publishedRules: 1_000 })).toEqual([]);
    expect(ruleFaults({ baskets: 100, rules: 9, publishedRules: 1_000 })).toHaveLength(1);
  });

  test('clusters hold every customer once, none is empty', () => {
    const sound = { customers: 10, sizes: [6, 3, 1], clusters: 3, inertia: 4.2 };
    expect(segmentationFaults(sound)).toEqual([]);
    expect(segmentationFaults({ ...sound, sizes: [6, 3] })).toHaveLength(1);
    expect(segmentationFaults({ ...sound, sizes: [6, 4, 0] })).toHaveLength(1);
    expect(segmentationFaults({ ...sound, sizes: [6, 2, 1, 1] })).toHaveLength(1);
    expect(segmentationFaults({ ...sound, inertia: Number.NaN })).toHaveLength(1);
  });
});
