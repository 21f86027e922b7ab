import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OrderElement, RefundElement } from '../../../../src/intake/request-elements.ts';
import { createTestImports, type TestImports } from '../../../support/shops/imports.ts';
import { readColumn, testNow } from '../../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
beforeEach(() => shop.clear());
afterAll(() => shop.drop());

const order: OrderElement = {
  ...{ order_id: 'O1', customer_id: 'C1', occurred_at: '2026-06-01T10:00:00Z' },
  lines: [{ item_id: 'A', quantity: 5, unit_price: '3.00' }],
};
const refund = (reason?: string): RefundElement => ({
  ...{ refund_id: 'R1', order_id: 'O1', occurred_at: '2026-06-02T10:00:00Z', lines: [{ item_id: 'A', quantity: 1 }] },
  ...(reason !== undefined && { reason }),
});
const send = async (one: RefundElement) => (await shop.recording.recordRefunds([one])).verdicts[0].status;
const reasons = () => readColumn(shop.database, 'select reason from refunds order by refund_id');

// Would see: a refund of before that is a conflict when it is sent again, and one whose reason changes taken for the same.
test('a refund is told why; sent again it is the same, and with another reason a conflict', async () => {
  await shop.recording.recordOrders([order]);
  expect(await send(refund('damaged'))).toBe('accepted');
  expect(await send(refund('damaged'))).toBe('merged');
  expect([await send(refund('late')), await send(refund())]).toEqual(['quarantined', 'quarantined']);
  expect(await send({ ...refund(), refund_id: 'R2' })).toBe('accepted');
  expect(await send({ ...refund(), refund_id: 'R2' })).toBe('merged');
  expect(await reasons()).toEqual(['damaged', null]);
});

test('of a file the first row of a return that tells a reason does; what is no code refuses its row', async () => {
  const header = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id,refund_reason\n';
  const row = (order_id: string, item: string, quantity: number, day: string, reason: string) =>
    `${order_id},${item},${quantity},2026-06-${day}T10:00:00Z,3.00,C1,${reason}\n`;
  const sold = ['A', 'B', 'C', 'D'].map((item) => row('O1', item, 2, '01', '')).join('');
  const back = [row('C1', 'A', -1, '05', ''), row('C1', 'B', -1, '05', 'Damaged'), row('C1', 'C', -1, '05', 'late')];
  const told = `${header}${sold}${back.join('')}${row('C2', 'D', -1, '06', 'it broke')}`;
  const { report } = await shop.take(told, { force: true, mapping: { cancellations: 'negative-quantity' } });
  expect(report.rows).toEqual({ in: 8, facts: 7, quarantined: 1, merged: 0 });
  expect(report.unreadable).toMatchObject([{ field: 'refund_reason', expected: expect.stringContaining('a code') }]);
  expect(await reasons()).toEqual(['damaged']);
});
