import type { Transaction } from '../../../db/index.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Changes, RecordContext } from '../../batch/recorded.ts';
import type { OrderElement } from '../../request-elements.ts';
import { type HashedOrder, type Named, toRows, updatedAtOf } from '../order-rows.ts';
import { type OrderHead, selectOrderHeads } from '../store.ts';
import { outdated } from './notes.ts';
import { replaceOrders } from './replace-orders.ts';
import * as store from './store.ts';

/** An order that is known, with what takes its place. */
interface Edit extends HashedOrder {
  known: OrderHead;
}

/**
 * Lets orders take the place of what is known of them, where their `updated_at` is the newer one once they are held: of two at
 * once the newer wins whole. Those of the same time stay undecided.
 * @param orders each of another id; @param named what they name
 */
export async function editOrders(
  tx: Transaction,
  batch: Batch<OrderElement>,
  { orders, named }: { orders: readonly HashedOrder[]; named: Named },
  context: RecordContext,
  changes: Changes,
): Promise<void> {
  if (orders.length === 0) return;
  const edits = await decideEdits(tx, batch, orders);
  const replacements = edits.map((edit) => {
    const { statuses } = edit.entry.element;
    const told = statuses?.map(({ status, occurred_at }) => ({ status, at: Date.parse(occurred_at) }));
    return { known: edit.known, ...toRows(edit, named, context), statuses: told };
  });
  const notes = await replaceOrders(tx, replacements, context.minorDigits, changes);
  for (const { entry, known } of edits) batch.accept(entry, notes.get(known.orderKey));
}

/** @returns those that take the place of what is known */
async function decideEdits(
  tx: Transaction,
  batch: Batch<OrderElement>,
  orders: readonly HashedOrder[],
): Promise<Edit[]> {
  const heads = await selectOrderHeads(
    tx,
    orders.map(({ entry }) => entry.id),
    true,
  );
  const newer: Edit[] = [];
  for (const order of orders) {
    const known = heads.get(order.entry.id)!;
    const [at, knownAt] = [updatedAtOf(order.entry)!, known.updatedAt ?? Number.NEGATIVE_INFINITY];
    if (at < knownAt) batch.merge(order.entry, [outdated(knownAt)]);
    else if (at > knownAt) newer.push({ ...order, known });
  }
  const statuses = await store.selectStatuses(
    tx,
    newer.map(({ known }) => known.orderKey),
  );
  const same = newer.filter((edit) => isSame(edit, statuses.get(edit.known.orderKey)));
  await store.setUpdatedAt(tx, new Map(same.map(({ entry, known }) => [known.orderKey, updatedAtOf(entry)!])));
  for (const { entry } of same) batch.merge(entry);
  return newer.filter((edit) => !same.includes(edit));
}

function isSame({ entry, contentHash, known }: Edit, statuses: ReadonlySet<string> = new Set()): boolean {
  if (!contentHash.equals(known.contentHash)) return false;
  const told = entry.element.statuses;
  if (told === undefined) return true;
  const written = new Set(told.map(({ status, occurred_at }) => `${status} ${Date.parse(occurred_at)}`));
  return written.size === statuses.size && [...written].every((one) => statuses.has(one));
}
