import { describe, expect, test } from '@jest/globals';
import { recipe } from '../../../models/collaborative-filtering/index.ts';
import { figureName } from '../../../src/console/pages/learning/versions/figure-name.ts';
import { listFieldName, listRecipeTexts } from '../../../src/console/pages/learning/versions/list-recipe-texts.ts';
import { pairOf } from '../../../src/console/pages/learning/versions/pair.ts';

describe('two versions side by side', () => {
  // Would see: who moves told backwards, a rule that has gone as one that came, differences of old less new.
  test.each([
    ['chosen from the older to the newer', [6, 3, 2], ['3', '6'], 6, [3, 6]],
    ['chosen the other way round', [6, 3, 2], ['6', '3'], 6, [3, 6]],
    ['nothing chosen: the served one and the newest other', [6, 3, 2], ['', ''], 6, [3, 6]],
    ['an older one is served', [6, 3, 2], ['', ''], 2, [2, 6]],
    ['one chosen', [6, 3, 2], ['2', ''], 3, [2, 6]],
    ['only the other one chosen, and it is served', [6, 3, 2], ['', '6'], 6, [3, 6]],
    ['numbers of digits', [10, 9], ['10', '9'], undefined, [9, 10]],
    ['the same twice', [6, 3], ['6', '6'], 6, [3, 6]],
    ['versions that there are not', [6, 3], ['7', '4'], 3, [3, 6]],
  ] as const)('%s', (_, numbers, wanted, served, pair) => {
    expect(pairOf(numbers, wanted, served)).toEqual(pair);
  });

  test('a single version stands beside none', () => {
    expect(pairOf([6], ['6', ''], 6)).toBeUndefined();
    expect(pairOf([], ['', ''], undefined)).toBeUndefined();
  });
});

test('a figure of lists says that it is of the whole list, one without a name stands for itself', () => {
  const words = {
    figures: { 'evaluation.ndcg_at_10': 'NDCG@10', tests: 'Tests' },
    orderWorth: (feature: string) => `${feature}?`,
    ofWholeList: (name: string) => `${name}!`,
  };
  expect(figureName(words, 'collaborative-filtering', 'evaluation.ndcg_at_10')).toBe('NDCG@10!');
  expect(figureName(words, 'popularity', 'evaluation.ndcg_at_10')).toBe('NDCG@10');
  expect(figureName(words, 'collaborative-filtering', 'order_worth.price')).toBe('price?');
  expect(figureName(words, 'association-rules', 'tests')).toBe('Tests');
  expect(figureName(words, 'association-rules', 'toString')).toBeUndefined();
});

test.each(['en', 'zh'] as const)(
  'every method of lists, each of its settings and of the blend has a name of its own (%s)',
  (language) => {
    const words = listRecipeTexts[language];
    const fields = [
      ...Object.entries(recipe.methods).flatMap(([method, settings]) =>
        Object.keys(settings).map((setting) => `methods.${method}.${setting}`),
      ),
      ...Object.keys(recipe.blend).map((setting) => `blend.${setting}`),
    ];
    const names = fields.map((field) => listFieldName(words, field));
    expect(fields.filter((_, at) => names[at] === undefined)).toEqual([]);
    expect(new Set(names).size).toBe(fields.length);
    expect(listFieldName(words, 'methods.toString.weight')).toBeUndefined();
    expect(listFieldName(words, 'constructor')).toBeUndefined();
  },
);
