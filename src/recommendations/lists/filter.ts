import type { Catalogue } from '../memory/catalogue.ts';

type AttributeValue = string | number | boolean;

/** What an item must be like, as the API asks for it. */
export interface Filter {
  category?: string;
  brand?: string;
  min_price?: string;
  max_price?: string;
  /** the item's attribute equals the value, or one of the values */
  attributes?: Record<string, AttributeValue | AttributeValue[]>;
}

type Test = (item: number) => boolean;

/**
 * What may be listed: for sale at `now`, inside the filter, not excluded. An item without a price, brand or attribute is
 * outside a filter that asks for one.
 */
export function compileFilter(
  catalogue: Catalogue,
  now: number,
  filter: Filter | undefined,
  excluded: ReadonlySet<number>,
): Test {
  const isSellable: Test = (item) => catalogue.isSellable(item, now);
  const isFree: Test = excluded.size === 0 ? isSellable : (item) => isSellable(item) && !excluded.has(item);
  const tests = filter ? testsOf(catalogue, filter) : [];
  if (tests.length === 0) return isFree;
  return (item) => isFree(item) && tests.every((test) => test(item));
}

function testsOf(catalogue: Catalogue, filter: Filter): Test[] {
  const tests: Test[] = [];
  if (filter.category !== undefined) {
    const numbers = catalogue.categoriesBelow(filter.category);
    tests.push((item) => numbers?.has(catalogue.categoryOf(item)) ?? false);
  }
  if (filter.brand !== undefined) tests.push((item) => catalogue.record(item).brand === filter.brand);
  if (filter.min_price !== undefined) {
    const least = Number(filter.min_price);
    tests.push((item) => catalogue.priceOf(item) >= least);
  }
  if (filter.max_price !== undefined) {
    const most = Number(filter.max_price);
    tests.push((item) => catalogue.priceOf(item) <= most);
  }
  for (const [name, wanted] of Object.entries(filter.attributes ?? {})) {
    const values = new Set<unknown>(Array.isArray(wanted) ? wanted : [wanted]);
    tests.push((item) => {
      const { attributes } = catalogue.record(item);
      if (!Object.hasOwn(attributes, name)) return false;
      const value = attributes[name];
      return Array.isArray(value) ? value.some((one) => values.has(one)) : values.has(value);
    });
  }
  return tests;
}
