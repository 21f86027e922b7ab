import type { Transaction } from '../../../db/index.ts';
import type { Changes } from '../../batch/recorded.ts';
import type { Withdrawn } from '../../files/understanding/orders/assemble-order.ts';
import { setUpdatedAt } from '../../orders/edits/store.ts';
import { impliedRows } from '../../orders/statuses/record-statuses.ts';
import { insertStatuses, restateOrders } from '../../orders/statuses/store.ts';
import { lockOrders, selectBuyers, selectOrderHeads } from '../../orders/store.ts';
import { createTimeReader } from '../reading/time.ts';

/** Times in epoch milliseconds. */
interface Cancelled {
  at: number;
  updatedAt: number | undefined;
}

const pageSize = 1_000;

/**
 * Orders that a file calls cancelled are not taken in; those that are known as sales become cancelled, unless something later is
 * known of them. @returns how many
 */
export async function cancelKnownOrders(
  tx: Transaction,
  withdrawn: AsyncIterable<Withdrawn>,
  { timeZone, now }: { timeZone: string; now: Date },
  changes: Changes,
): Promise<number> {
  const readTime = createTimeReader(timeZone, 'iso');
  const instantOf = (text: string | undefined) => (text === undefined ? undefined : readTime(text)?.instant);
  let cancelled = 0;
  let page = new Map<string, Cancelled>();
  for await (const { orderId, at: told, updatedAt } of withdrawn) {
    const at = instantOf(told);
    if (at === undefined || at > now.getTime()) continue;
    page.set(orderId, { at, updatedAt: instantOf(updatedAt) });
    if (page.size < pageSize) continue;
    cancelled += await cancelPage(tx, page, changes);
    page = new Map();
  }
  return cancelled + (await cancelPage(tx, page, changes));
}

async function cancelPage(tx: Transaction, page: ReadonlyMap<string, Cancelled>, changes: Changes): Promise<number> {
  const ids = [...page.keys()];
  const orders = await lockOrders(tx, ids);
  const heads = await selectOrderHeads(tx, ids);
  const open = [...orders].flatMap(([id, order]) => {
    const told = page.get(id)!;
    const known = heads.get(id)?.updatedAt ?? undefined;
    const isLater = told.updatedAt === undefined || known === undefined || told.updatedAt >= known;
    return order.status !== 'cancelled' && isLater ? [{ ...order, told }] : [];
  });
  if (open.length === 0) return 0;
  const keys = open.map(({ orderKey }) => orderKey);
  await insertStatuses(
    tx,
    open.flatMap((order) => [
      ...(order.status === null ? impliedRows(order) : []),
      { orderKey: order.orderKey, status: 'cancelled' as const, at: Math.max(order.told.at, order.at) },
    ]),
  );
  await setUpdatedAt(
    tx,
    new Map(
      open.flatMap(({ orderKey, told: { updatedAt } }) => (updatedAt === undefined ? [] : [[orderKey, updatedAt]])),
    ),
  );
  changes.touches.addMoments('order', await restateOrders(tx, keys));
  changes.customerKeys.push(...(await selectBuyers(tx, keys)));
  return keys.length;
}
