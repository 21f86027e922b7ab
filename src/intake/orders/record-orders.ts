import type { Transaction } from '../../db/index.ts';
import { type Batch, cleanBatch, type Entry, openBatch } from '../batch/batch.ts';
import type { Changes, RecordContext, Recorded } from '../batch/recorded.ts';
import { checkOrder } from '../cleaning/check-facts.ts';
import type { Fault } from '../cleaning/rules.ts';
import { findErasures } from '../erasure/erasures.ts';
import { lateFault, refuseLateFacts } from '../erasure/late-facts.ts';
import { holdOffErasure } from '../erasure/store.ts';
import { followPeople } from '../people/identity.ts';
import type { OrderElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { editOrders } from './edits/edit-orders.ts';
import { outdated } from './edits/notes.ts';
import { type HashedOrder, hashOrder, type Named, nameAll, toRows, updatedAtOf } from './order-rows.ts';
import { recordStatuses } from './statuses/record-statuses.ts';
import {
  insertOrderLines,
  insertOrders,
  type OrderHead,
  selectBuyers,
  selectNextOrderTimes,
  selectOrderHeads,
} from './store.ts';

/**
 * Records orders. The same id with the same content is merged, or adds statuses that are not known yet; with a newer `updated_at`
 * it takes the place of what is known; with an older one it is ignored; with another content else it is a conflict.
 */
export async function recordOrders(
  tx: Transaction,
  elements: readonly OrderElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('order', elements, (element) => element.order_id);
  cleanBatch(batch, (element) => checkOrder(element, context));
  // What an edit keeps of somebody goes with them.
  if (batch.undecided().some(({ element }) => element.updated_at !== undefined)) await holdOffErasure(tx);
  await refuseLateFacts(
    tx,
    batch,
    ({ occurred_at }) => Date.parse(occurred_at),
    (ids) => selectOrderHeads(tx, ids),
  );
  const since = new Map<number, number>();
  const changes: OrderChanges = { itemKeys: [], customerKeys: [], since, touches: new Touches() };
  for (const turn of turnsOf(batch.undecided())) await recordTurn(tx, batch, turn, context, changes);
  const { itemKeys, customerKeys, touches } = changes;
  const added = [...since.keys()];
  // Whose orders were changed may have bought otherwise from the beginning.
  for (const key of customerKeys) since.delete(key);
  return {
    verdicts: await batch.close(tx, context.importId),
    itemKeys: [...new Set(itemKeys)],
    customerKeys: [...new Set([...customerKeys, ...added])],
    since,
    touches,
  };
}

/** What changes of orders that are known have changed; who has bought something more has `since`. */
interface OrderChanges extends Changes {
  since: Map<number, number>;
}

/** Edits of one order are judged one after the other; all else at once. */
function turnsOf(entries: readonly Entry<OrderElement>[]): Entry<OrderElement>[][] {
  const edited = new Set(entries.filter(({ element }) => element.updated_at !== undefined).map(({ id }) => id));
  const turns: Entry<OrderElement>[][] = [];
  const times = new Map<string, number>();
  for (const entry of entries) {
    const turn = times.get(entry.id) ?? 0;
    if (edited.has(entry.id)) times.set(entry.id, turn + 1);
    turns[turn] = [...(turns[turn] ?? []), entry];
  }
  return turns;
}

async function recordTurn(
  tx: Transaction,
  batch: Batch<OrderElement>,
  turn: readonly Entry<OrderElement>[],
  context: RecordContext,
  changes: OrderChanges,
): Promise<void> {
  const known = await selectOrderHeads(tx, [...new Set(turn.map(({ id }) => id))]);
  for (const entry of turn) {
    const { updatedAt = null } = known.get(entry.id) ?? {};
    const isOlder = updatedAt !== null && (updatedAtOf(entry) ?? updatedAt) < updatedAt;
    if (isOlder) batch.merge(entry, [outdated(updatedAt)]);
  }
  const open = new Set(batch.undecided());
  const sound = turn.filter((entry) => open.has(entry)).map((entry) => hashOrder(entry, context.minorDigits));
  const fresh = firstOfEach(sound, known);
  const newer = await withoutErased(
    tx,
    batch,
    sound.filter(({ entry }) => isNewer(entry, known.get(entry.id))),
    known,
  );
  const named = await nameAll(tx, [...fresh, ...newer]);
  changes.itemKeys.push(...named.items.changed);
  changes.touches.addItems(named.items.regrouped);
  const stored = await storeOrders(tx, fresh, named, context, changes);
  for (const { entry } of stored) batch.accept(entry);
  // Another writer may have been quicker with the rest.
  const overtaken = fresh.filter((order) => !stored.includes(order) && updatedAtOf(order.entry) !== null);
  await editOrders(tx, batch, { orders: [...newer, ...overtaken], named }, context, changes);
  await settleKnown(tx, batch, { sound, stored }, changes);
}

function isNewer(entry: Entry<OrderElement>, known: OrderHead | undefined): boolean {
  const updatedAt = updatedAtOf(entry);
  return known !== undefined && updatedAt !== null && (known.updatedAt === null || updatedAt > known.updatedAt);
}

/** Whoever was erased is not named again by a change of what is left of their orders. */
async function withoutErased(
  tx: Transaction,
  batch: Batch<OrderElement>,
  newer: readonly HashedOrder[],
  known: ReadonlyMap<string, OrderHead>,
): Promise<HashedOrder[]> {
  if (newer.length === 0) return [];
  const erasures = await findErasures(
    tx,
    newer.map(({ entry }) => entry.element),
  );
  return newer.filter(({ entry, contentHash }) => {
    if (!erasures.isLate(entry.element, Date.parse(entry.element.occurred_at))) return true;
    if (contentHash.equals(known.get(entry.id)!.contentHash)) batch.merge(entry);
    else batch.refuse(entry, [lateFault(entry)]);
    return false;
  });
}

/** Those that are known with their content may tell of their history; the others are conflicts. */
async function settleKnown(
  tx: Transaction,
  batch: Batch<OrderElement>,
  { sound, stored }: { sound: readonly HashedOrder[]; stored: readonly HashedOrder[] },
  changes: Changes,
): Promise<void> {
  const undecided = new Set(batch.undecided());
  const open = sound.filter(({ entry }) => undecided.has(entry));
  const known = await selectOrderHeads(tx, [...new Set(open.map(({ entry }) => entry.id))]);
  const isSame = ({ entry, contentHash }: HashedOrder) => known.get(entry.id)!.contentHash.equals(contentHash);
  const same = open.filter(isSame).map(({ entry }) => entry);
  const { news, orderKeys } = await recordStatuses(
    tx,
    stored.map(({ entry }) => entry),
    same,
    changes.touches,
  );
  for (const entry of same) {
    if (news.has(entry)) batch.accept(entry);
    else batch.merge(entry);
  }
  for (const order of open) if (!isSame(order)) batch.refuse(order.entry, [conflict]);
  // A purchase that is cancelled is none any more.
  if (orderKeys.length > 0) changes.customerKeys.push(...(await selectBuyers(tx, orderKeys)));
}

const conflict: Fault = { rule: 'order_conflict', field: '/order_id', message: 'is known with another content' };

function firstOfEach(orders: readonly HashedOrder[], known: ReadonlyMap<string, unknown>): HashedOrder[] {
  const seen = new Set(known.keys());
  return orders.filter(({ entry }) => !seen.has(entry.id) && seen.add(entry.id));
}

/** Stores orders with their lines; those that another writer stored meanwhile are not among the stored. */
async function storeOrders(
  tx: Transaction,
  fresh: readonly HashedOrder[],
  named: Named,
  context: RecordContext,
  { since, touches }: OrderChanges,
): Promise<HashedOrder[]> {
  if (fresh.length === 0) return [];
  const rows = fresh.map((order) => ({ order, ...toRows(order, named, context) }));
  const orderKeys = await insertOrders(
    tx,
    rows.map(({ row }) => row),
  );
  const stored = rows.filter(({ row }) => orderKeys.has(row.orderId));
  const people = stored.map(({ row }) => row);
  await insertOrderLines(
    tx,
    stored.flatMap(({ row, lines }) => lines.map((line) => ({ ...line, orderKey: orderKeys.get(row.orderId)! }))),
  );
  for (const [key, at] of await followPeople(tx, people)) since.set(key, Math.min(at, since.get(key) ?? at));
  // Whether the next orders are repeated ones, and after how long, has changed with these.
  const moments = [...people.map(({ at }) => at), ...(await selectNextOrderTimes(tx, people))];
  touches.addFacts({ kind: 'order', facts: 'order', moments, keys: orderKeys.values() });
  return stored.map(({ order }) => order);
}
