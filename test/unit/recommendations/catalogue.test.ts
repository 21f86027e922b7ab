import { describe, expect, test } from '@jest/globals';
import type { CatalogueItem } from '../../../src/intake/index.ts';
import { compileFilter } from '../../../src/recommendations/lists/filters/filter.ts';
import type { Filter } from '../../../src/recommendations/lists/filters/filter-types.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';

const noon = Date.UTC(2026, 2, 1, 12);

function catalogueOf(...records: Partial<CatalogueItem>[]) {
  const catalogue = createCatalogue();
  catalogue.apply(
    records.map((given, index) => catalogueItem(index + 1, given)),
    1,
  );
  return catalogue;
}

function allowed(records: Partial<CatalogueItem>[], filter?: Filter, excluded: number[] = []): number[] {
  const catalogue = catalogueOf(...records);
  const { allows } = compileFilter(catalogue, noon, filter, new Set(excluded));
  return records.map((_, item) => item).filter(allows);
}

describe('what is for sale', () => {
  test('not hidden, not sold out, a product; an unknown stock is for sale', () => {
    expect(allowed([{}, { stock: 1 }, { stock: 0 }, { hidden: true }, { isProduct: false }])).toEqual([0, 1]);
  });

  test('from the first moment of its availability to before the last', () => {
    const at = (offset: number) => new Date(noon + offset);
    expect(
      allowed([
        { availableFrom: at(0) },
        { availableFrom: at(1) },
        { availableUntil: at(1) },
        { availableUntil: at(0) },
        { availableFrom: at(-5), availableUntil: at(5) },
      ]),
    ).toEqual([0, 2, 4]);
  });

  test('what is excluded is not', () => {
    expect(allowed([{}, {}, {}], undefined, [1])).toEqual([0, 2]);
  });
});

describe('filters', () => {
  test('a category holds what lies below it, by whole segments', () => {
    const items = [
      { category: 'Food' },
      { category: 'Food > Coffee' },
      { category: 'Food > Coffee > Beans' },
      { category: 'Foodstuff' },
      { category: null },
    ];
    expect(allowed(items, { category: 'Food' })).toEqual([0, 1, 2]);
    expect(allowed(items, { category: 'Food > Coffee' })).toEqual([1, 2]);
    expect(allowed(items, { category: 'Coffee' })).toEqual([]);
  });

  test('price bounds are inclusive, and an item without a price is outside them', () => {
    const items = [{ price: '1.00' }, { price: '2.50' }, { price: '9' }, { price: null }];
    expect(allowed(items, { min_price: '1', max_price: '2.5' })).toEqual([0, 1]);
    expect(allowed(items, { min_price: '2.500001' })).toEqual([2]);
  });

  test('brand and attributes equal one of the values asked for', () => {
    const items = [
      { brand: 'Alba', attributes: { roast: 'dark', organic: true, sizes: ['S', 'M'] } },
      { brand: 'Alba', attributes: { roast: 'light', weight: 500 } },
      { brand: 'alba', attributes: {} },
    ];
    expect(allowed(items, { brand: 'Alba' })).toEqual([0, 1]);
    expect(allowed(items, { attributes: { roast: ['light', 'medium'] } })).toEqual([1]);
    expect(allowed(items, { attributes: { sizes: 'M' } })).toEqual([0]);
    expect(allowed(items, { attributes: { weight: 500 } })).toEqual([1]);
    expect(allowed(items, { attributes: { weight: '500' } })).toEqual([]);
    expect(allowed(items, { attributes: { constructor: 'x' } })).toEqual([]);
  });
});

describe('the catalogue in memory', () => {
  test('an older load does not overwrite what a newer one has said', () => {
    const catalogue = createCatalogue();
    catalogue.apply([catalogueItem(7, { stock: 5 })], 1);
    catalogue.apply([catalogueItem(7, { stock: 0 })], 3);
    catalogue.apply([catalogueItem(7, { stock: 5 }), catalogueItem(8)], 2);
    expect(catalogue.isSellable(catalogue.indexOf('I7')!, noon)).toBe(false);
    expect(catalogue.isSellable(catalogue.indexOf('I8')!, noon)).toBe(true);
  });

  test('a withheld item is not for sale until it is read again', () => {
    const catalogue = catalogueOf({}, {});
    catalogue.withhold([1, 99], 3);
    expect(catalogue.isSellable(0, noon)).toBe(false);
    // What began to be read before the failure may not know of the change.
    catalogue.apply([catalogueItem(1)], 2);
    expect(catalogue.isSellable(0, noon)).toBe(false);
    catalogue.apply([catalogueItem(1)], 4);
    expect(catalogue.isSellable(0, noon)).toBe(true);
  });

  test('its state is another exactly when an answer could be another', () => {
    const catalogue = catalogueOf(
      { stock: 9 },
      { availableFrom: new Date(noon + 10), availableUntil: new Date(noon + 20) },
    );
    const states = new Set<number>();
    const isNew = (at: number) => {
      const state = catalogue.stateAt(at);
      const seen = states.has(state);
      states.add(state);
      return !seen;
    };
    expect(isNew(noon)).toBe(true);
    expect(isNew(noon + 9)).toBe(false);
    expect(isNew(noon + 10)).toBe(true);
    expect(isNew(noon + 19)).toBe(false);
    expect(isNew(noon + 25)).toBe(true);
    expect(isNew(noon + 99)).toBe(false);
    expect(isNew(noon + 5)).toBe(true);
    catalogue.apply([catalogueItem(1, { stock: 8 })], 2);
    expect(isNew(noon + 5)).toBe(false);
    catalogue.apply([catalogueItem(1, { stock: 0 })], 3);
    expect(isNew(noon + 5)).toBe(true);
    catalogue.apply([catalogueItem(1, { stock: 0, title: 'Named' })], 4);
    expect(isNew(noon + 5)).toBe(true);
    catalogue.apply([catalogueItem(3)], 5);
    expect(isNew(noon + 5)).toBe(true);
    catalogue.withhold([3], 6);
    expect(isNew(noon + 5)).toBe(true);
  });

  test('an item that moves to another category is found there', () => {
    const catalogue = catalogueOf({ category: 'A > B' });
    catalogue.apply([catalogueItem(1, { category: 'A > C' })], 2);
    expect(catalogue.categoriesBelow('A > B')!.has(catalogue.categoryOf(0))).toBe(false);
    expect(catalogue.categoriesBelow('A')!.has(catalogue.categoryOf(0))).toBe(true);
  });

  test('fragments are JSON whatever the texts hold', () => {
    const itemId = 'a"b\\ü\u2028';
    const catalogue = catalogueOf({ itemId, title: 'Says "hi"\n', category: 'X > "Y"', price: '0.001' });
    expect(JSON.parse(`{${catalogue.textsOf(0).fragment}1}`)).toEqual({
      item_id: itemId,
      title: 'Says "hi"\n',
      url: null,
      image_url: null,
      category: 'X > "Y"',
      price: '0.001',
      score: 1,
    });
    expect(JSON.parse(`"${catalogue.textsOf(0).name}"`)).toBe('Says "hi"\n');
    expect(catalogueOf({}).textsOf(0).name).toBe('I1');
  });
});
