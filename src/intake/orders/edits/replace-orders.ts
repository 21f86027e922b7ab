import type { Transaction } from '../../../db/index.ts';
import type { Changes } from '../../batch/recorded.ts';
import type { Fault } from '../../cleaning/rules.ts';
import { isAppearance, relinkVisitors } from '../../people/identity.ts';
import { insertStatuses, restateOrders, type StatusRow } from '../statuses/store.ts';
import {
  insertOrderLines,
  insertRefundLinks,
  type OrderHead,
  type OrderLineRow,
  type OrderRow,
  selectBuyers,
  selectLeftCharges,
  selectLeftLines,
} from '../store.ts';
import { overdrawn, withoutCoupon, withoutLine } from './notes.ts';
import { type Remainder, relinkRefunds } from './relink-refunds.ts';
import * as store from './store.ts';

/** An order that is known, and held, with what takes its place. */
export interface Replacement {
  known: OrderHead;
  row: OrderRow;
  lines: readonly Omit<OrderLineRow, 'orderKey'>[];
  /** its whole history; undefined: that stays */
  statuses: readonly Omit<StatusRow, 'orderKey'>[] | undefined;
}

/**
 * Lets orders take the place of what is known of them, which stays as a version. The lines are written anew; what was given back is
 * given back of them anew.
 * @returns by order key what its sender is to know
 */
export async function replaceOrders(
  tx: Transaction,
  replacements: readonly Replacement[],
  minorDigits: number,
  changes: Changes,
): Promise<Map<number, Fault[]>> {
  if (replacements.length === 0) return new Map();
  const keys = replacements.map(({ known }) => known.orderKey);
  const before = await selectTouched(tx, keys);
  await store.keepVersions(tx, keys);
  const notes = await replaceContent(tx, replacements, minorDigits);
  await replaceStatuses(tx, replacements);
  const affected = await followChangedPeople(tx, replacements);
  const after = await selectTouched(tx, keys);
  changes.touches.addMoments('order', [...before.orders, ...after.orders]);
  changes.touches.addMoments('refund', before.refunds);
  changes.customerKeys.push(...before.buyers, ...after.buyers, ...affected);
  return notes;
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
  replacements: readonly Replacement[],
  minorDigits: number,
): Promise<Map<number, Fault[]>> {
  const keys = replacements.map(({ known }) => known.orderKey);
  const lines = await store.selectKnownLines(tx, keys);
  const given = await store.selectGivenBack(tx, keys);
  await store.deleteLines(tx, keys);
  const rows = replacements.map(({ known, row, lines: now }) => ({ orderKey: known.orderKey, row, lines: now }));
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
        ...notesOfRefunds(own, remainders, minorDigits),
        ...overdrawn(charges.get(orderKey)!, minorDigits),
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
async function replaceStatuses(tx: Transaction, replacements: readonly Replacement[]): Promise<void> {
  const telling = replacements.filter(({ statuses }) => statuses !== undefined);
  if (telling.length === 0) return;
  const keys = telling.map(({ known }) => known.orderKey);
  await store.deleteStatuses(tx, keys);
  await insertStatuses(
    tx,
    telling.flatMap(({ statuses = [], known: { orderKey } }) => statuses.map((one) => ({ ...one, orderKey }))),
  );
  await restateOrders(tx, keys);
}

/** Links visitors anew where orders name other people or another time than before. @returns the customers concerned */
async function followChangedPeople(tx: Transaction, replacements: readonly Replacement[]): Promise<number[]> {
  const changed = replacements.filter(
    ({ row, known }) =>
      row.customerKey !== known.customerKey || row.visitorKey !== known.visitorKey || row.at !== known.at,
  );
  const visitors = changed.flatMap(({ row, known }) => [row.visitorKey, known.visitorKey]);
  const gone = changed.map(({ known }) => known).filter(isAppearance);
  return relinkVisitors(tx, [...new Set(visitors.filter((key) => key !== null))], gone);
}
