import type { Queryable } from '../../../db/index.ts';
import { type PurchaseRow, selectOrderSums, selectOrdersWithItems, selectPurchases } from './store.ts';

/** Money in minor units, net of what refunds gave back until they are looked at. */
export interface PurchaseSums {
  /** that did not come back whole */
  orders: number;
  revenueMinor: number;
  /** part of the revenue that is of items whose cost is known */
  costedMinor: number;
  /** of that part: revenue less what its items cost now */
  marginMinor: number;
}

/** A customer, or a visitor who is nobody by name, and a time, its end not in it. */
export interface PurchaseWindow {
  customerKey: number | null;
  /** absent or null: it is of a customer */
  visitorKey?: number | null;
  from: Date;
  until: Date;
}

const nothing: PurchaseSums = { orders: 0, revenueMinor: 0, costedMinor: 0, marginMinor: 0 };

/**
 * What each window's customer bought in it, in the order of the windows; orders of a visitor alone are of who that was then.
 * With `knownAt` only refunds before it count, so that what a window says does not hang on what came later.
 */
export async function sumPurchases(
  db: Queryable,
  windows: readonly (PurchaseWindow & { knownAt?: Date })[],
  minorDigits: number,
): Promise<PurchaseSums[]> {
  const rows = await selectPurchases(db, 10 ** minorDigits, {
    customerKeys: windows.map(({ customerKey }) => customerKey),
    visitorKeys: windows.map(({ visitorKey = null }) => visitorKey),
    from: windows.map(({ from }) => from),
    until: windows.map(({ until }) => until),
    knownAt: windows.map(({ knownAt }) => knownAt ?? 'infinity'),
  });
  return place(rows, windows.length);
}

/** The same of orders by their ids; undefined: no such order was recorded. */
export async function sumOrders(
  db: Queryable,
  orderIds: readonly string[],
  minorDigits: number,
): Promise<(PurchaseSums | undefined)[]> {
  const rows = await selectOrderSums(db, 10 ** minorDigits, orderIds);
  const known = new Set(rows.map((row) => row.place));
  return place(rows, orderIds.length).map((order, index) => (known.has(index + 1) ? order : undefined));
}

/** For each window the orders of its customer that hold an item of its scope; scopes are places in `scopes`, items by their ids. */
export async function findOrdersWithItems(
  db: Queryable,
  windows: readonly (PurchaseWindow & { customerKey: number; scope: number })[],
  scopes: readonly (readonly string[])[],
): Promise<string[][]> {
  const rows = await selectOrdersWithItems(
    db,
    {
      customerKeys: windows.map(({ customerKey }) => customerKey),
      from: windows.map(({ from }) => from),
      until: windows.map(({ until }) => until),
      scopes: windows.map(({ scope }) => scope),
    },
    { scopes: scopes.flatMap((items, scope) => items.map(() => scope)), itemIds: scopes.flat() },
  );
  const found: string[][] = windows.map(() => []);
  for (const { place: at, order_id } of rows) found[at - 1].push(order_id);
  return found;
}

function place(rows: readonly PurchaseRow[], length: number): PurchaseSums[] {
  const placed: PurchaseSums[] = Array.from({ length }, () => nothing);
  for (const { place: at, orders, revenue, costed, margin } of rows) {
    placed[at - 1] = { orders, revenueMinor: revenue, costedMinor: costed, marginMinor: margin };
  }
  return placed;
}
