import { describe, expect, test } from '@jest/globals';
import { resolveMapping } from '../../../src/intake/imports/mapping/mapping.ts';
import { createLinePreparer } from '../../../src/intake/imports/order-lines/prepare-line.ts';
import { orderContentHash } from '../../../src/intake/orders/order-content.ts';

const context = { now: new Date('2026-07-01T12:00:00Z'), currency: 'GBP', minorDigits: 2 };
const retail = createLinePreparer(resolveMapping({ preset: 'online-retail' }), 'UTC', context);
const plain = createLinePreparer(resolveMapping({}), 'UTC', context);
const row = (fields: object) => ({
  number: 1,
  latin1: [],
  fields: {
    order_id: '536365',
    item_id: '85123A',
    title: 'HEART',
    quantity: '6',
    occurred_at: '2010-12-01 08:26:00',
    unit_price: '2.55',
    customer_id: '17850',
    country: 'United Kingdom',
    ...fields,
  },
});

describe('the preset of Online Retail', () => {
  test('a sale', () => {
    expect(retail(row({}))).toMatchObject({
      refused: [],
      counted: [],
      corrections: [],
      filled: 7,
      line: {
        role: 'sale',
        quantity: 6,
        unitPrice: '2.55',
        amountMinor: 1530,
        occurredAt: Date.UTC(2010, 11, 1, 8, 26),
        isProduct: true,
      },
    });
  });

  test('a cancellation has its sign turned, and the change is noted', () => {
    expect(retail(row({ order_id: 'C536379', quantity: '-6' }))).toMatchObject({
      refused: [],
      counted: ['negative_quantity', 'cancellation'],
      corrections: [{ field: 'quantity', rule: 'cancellation', before: '-6', after: '6' }],
      line: { role: 'cancellation', quantity: 6, amountMinor: 1530 },
    });
  });

  test('an adjustment is refused as one, whatever else is wrong with it', () => {
    expect(retail(row({ order_id: 'A563186', unit_price: '-11062.06' })).refused).toEqual([
      'adjustment',
      'price_negative',
    ]);
  });

  test.each([
    ['85123A', true],
    ['POST', false],
    ['C2', false],
    ['gift_0001_20', false],
    ['DCGS0003', true],
  ])('%s is a product: %s', (item_id, isProduct) => {
    expect(retail(row({ item_id })).line!.isProduct).toBe(isProduct);
  });
});

test('without a mapping a quantity below zero is presumed to be a return, for a sale to explain; and there is no service', () => {
  expect(plain(row({ order_id: 'C1', quantity: '-6', item_id: 'POST' }))).toMatchObject({
    refused: [],
    counted: ['negative_quantity'],
    line: { role: 'cancellation', isPresumed: true, quantity: 6, isProduct: true },
  });
});

test('changes of a cell that names a person are noted without what was in it', () => {
  expect(plain(row({ customer_id: ' 17850 ', title: ' HEART' })).corrections).toEqual([
    { field: 'title', rule: 'trimmed', before: ' HEART', after: 'HEART' },
    { field: 'customer_id', rule: 'trimmed', before: null, after: null },
  ]);
});

test('what cannot be stored is unreadable, and its raw row can be kept', () => {
  const prepared = plain(row({ title: 'a\0b', item_id: 'x'.repeat(129) }));
  expect(prepared.refused).toEqual(['unreadable']);
  expect(prepared.raw).toContain('a␀b');
});

test('a price with more than six places is rounded, and noted', () => {
  expect(plain(row({ unit_price: '2.1000000000000001' }))).toMatchObject({
    refused: [],
    corrections: [{ field: 'unit_price', rule: 'rounded', before: '2.1000000000000001', after: '2.100000' }],
  });
});

describe('an order is the same order', () => {
  const line = { itemId: 'A', quantity: 2, unitPrice: '1.5', listPrice: null, couponCode: null, listId: null };
  const order = {
    orderId: 'O1',
    customerId: 'C1',
    visitorId: null,
    occurredAt: new Date(0),
    terms: { channel: null, store: null, shippingMinor: null, taxMinor: null, paymentFeeMinor: null, feesMinor: null },
    lines: [line, { ...line, itemId: 'B' }],
  };
  const hash = (more: object) => orderContentHash({ ...order, ...more }).toString('hex');

  test('however its numbers are written and its lines are sorted', () => {
    expect(hash({ lines: [{ ...line, itemId: 'B', unitPrice: '001.500' }, line] })).toBe(hash({}));
  });

  test('but not with another id, person, moment or line', () => {
    const others = [
      { orderId: 'O2' },
      { customerId: null },
      { visitorId: 'V1' },
      { occurredAt: new Date(1) },
      { lines: [line] },
      { lines: [line, { ...line, itemId: 'B', quantity: 3 }] },
      { lines: [line, { ...line, itemId: 'B', couponCode: 'X' }] },
      { terms: { ...order.terms, channel: 'web' } },
      { terms: { ...order.terms, shippingMinor: 0 } },
      { terms: { ...order.terms, taxMinor: 0 } },
    ];
    expect(new Set([...others, {}].map(hash)).size).toBe(others.length + 1);
  });
});

describe('mappings', () => {
  test('columns lie over a mapping, which lies over the preset', () => {
    const mapping = resolveMapping({
      preset: 'online-retail',
      mapping: { columns: { title: 'Name', country: 'Land' }, time_format: 'M/D/YYYY H:mm' },
      columns: { country: 'Country' },
    });
    expect(mapping.columns).toMatchObject({ order_id: 'InvoiceNo', title: 'Name', country: 'Country' });
    expect(mapping).toMatchObject({ time_format: 'M/D/YYYY H:mm', cancellations: { order_prefix: 'C' } });
  });

  test.each([
    [{ mapping: { time_format: 'HH:mm' } }, 'mapping.time_format'],
    [{ mapping: { services: { item_pattern: '(' } } }, 'mapping.services.item_pattern is not a regular expression'],
    [{ mapping: { cancelations: 1 } }, 'cancelations'],
    [{ mapping: { cancellations: 'sometimes' } }, 'mapping.cancellations'],
    [{ preset: 'constructor' }, 'preset must be one of online-retail'],
  ])('a fault is named: %j', (given, message) => {
    expect(() => resolveMapping(given)).toThrow(message);
  });
});
