import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../../src/http/index.ts';
import { compileFilter } from '../../../src/recommendations/lists/filters/filter.ts';
import type { Filter } from '../../../src/recommendations/lists/filters/filter-types.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';

/** One question for each field that `filter.ts` knows; the compiler says so when one is missing here. */
const questions: { [Field in keyof Filter]-?: Required<Filter>[Field] } = {
  category: 'Food > Coffee',
  brand: 'Acme',
  min_price: '5.00',
  max_price: '9.00',
  price: { min: '5.00', below: '9.00' },
  attributes: { colour: 'red' },
  options: { size: 'M' },
  compared_to_item: { price: 'higher' },
  any: [{ brand: 'Acme' }, { brand: 'Other' }],
  all: [{ brand: 'Acme' }],
  not: { not: { brand: 'Acme' } },
};

describe('the fields of a filter', () => {
  test('are those of the contract: one that either has alone would be refused, or taken and not heeded', () => {
    const { Filter } = readDocument().json.components.schemas;
    expect(Object.keys(Filter.properties).sort()).toEqual(Object.keys(questions).sort());
  });

  test.each(Object.entries(questions))(
    '%s is asked of each item: one of which nothing is known is outside',
    (field, asked) => {
      const catalogue = createCatalogue();
      catalogue.apply([catalogueItem(1)], 1);
      expect(compileFilter(catalogue, 0, undefined, new Set()).allows(0)).toBe(true);
      expect(compileFilter(catalogue, 0, { [field]: asked }, new Set(), { item: 0 }).allows(0)).toBe(false);
    },
  );
});
