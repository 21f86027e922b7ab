import { expect, test } from '@jest/globals';
import { resolveMapping } from '../../../src/intake/imports/mapping/mapping.ts';
import { createLinePreparer } from '../../../src/intake/imports/order-lines/prepare-line.ts';

const context = { now: new Date('2026-07-01T12:00:00Z'), currency: 'USD', minorDigits: 2 };
const journey = createLinePreparer(resolveMapping({ preset: 'complete-journey' }), 'UTC', context);
const fields = { order_id: 'B1', item_id: 'P1', occurred_at: '2017-01-28 19:06:53', customer_id: 'H1' };
const prepare = (quantity: string, line_amount: string, more: object = {}) =>
  journey({ number: 1, latin1: [], fields: { ...fields, quantity, line_amount, ...more } });

test('a file that tells the amount of a line keeps it to the cent, and its unit price to six places', () => {
  expect(prepare('3.0', '1.00').line).toMatchObject({ quantity: 3, unitPrice: '0.333333', amountMinor: 100 });
  // By the rounded price it would be 3000.03.
  expect(prepare('147690', '3000.00').line).toMatchObject({ unitPrice: '0.020313', amountMinor: 300_000 });
  expect(prepare('2', '1.00', { unit_price: '0.60' }).line).toMatchObject({ unitPrice: '0.60', amountMinor: 120 });
});

test.each([
  ['0.0', '1.40', 'quantity_zero'],
  ['1.0', '-2.00', 'price_negative'],
  ['1.0', '', 'unreadable'],
  ['', '1.00', 'unreadable'],
])('quantity %j and amount %j are refused as %s', (quantity, amount, rule) => {
  expect(prepare(quantity, amount).refused).toContain(rule);
});

test('other files need their unit price as before', () => {
  const plain = createLinePreparer(resolveMapping({}), 'UTC', context);
  const row = { number: 1, latin1: [], fields: { ...fields, quantity: '1', line_amount: '2.00' } };
  expect(plain(row).refused).toEqual(['unreadable']);
});
