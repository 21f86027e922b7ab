import type { Transaction } from '../../../db/index.ts';
import type { Batch } from '../../batch/batch.ts';
import type { Changes, RecordContext } from '../../batch/recorded.ts';
import type { Fault } from '../../cleaning/rules.ts';
import { relinkVisitors } from '../../people/identity.ts';
import type { OrderElement } from '../../request-elements.ts';
import { type HashedOrder, type Named, toRows, updatedAtOf } from '../order-rows.ts';
import { insertStatuses, restateOrders } from '../statuses/store.ts';
import {
  insertOrderLines,
  insertRefundLinks,
  type OrderHead,
  selectBuyers,
  selectLeftCharges,
  selectLeftLines,
  selectOrderHeads,
} from '../store.ts';
import { outdated, overdrawn, withoutCoupon, withoutLine } from './notes.ts';
import { type Remainder, relinkRefunds } from './relink-refunds.ts';
import * as store from './store.ts';

/** An order that is known, with what takes its place. */
interface Edit extends HashedOrder {
  known: OrderHead;
}

/**
 * Lets orders take the place of what is known of them, where their `updated_at` is the newer one once they are held: of two at
 * once the newer wins whole. The lines are written anew; what was given back is given back of them anew.
 * Those of the same time stay undecided.
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
  if (edits.length === 0) return;
  const keys = edits.map(({ known }) => known.orderKey);
  const before = await selectTouched(tx, keys);
  await store.keepVersions(tx, keys);
  const notes = await replaceContent(tx, edits, named, context);
  await replaceStatuses(tx, edits);
  const affected = await followChangedPeople(tx, edits, named);
  const after = await selectTouched(tx, keys);
  changes.touches.addMoments('order', [...before.orders, ...after.orders]);
  changes.touches.addMoments('refund', before.refunds);
  changes.customerKeys.push(...before.buyers, ...after.buyers, ...affected);
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

/** What of figures and customers hangs on orders. */
async function selectTouched(tx: Transaction, orderKeys: readonly number[]) {
  const given = await store.selectGivenBack(tx, orderKeys);
  return {
    orders: await store.selectMoments(tx, orderKeys),
    refunds: given.map(({ at }) => at),
    buyers: await selectBuyers(tx, orderKeys),
  };
}

/** @returns by order key what its sender is to know */
async function replaceContent(
  tx: Transaction,
  edits: readonly Edit[],
  named: Named,
  context: RecordContext,
): Promise<Map<number, Fault[]>> {
  const keys = edits.map(({ known }) => known.orderKey);
  const lines = await store.selectKnownLines(tx, keys);
  const given = await store.selectGivenBack(tx, keys);
  await store.deleteLines(tx, keys);
  const rows = edits.map((edit) => ({ ...toRows(edit, named, context), orderKey: edit.known.orderKey }));
  await store.updateOrders(
    tx,
    rows.map(({ row }) => row),
  );
  await insertOrderLines(
    tx,
    rows.flatMap(({ orderKey, lines: now }) =>
      withKnownCosts(
        now,
        lines.filter((line) => line.orderKey === orderKey),
      ).map((line) => ({ ...line, orderKey })),
    ),
  );
  const left = await selectLeftLines(tx, keys);
  const relinked = keys.map((orderKey) => {
    const own = given.filter((one) => one.orderKey === orderKey);
    return { orderKey, own, ...relinkRefunds(left.get(orderKey)!, own) };
  });
  const ofOrders = <Value extends object>(parts: (one: (typeof relinked)[number]) => Value[]) =>
    relinked.flatMap((one) => parts(one).map((part) => ({ ...part, orderKey: one.orderKey })));
  await insertRefundLinks(
    tx,
    ofOrders(({ links }) => links),
  );
  await store.insertRemainders(
    tx,
    ofOrders(({ remainders }) => remainders),
  );
  const charges = await selectLeftCharges(tx, keys);
  return new Map(
    relinked.map(({ orderKey, own, remainders }) => {
      const { lines: now } = rows.find((row) => row.orderKey === orderKey)!;
      const before = lines.filter((line) => line.orderKey === orderKey);
      const notes = [
        ...notesOfRefunds(own, remainders, context.minorDigits),
        ...overdrawn(charges.get(orderKey)!, context.minorDigits),
        ...lostCodes(before, now).map(withoutCoupon),
      ];
      return [orderKey, notes];
    }),
  );
}

/** One for each refund of which something found no line. */
function notesOfRefunds(
  given: readonly { refundKey: number; refundId: string }[],
  remainders: readonly Remainder[],
  digits: number,
): Fault[] {
  const refunds = new Map(given.map(({ refundKey, refundId }) => [refundKey, refundId]));
  const sum = (refundKey: number, field: 'thousandths' | 'amountMinor') =>
    remainders.reduce((total, one) => total + (one.refundKey === refundKey ? one[field] : 0), 0);
  return Array.from(refunds)
    .filter(([key]) => remainders.some(({ refundKey }) => refundKey === key))
    .map(([key, id]) =>
      withoutLine(id, { thousandths: sum(key, 'thousandths'), amountMinor: sum(key, 'amountMinor') }, digits),
    );
}

/** Codes that lines named and name no more. */
function lostCodes(before: readonly store.KnownLine[], now: readonly { couponCode: string | undefined }[]): string[] {
  const named = new Set(now.map(({ couponCode }) => couponCode));
  return [...new Set(before.flatMap(({ couponCode }) => couponCode ?? []))].filter((code) => !named.has(code));
}

/** Lines that tell no cost keep that of the known line of their item, the first of the first and so on. */
function withKnownCosts<Line extends { itemKey: number; unitCost: string | undefined }>(
  lines: readonly Line[],
  known: readonly store.KnownLine[],
): Line[] {
  const costs = [...known];
  return lines.map((line) => {
    const place = costs.findIndex(({ itemKey }) => itemKey === line.itemKey);
    const [cost] = place < 0 ? [] : costs.splice(place, 1);
    return { ...line, unitCost: line.unitCost ?? cost?.unitCost ?? undefined };
  });
}

/** Where statuses are told they are the whole history; else it stays. */
async function replaceStatuses(tx: Transaction, edits: readonly Edit[]): Promise<void> {
  const telling = edits.filter(({ entry }) => entry.element.statuses !== undefined);
  if (telling.length === 0) return;
  const keys = telling.map(({ known }) => known.orderKey);
  await store.deleteStatuses(tx, keys);
  await insertStatuses(
    tx,
    telling.flatMap(({ entry, known: { orderKey } }) =>
      entry.element.statuses!.map(({ status, occurred_at }) => ({ orderKey, status, at: Date.parse(occurred_at) })),
    ),
  );
  await restateOrders(tx, keys);
}

/** Links visitors anew where orders name other people or another time than before. @returns the customers concerned */
async function followChangedPeople(tx: Transaction, edits: readonly Edit[], { people }: Named): Promise<number[]> {
  const visitors = edits.flatMap(({ entry, known }) => {
    const now = people.keysOf(entry.element);
    const isChanged =
      now.customerKey !== known.customerKey ||
      now.visitorKey !== known.visitorKey ||
      Date.parse(entry.element.occurred_at) !== known.at;
    return isChanged ? [now.visitorKey, known.visitorKey].filter((key) => key !== null) : [];
  });
  return relinkVisitors(tx, [...new Set(visitors)]);
}
