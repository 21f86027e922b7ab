import { describe, expect, test } from '@jest/globals';
import { demoSize, generateSampleShop } from '../../../src/sample-shop/index.ts';
import { recoverTruth } from '../../support/simulated/planted-truth.ts';

describe('what is planted in the sample shop is recovered', () => {
  const end = new Date('2026-03-01T00:00:00Z');
  const shop = generateSampleShop({ seed: 1, ...demoSize, customers: 1_000, end });
  const { rules, tastes, groups } = recoverTruth(shop, end.getTime());

  test('every pair is a rule in both directions, with its exact figures; no rule is false', () => {
    expect(rules).toMatchObject({ planted: 24, recovered: 24, false: 0 });
  });

  test('lists are of the taste of those who have one, also what they never bought', () => {
    expect(tastes.customers).toBeGreaterThan(800);
    expect(tastes.list).toBeGreaterThan(0.75);
    expect(tastes.newItems).toBeGreaterThan(0.75);
    expect(tastes.leading).toBeGreaterThan(0.9);
    expect(tastes.popularity).toBeLessThan(0.2);
  });

  test('groups and clusters go with the habits, the profile with the purse', () => {
    // Habits show in R and F alone, and among one-time buyers and lapsed ones hardly.
    expect(groups.habitsByGroups).toBeGreaterThan(0.3);
    expect(groups.habitsByKlaviyo).toBeGreaterThan(0.3);
    expect(groups.habitsByClusters).toBeGreaterThan(0.3);
    expect(groups.priceSensitive).toBeGreaterThan(0.9);
    expect(groups.rich).toBeGreaterThan(0.75);
  });
});
