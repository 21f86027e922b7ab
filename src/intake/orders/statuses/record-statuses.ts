import type { Transaction } from '../../../db/index.ts';
import type { Entry } from '../../batch/batch.ts';
import type { OrderElement } from '../../request-elements.ts';
import type { Touches } from '../../touches/touches.ts';
import { lockOrders, type SoldOrder } from '../store.ts';
import { insertStatuses, restateOrders, type StatusRow } from './store.ts';

/**
 * Adds what orders tell of their history. One that was recorded without a status counts as placed and paid at its time; where
 * only later steps come after that, these two stay in its history.
 * @param fresh recorded just now; @param known recorded before, with this content
 * @returns those that told something new, and the orders recorded before of which it was told
 */
export async function recordStatuses(
  tx: Transaction,
  fresh: readonly Entry<OrderElement>[],
  known: readonly Entry<OrderElement>[],
  touches: Touches,
): Promise<{ news: Set<Entry<OrderElement>>; orderKeys: number[] }> {
  const telling = [...fresh, ...known].filter(({ element }) => element.statuses !== undefined);
  if (telling.length === 0) return { news: new Set(), orderKeys: [] };
  const orders = await lockOrders(tx, [...new Set(telling.map(({ id }) => id))]);
  const isFresh = new Set(fresh.map(({ id }) => id));
  const told = new Map<string, StatusRow>();
  for (const { id, element } of telling) for (const row of rowsOf(orders.get(id)!, element)) told.set(nameOf(row), row);
  const silent = [...orders].filter(([id, { status }]) => status === null && !isFresh.has(id));
  const steps = stepsByOrder([...told.values()]);
  const implied = silent.flatMap(([, order]) => impliedRows(order, steps.get(order.orderKey)));

  const added = await insertStatuses(tx, [...told.values(), ...implied]);
  if (added.length === 0) return { news: new Set(), orderKeys: [] };
  const freshKeys = new Set(fresh.map(({ id }) => orders.get(id)?.orderKey));
  const keysOf = (rows: readonly StatusRow[]) => [...new Set(rows.map(({ orderKey }) => orderKey))];
  const restate = async (rows: readonly StatusRow[]) =>
    rows.length === 0 ? [] : [...rows.map(({ at }) => at), ...(await restateOrders(tx, keysOf(rows)))];
  const [came, changed] = [true, false].map((isNew) =>
    added.filter(({ orderKey }) => freshKeys.has(orderKey) === isNew),
  );
  touches.addMoments('order', await restate(changed));
  touches.addFacts({ kind: 'order', facts: 'order', moments: await restate(came), keys: keysOf(came) });
  const names = new Set(added.map(nameOf));
  const news = telling.filter(({ id, element }) => {
    const rows = rowsOf(orders.get(id)!, element).map(nameOf);
    return rows.filter((name) => names.delete(name)).length > 0;
  });
  return { news: new Set(news), orderKeys: keysOf(changed) };
}

function rowsOf({ orderKey }: SoldOrder, { statuses = [] }: OrderElement): StatusRow[] {
  return statuses.map(({ status, occurred_at }) => ({ orderKey, status, at: Date.parse(occurred_at) }));
}

function stepsByOrder(told: readonly StatusRow[]): Map<number, Set<string>> {
  const steps = new Map<number, Set<string>>();
  for (const { orderKey, status } of told) steps.set(orderKey, (steps.get(orderKey) ?? new Set()).add(status));
  return steps;
}

/** Of an order recorded without a status: placed and paid at its time, unless that is told now. */
export function impliedRows(
  { orderKey, at }: Pick<SoldOrder, 'orderKey' | 'at'>,
  told: ReadonlySet<string> = new Set(),
): StatusRow[] {
  const steps = ['placed', 'paid'] as const;
  return steps.filter((step) => !told.has(step)).map((status) => ({ orderKey, status, at }));
}

function nameOf({ orderKey, status, at }: StatusRow): string {
  return `${orderKey} ${status} ${at}`;
}
