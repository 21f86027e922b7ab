import { tasteEventTypes } from '../../../src/intake/index.ts';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import type { Snapshot } from '../../../src/training/snapshot/snapshot.ts';
import { makeSnapshot, type SaleLine, type SeenItem } from '../shops/training-snapshot.ts';

export interface SampleSnapshot {
  snapshot: Snapshot;
  /** by customer index; those who may be profiled */
  customerIds: readonly string[];
  /** by item index */
  itemIds: readonly string[];
}

/** A sample shop as the trainer reads it from the database, without one. */
export function snapshotOf(shop: SampleShop, asOf: number): SampleSnapshot {
  const customerIds = [...shop.customers()].filter((one) => one.profiling_allowed).map((one) => one.customer_id);
  const itemIds = shop.items.map(({ item_id }) => item_id);
  const [customers, items] = [customerIds, itemIds].map((ids) => new Map(ids.map((id, index) => [id, index])));
  const refunded = new Map<string, number>();
  for (const { order_id, lines } of shop.refunds()) {
    for (const { item_id, quantity } of lines ?? [{ item_id: '', quantity: Infinity }]) {
      refunded.set(`${order_id} ${item_id}`, quantity);
    }
  }
  const lines = [...shop.orders()].flatMap(({ order_id, customer_id, occurred_at, lines: ordered }, order) =>
    ordered.map(({ item_id, quantity, unit_price, list_price }): SaleLine => {
      const back = refunded.get(`${order_id} `) ?? refunded.get(`${order_id} ${item_id}`) ?? 0;
      return {
        customer: customers.get(customer_id ?? ''),
        item: items.get(item_id)!,
        order,
        time: Date.parse(occurred_at),
        quantity,
        unitPrice: Number(unit_price),
        listPrice: Number(list_price),
        refundedMinor: Math.round(Math.min(back, quantity) * Number(unit_price) * 100),
      };
    }),
  );
  const events = [...shop.events()].flatMap(({ type, customer_id, item_id, occurred_at }): SeenItem[] => {
    const place = (tasteEventTypes as readonly string[]).indexOf(type);
    const [customer, item] = [customers.get(customer_id ?? ''), items.get(item_id ?? '')];
    if (place < 0 || customer === undefined || item === undefined) return [];
    return [{ customer, item, type: place, time: Date.parse(occurred_at) }];
  });
  const snapshot = makeSnapshot({
    asOf,
    customers: customerIds.length,
    items: itemIds.map(() => true),
    categories: shop.items.map(({ category }) => category),
    brands: shop.items.map(({ brand }) => brand ?? null),
    lines,
    events,
  });
  return { snapshot, customerIds, itemIds };
}
