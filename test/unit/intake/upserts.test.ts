import { describe, expect, test } from '@jest/globals';
import { applyItem } from '../../../src/intake/catalogue/apply-item.ts';
import { tooMuchOf } from '../../../src/intake/catalogue/item-parts.ts';
import type { StoredItem } from '../../../src/intake/catalogue/stored-item.ts';
import { applyCustomer, type StoredCustomer } from '../../../src/intake/people/apply-customer.ts';
import type { ItemElement } from '../../../src/intake/request-elements.ts';

const stored: StoredItem = {
  itemKey: 1,
  itemId: 'I1',
  title: 'Coffee',
  url: null,
  imageUrl: null,
  description: null,
  category: 'Food > Coffee',
  moreCategories: ['Gifts'],
  gtin: null,
  parentId: null,
  options: {},
  texts: { de: { title: 'Kaffee', description: 'Gemahlen' } },
  markets: null,
  brand: null,
  price: '7.5',
  listPrice: null,
  cost: null,
  stock: 3,
  hidden: false,
  availableFrom: null,
  availableUntil: null,
  attributes: { roast: 'dark' },
  embedding: null,
  provisional: false,
  isProduct: true,
  isProductBy: null,
  updatedAt: Date.parse('2026-03-01T00:00:00Z'),
  toldAt: null,
};

describe('applyItem', () => {
  test('an absent field is kept, null clears', () => {
    const next = applyItem(stored, { item_id: 'I1', title: null, stock: null, attributes: null, brand: 'Alba' })!;
    expect(next).toEqual({ ...stored, title: null, stock: null, attributes: {}, brand: 'Alba' });
  });

  test('the same content tells nothing new, however its numbers and times are written', () => {
    const element = {
      item_id: 'I1',
      price: '007.500',
      updated_at: '2026-03-01T01:00:00+01:00',
      attributes: { roast: 'dark' },
    };
    expect(applyItem(stored, element)).toBeUndefined();
  });

  test('an older word is not heard, one of the same moment is', () => {
    expect(applyItem(stored, { item_id: 'I1', stock: 9, updated_at: '2026-02-28T23:59:59.999Z' })).toBeUndefined();
    expect(applyItem(stored, { item_id: 'I1', stock: 9, updated_at: '2026-03-01T00:00:00Z' })!.stock).toBe(9);
  });

  // Would see: a refused row that is taken in later putting back what was changed since.
  test('a word without a time that lay waiting is not heard after a later one', () => {
    const told = { ...stored, toldAt: 2_000 };
    expect(applyItem(told, { item_id: 'I1', stock: 9 }, 1_999)).toBeUndefined();
    expect(applyItem(told, { item_id: 'I1', stock: 9 }, 2_000)).toMatchObject({ stock: 9, toldAt: 2_000 });
    expect(applyItem(told, { item_id: 'I1', stock: 9 })).toMatchObject({ stock: 9, toldAt: null });
    const later = { item_id: 'I1', stock: 9, updated_at: '2026-03-03T00:00:00Z' };
    expect(applyItem(told, later, 1_999)).toMatchObject({ stock: 9 });
  });

  test('a newer word with the same content moves the time on, so that what lies between stays unheard', () => {
    const next = applyItem(stored, { item_id: 'I1', updated_at: '2026-03-03T00:00:00Z' })!;
    expect(applyItem(next, { item_id: 'I1', stock: 9, updated_at: '2026-03-02T00:00:00Z' })).toBeUndefined();
  });

  test('the catalogue always outranks what an order told of an item', () => {
    const provisional = { ...stored, provisional: true, updatedAt: Date.parse('2026-06-01T00:00:00Z') };
    const next = applyItem(provisional, { item_id: 'I1', price: '8', updated_at: '2026-05-01T00:00:00Z' })!;
    expect(next).toEqual({ ...stored, price: '8', updatedAt: Date.parse('2026-05-01T00:00:00Z') });
    expect(applyItem(provisional, { item_id: 'I1' })).toMatchObject({ provisional: false, updatedAt: null });
  });

  test('the first moment of 1970 is a time like others', () => {
    expect(applyItem(stored, { item_id: 'I1', available_from: '1970-01-01T00:00:00Z' })!.availableFrom).toBe(0);
  });
});

