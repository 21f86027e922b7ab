import { describe, expect, test } from '@jest/globals';
import { recipe as lists } from '../../../models/collaborative-filtering/index.ts';
import { recipe as couponResponse } from '../../../models/coupon-response/index.ts';
import { recipe as segmentation } from '../../../models/segmentation/index.ts';
import { readSettings } from '../../../src/cli/terminal/recipe-settings.ts';
import { PannierError } from '../../../src/errors.ts';
import { chooseRecipes, nightlyRecipes, type RecipeChanges } from '../../../src/training/learners/choose-recipes.ts';
import { kinds } from '../../../src/versions/index.ts';

function faultsOf(models: Parameters<typeof chooseRecipes>[0], changes: RecipeChanges) {
  try {
    chooseRecipes(models, changes);
  } catch (error) {
    expect(error).toBeInstanceOf(PannierError);
    expect((error as PannierError).code).toBe('invalid_request');
    return (error as PannierError).faults;
  }
  throw new Error('nothing was refused');
}

describe('recipes of a run', () => {
  test('without changes they are those of the recipe files', () => {
    expect(chooseRecipes(kinds)).toEqual(nightlyRecipes);
    expect(chooseRecipes(['segmentation'])).toEqual({ segmentation });
  });

  test('a change replaces one value, also inside a group of values, and leaves the files alone', () => {
    const chosen = chooseRecipes(['collaborative-filtering'], {
      'collaborative-filtering': { candidates: 25, behaviourWeights: { view: 0.9 } },
    })['collaborative-filtering']!;
    expect(chosen).toEqual({ ...lists, candidates: 25, behaviourWeights: { ...lists.behaviourWeights, view: 0.9 } });
    expect(nightlyRecipes['collaborative-filtering'].candidates).not.toBe(25);
    expect(nightlyRecipes['collaborative-filtering'].behaviourWeights.view).not.toBe(0.9);
  });

  test('what is learnt from campaigns has a recipe in a run of all models alone', () => {
    const changes = { 'coupon-response': { network: { hidden: [8] }, bootstrapSamples: 50 } };
    expect(chooseRecipes(kinds, changes)['coupon-response']).toEqual({
      ...couponResponse,
      bootstrapSamples: 50,
      network: { ...couponResponse.network, hidden: [8] },
    });
    expect(faultsOf(kinds, { 'coupon-response': { folds: 1, network: { width: 8 } } })).toEqual([
      { field: '/recipes/coupon-response/network/width', message: 'is not a field of this recipe' },
      { field: '/recipes/coupon-response/folds', message: expect.stringMatching(/^is not valid: /) },
    ]);
    expect(faultsOf(['popularity'], changes)).toEqual([
      { field: '/recipes/coupon-response', message: 'is for a run of all models' },
    ]);
    expect(readSettings(['coupon-response.network.hidden=[8]', 'coupon-response.folds=3'])).toEqual({
      'coupon-response': { network: { hidden: [8] }, folds: 3 },
    });
  });

  test('an unknown field is refused by name', () => {
    expect(faultsOf(kinds, { popularity: { halfLife: 3 } })).toEqual([
      { field: '/recipes/popularity/halfLife', message: 'is not a field of this recipe' },
    ]);
    expect(faultsOf(kinds, { 'collaborative-filtering': { behaviourWeights: { 'search/x': 1 } } })).toEqual([
      {
        field: '/recipes/collaborative-filtering/behaviourWeights/search~1x',
        message: 'is not a field of this recipe',
      },
    ]);
  });

  test('every faulty field is named at once', () => {
    const faults = faultsOf(kinds, {
      'association-rules': { minimumSupport: 2, maximumLength: 2.5 },
      segmentation: { clusters: 'four' },
      popularity: { halfLifeDays: 0 },
    });
    expect(faults.map(({ field }) => field).sort()).toEqual([
      '/recipes/association-rules/maximumLength',
      '/recipes/association-rules/minimumSupport',
      '/recipes/popularity/halfLifeDays',
      '/recipes/segmentation/clusters',
    ]);
  });

  test('a recipe for a model that is not trained is a fault, not ignored', () => {
    expect(faultsOf(['popularity'], { segmentation: { clusters: 3 } })).toEqual([
      { field: '/recipes/segmentation', message: 'is not among the models of this run' },
    ]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', [1]],
    ['a number', 7],
    ['not a number', Number.NaN],
  ])('%s in place of a group of values is refused', (_, behaviourWeights) => {
    expect(faultsOf(kinds, { 'collaborative-filtering': { behaviourWeights } })[0].field).toMatch(
      /^\/recipes\/collaborative-filtering\/behaviourWeights/,
    );
  });

  test('a key that objects inherit is an unknown field like any other', () => {
    const changes: RecipeChanges = JSON.parse('{"popularity": {"__proto__": {"halfLifeDays": 1}, "constructor": 1}}');
    expect(faultsOf(kinds, changes).map(({ field }) => field)).toContain('/recipes/popularity/constructor');
    expect(({} as Record<string, unknown>)['halfLifeDays']).toBeUndefined();
  });
});
