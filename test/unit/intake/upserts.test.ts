import { describe, expect, test } from '@jest/globals';
import { applyItem, type StoredItem } from '../../../src/intake/catalogue/apply-item.ts';
import { applyCustomer, type StoredCustomer } from '../../../src/intake/people/apply-customer.ts';

const stored: StoredItem = {
  itemKey: 1,
  itemId: 'I1',
  title: 'Coffee',
  category: 'Food > Coffee',
  brand: null,
  price: '7.5',
  listPrice: null,
  cost: null,
  stock: 3,
  hidden: false,
  availableFrom: null,
  availableUntil: null,
  attributes: { roast: 'dark' },
  provisional: false,
  isProduct: true,
  isProductBy: null,
  updatedAt: Date.parse('2026-03-01T00:00:00Z'),
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

describe('applyCustomer', () => {
  const customer: StoredCustomer = {
    customerKey: 1,
    customerId: 'C1',
    attributes: { country: 'DE', size: 1 },
    profilingAllowed: true,
    registeredAt: null,
    updatedAt: null,
  };

  test('attributes are told whole, in any order of names', () => {
    expect(applyCustomer(customer, { customer_id: 'C1', attributes: { size: 1, country: 'DE' } })).toBeUndefined();
    expect(applyCustomer(customer, { customer_id: 'C1', attributes: { size: 1 } })!.attributes).toEqual({ size: 1 });
  });

  test('profiling is forbidden and allowed again', () => {
    const next = applyCustomer(customer, { customer_id: 'C1', profiling_allowed: false })!;
    expect(next.profilingAllowed).toBe(false);
    expect(applyCustomer(next, { customer_id: 'C1' })).toBeUndefined();
    expect(applyCustomer(next, { customer_id: 'C1', profiling_allowed: true })!.profilingAllowed).toBe(true);
  });
});
