import { expect, test } from '@jest/globals';
import { measureEffects, recipe } from '../../../models/sales-effects/index.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { counterCategories, plantedPercent } from '../../support/simulated/sample-categories.ts';

// Would see: a shop whose planted effects are not in its sales, or a measure that does not find what is there. All goods are one
// category here, because the demo's have ten items each.
test('what the sample shop plants in its sales over the counter is found again, and nothing else', () => {
  const size = { customers: 2_000, items: 300, days: 365 };
  const shop = generateSampleShop({ ...size, seed: 1, end: new Date('2026-11-28T00:00:00Z'), indicators: true });
  const [goods] = counterCategories(shop, size.days, () => 'all').values();
  const made = measureEffects(goods, recipe, 1);
  if ('refusal' in made) throw new Error(made.refusal);
  const planted = (attribute: string, level: string, reference: string) =>
    plantedPercent(shop, attribute, level, reference);
  const found = made.effects.filter(({ isBeyondChance }) => isBeyondChance);
  expect(found.map(({ attribute, level }) => `${attribute} ${level}`).sort()).toEqual(
    made.effects
      .filter(({ attribute, level, reference }) => planted(attribute, level, reference) !== 0)
      .map(({ attribute, level }) => `${attribute} ${level}`)
      .sort(),
  );
  expect(found.map(({ attribute }) => attribute)).toContain('organic');
  for (const { attribute, level, reference, percent } of found) {
    expect(Math.abs(percent.value - planted(attribute, level, reference))).toBeLessThan(12);
  }
  expect(made.price!.elasticity.value).toBeLessThan(-1);
});
