import type { Database } from '../../db/index.ts';
import { sumOrders } from '../../intake/index.ts';
import type { Attributed } from './campaign-report.ts';

/** @param ordersOf for each redemption the ids of its orders */
export async function attributeOrders(
  db: Database,
  ordersOf: readonly (readonly string[])[],
  minorDigits: number,
): Promise<Attributed> {
  const orderIds = [...new Set(ordersOf.flat())];
  const orders = await sumOrders(db, orderIds, minorDigits);
  const recorded = new Set(orderIds.filter((_, index) => orders[index] !== undefined));
  const sum = (figure: 'orders' | 'revenueMinor' | 'costedMinor' | 'marginMinor') =>
    orders.reduce((total, order) => total + (order?.[figure] ?? 0), 0);
  return {
    orders: sum('orders'),
    withoutOrder: ordersOf.filter((ids) => !ids.some((id) => recorded.has(id))).length,
    revenueMinor: sum('revenueMinor'),
    marginMinor: sum('costedMinor') > 0 ? sum('marginMinor') : null,
  };
}
