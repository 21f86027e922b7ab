import { expect, test } from '@jest/globals';
import { nextOrder } from '../../../src/console/kit/table/next-order.ts';

/** What three presses after each other ask for. */
function presses(column: Parameters<typeof nextOrder>[0]): string[] {
  const orders: string[] = [];
  for (let count = 0; count < 3; count++) orders.push(nextOrder(column, orders.at(-1) ?? ''));
  return orders;
}

// Would see: days of supply that begin with what lasts for ever, names that begin with Z.
test('the first press puts first what is looked for, the second turns it, the third takes it away', () => {
  expect(presses({ key: 'name' })).toEqual(['name', '-name', '']);
  expect(presses({ key: 'sales', align: 'end' })).toEqual(['-sales', 'sales', '']);
  expect(presses({ key: 'days', align: 'end', first: 'least' })).toEqual(['days', '-days', '']);
  expect(presses({ key: 'name', first: 'most' })).toEqual(['-name', 'name', '']);
  // By another column it was sorted before.
  expect(nextOrder({ key: 'days', first: 'least' }, '-name')).toBe('days');
});
