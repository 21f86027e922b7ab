import type { ShopOrder, ShopRefund } from '../../../src/sample-shop/index.ts';

/** What customers kept of their orders, counted by hand; an order that came back whole is none. */
export function keptBaskets<Order extends Pick<ShopOrder, 'order_id' | 'lines'>>(
  orders: readonly Order[],
  refunds: Iterable<Pick<ShopRefund, 'order_id' | 'lines'>>,
): { order: Order; items: string[] }[] {
  const left = new Map(orders.map((order) => [order.order_id, new Map<string, number>()]));
  for (const { order_id, lines } of orders) {
    for (const { item_id, quantity } of lines) left.get(order_id)!.set(item_id, quantity);
  }
  for (const { order_id, lines } of refunds) {
    const order = left.get(order_id)!;
    if (!lines) order.clear();
    for (const { item_id, quantity } of lines ?? []) order.set(item_id, order.get(item_id)! - quantity);
  }
  return orders
    .map((order) => {
      const quantities = left.get(order.order_id)!;
      return { order, items: [...quantities.keys()].filter((item) => quantities.get(item)! > 0) };
    })
    .filter(({ items }) => items.length > 0);
}
