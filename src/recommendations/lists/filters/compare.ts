import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import type { Comparison, Order } from './filter-types.ts';

type Test = (item: number) => boolean;

/**
 * Tests of items beside the one that is looked at. Of what is not known of either nothing holds, be it that they are the same or
 * that they are not.
 */
export function compareTo(
  catalogue: Catalogue,
  looked: number,
  priceOf: (item: number) => number,
  { price, brand, category, attributes = {} }: Comparison,
): Test[] {
  const tests: Test[] = [];
  if (price) {
    const own = priceOf(looked);
    tests.push((item) => holds(price, priceOf(item), own));
  }
  if (brand) {
    const own = catalogue.record(looked).brand;
    tests.push((item) => isSameOr(brand, catalogue.record(item).brand, own));
  }
  if (category) tests.push(testOfCategory(catalogue, looked, category));
  for (const [name, order] of Object.entries(attributes)) {
    const valueIn = (item: number) => {
      const { attributes: values } = catalogue.record(item);
      return Object.hasOwn(values, name) ? values[name] : undefined;
    };
    const own = valueIn(looked);
    tests.push((item) => holdsOfValues(order, valueIn(item), own));
  }
  return tests;
}

function holds(order: Order, value: number, own: number): boolean {
  switch (order) {
    case 'lower':
      return value < own;
    case 'not_higher':
      return value <= own;
    case 'same':
      return value === own;
    case 'other':
      return value < own || value > own;
    case 'not_lower':
      return value >= own;
    case 'higher':
      return value > own;
  }
}

function isSameOr(wanted: 'same' | 'other', value: unknown, own: unknown): boolean {
  if (value == null || own == null) return false;
  return (value === own) === (wanted === 'same');
}

/** An item is of the same category where it lies in one of those of the item that is looked at, or below one. */
function testOfCategory(catalogue: Catalogue, looked: number, wanted: 'same' | 'other'): Test {
  const { category, moreCategories } = catalogue.record(looked);
  const paths = category === null ? moreCategories : [category, ...moreCategories];
  if (paths.length === 0) return () => false;
  const numbers = new Set(paths.flatMap((path) => [...(catalogue.categoriesBelow(path) ?? [])]));
  if (wanted === 'same') return (item) => catalogue.isWithin(item, numbers);
  return (item) => catalogue.record(item).category !== null && !catalogue.isWithin(item, numbers);
}

/** Texts and truths are the same or others; of lists it is enough that they share one; only figures have an order. */
function holdsOfValues(order: Order, value: unknown, own: unknown): boolean {
  if (typeof value === 'number' && typeof own === 'number') return holds(order, value, own);
  if (value === undefined || own === undefined || (order !== 'same' && order !== 'other')) return false;
  const values = Array.isArray(value) ? value : [value];
  const shared = (Array.isArray(own) ? own : [own]).some((one) => values.includes(one));
  return shared === (order === 'same');
}
