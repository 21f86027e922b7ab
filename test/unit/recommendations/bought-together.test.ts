import { expect, test } from '@jest/globals';
import { makeTogetherList } from '../../../src/recommendations/complements/bought-together.ts';
import { buildComplementTable } from '../../../src/recommendations/complements/complement-table.ts';
import { nothingReleased, type ServedRelease } from '../../../src/recommendations/learnt/served-release.ts';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { buildRuleTable } from '../../../src/recommendations/rules/rule-table.ts';
import { byContext } from '../../../src/recommendations/rules/served-rules.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';

const categories = ['Cups', 'Cups', 'Coffee', 'Coffee', 'Light > Lamps', 'Light > Bulbs', 'Spoons', 'Spoons', null];
const catalogue = createCatalogue();
catalogue.apply(
  categories.map((category, item) =>
    catalogueItem(100 + item, { itemId: `i${item}`, category, price: '1.00', stock: item === 7 ? 0 : null }),
  ),
  1,
);
const version = { version: 1, asOf: new Date(0) };
const key = (item: number) => 100 + item;
const table = buildRuleTable([
  {
    antecedent: [0],
    consequent: 2,
    count: 9,
    support: 0.1,
    confidence: 0.4,
    lift: 3,
    leverage: 0.1,
    conviction: 2,
    pValue: 0.001,
    qValue: 0.01,
    significant: true,
  },
]);

/** Popular: 1 (a cup), 3 (coffee), 6 (a spoon), 7 (a spoon, sold out), 5 (a bulb). Cups go with spoons; Light goes with coffee. */
function release(changes: Partial<ServedRelease> = {}): ServedRelease {
  return {
    ...nothingReleased,
    popularity: {
      ...version,
      items: Int32Array.from([1, 3, 6, 7, 5]),
      scores: Float64Array.from([1, 0.9, 0.8, 0.7, 0.6]),
      trends: new Float64Array(5),
      rebuying: new Map(),
    },
    rules: {
      ...version,
      ...byContext(new Map([['all', { table, summary: { basket_count: 90, minimum_count: 5, tests: 1 } }]])),
      complements: buildComplementTable(
        catalogue,
        [
          {
            itemKey: key(0),
            coBought: [key(2), key(8)],
            counts: [9, 2],
            confidences: [0.4, 0.1],
            lifts: [3, 4],
            substitutes: [key(3)],
          },
        ],
        [
          { category: 'Cups', complements: [{ category: 'Spoons', lift: 2 }] },
          { category: 'Light', complements: [{ category: 'Coffee', lift: 2 }] },
        ],
      ),
    },
    ...changes,
  };
}

function box(item: number, limit: number, of = release()): string[] {
  const made = makeTogetherList({ catalogue, release: of, item, options: { limit }, now: 0 });
  return (JSON.parse(made.itemsJson) as RecommendedItem[]).map(({ item_id, reason }) => `${item_id} ${reason.source}`);
}

// Would see: a tier before its time, an item twice, a substitute (3), a sold-out one (7), a cup beside a cup.
test('rules, then what was bought in one order, then categories, then what is popular elsewhere; each says which', () => {
  expect(box(0, 3)).toEqual(['i2 association-rules', 'i8 co-occurrence', 'i6 category-complement']);
  expect(box(0, 8)).toEqual([
    'i2 association-rules',
    'i8 co-occurrence',
    'i6 category-complement',
    'i5 popularity',
    'i4 catalogue',
    'i1 popularity',
  ]);
});

test('a category of which nothing is known goes by what it lies in; no release leaves the catalogue', () => {
  expect(box(4, 2)).toEqual(['i3 category-complement', 'i1 popularity']);
  expect(box(8, 2)).toEqual(['i1 popularity', 'i3 popularity']);
  expect(box(0, 1, nothingReleased)).toEqual(['i2 catalogue']);
});

test('what a blocked rule would name is not in the box by another way', () => {
  const ruleBlocks = [{ antecedent: [key(0)], consequent: key(8), blockedAt: new Date(0) }];
  expect(box(0, 8, release({ ruleBlocks })).join()).not.toMatch('i8');
  const { rules, ...rest } = release();
  const blocked = { ...rules!, table: { ...table, blocked: new Set([0]) } };
  expect(box(0, 8, { ...rest, rules: blocked }).join()).not.toMatch('i2');
});