describe('what of an item is told part by part', () => {
  const apply = (told: Omit<ItemElement, 'item_id'>, to = stored) => applyItem(to, { item_id: 'I1', ...told });

  test('attributes: one that is not named is kept, null clears one', () => {
    expect(apply({ attributes: { organic: true } })!.attributes).toEqual({ roast: 'dark', organic: true });
    expect(apply({ attributes: { roast: null, organic: true } })!.attributes).toEqual({ organic: true });
    expect(apply({ attributes: {} })).toBeUndefined();
  });

  test('texts: a language, and a text in it; tags are the same whatever their case', () => {
    expect(apply({ texts: { DE: { description: null }, 'fr-ca': { title: 'Café' } } })!.texts).toEqual({
      de: { title: 'Kaffee' },
      'fr-CA': { title: 'Café' },
    });
    expect(apply({ texts: { de: null } })!.texts).toEqual({});
    expect(apply({ texts: { de: { title: null, description: null } } })!.texts).toEqual({});
  });

  // Would see: an item that leaves its last market and is sold everywhere again.
  test('markets: what was never told is sold everywhere, and one that left its last market nowhere', () => {
    const at = apply({ markets: { at: { price: '07.9', stock: 3 } } })!;
    expect(at.markets).toEqual({ at: { price: '7.9', stock: 3 } });
    expect(apply({ markets: { at: { price: '7.90' } } }, at)).toBeUndefined();
    expect(apply({ markets: { at: { stock: null }, ch: {} } }, at)!.markets).toEqual({ at: { price: '7.9' }, ch: {} });
    expect(apply({ markets: { at: null } }, at)!.markets).toEqual({});
    expect(apply({ markets: null }, at)!.markets).toBeNull();
  });

  test.each<[string, Omit<ItemElement, 'item_id'>, string | null, string[]]>([
    ['all of them, the first the main one', { categories: ['A', 'B', 'A'] }, 'A', ['B']],
    ['the main one, the others stay', { category: 'A' }, 'A', ['Gifts']],
    ['the main one that was another', { category: 'Gifts' }, 'Gifts', []],
    ['both: the main one is as it says', { category: 'B', categories: ['A', 'B'] }, 'B', ['A']],
    ['no main one: the next takes its place', { category: null }, 'Gifts', []],
    ['none', { categories: null }, null, []],
  ])('categories: %s', (_, told, main, others) => {
    expect(apply(told)).toMatchObject({ category: main, moreCategories: others });
  });

  test('more than is kept of one item is told by field', () => {
    const names = Object.fromEntries(Array.from({ length: 100 }, (_, number) => [`a${number}`, 1]));
    expect(tooMuchOf({ ...stored, attributes: names })).toEqual([]);
    expect(tooMuchOf({ ...stored, attributes: { ...names, one: 1 } })).toMatchObject([{ field: '/attributes' }]);
  });
});

describe('applyCustomer', () => {
  const customer: StoredCustomer = {
    customerKey: 1,
    customerId: 'C1',
    attributes: { country: 'DE', size: 1 },
    profilingAllowed: true,
    registeredAt: null,
    updatedAt: null,
    toldAt: null,
  };

  test('attributes are told one by one, in any order of names', () => {
    expect(applyCustomer(customer, { customer_id: 'C1', attributes: { size: 1, country: 'DE' } })).toBeUndefined();
    const told = { customer_id: 'C1', attributes: { size: null, colour: 'red' } };
    expect(applyCustomer(customer, told)!.attributes).toEqual({ country: 'DE', colour: 'red' });
  });

  test('profiling is forbidden and allowed again', () => {
    const next = applyCustomer(customer, { customer_id: 'C1', profiling_allowed: false })!;
    expect(next.profilingAllowed).toBe(false);
    expect(applyCustomer(next, { customer_id: 'C1' })).toBeUndefined();
    expect(applyCustomer(next, { customer_id: 'C1', profiling_allowed: true })!.profilingAllowed).toBe(true);
  });
});
