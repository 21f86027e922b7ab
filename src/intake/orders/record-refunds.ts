import { createHash } from 'node:crypto';
import type { Transaction } from '../../db/index.ts';
import { fromMinor, toMinor } from '../../shop/money.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { checkRefund, refundMoney } from '../cleaning/check-facts.ts';
import type { Fault } from '../cleaning/rules.ts';
import type { RefundElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { allocateMoney, allocateRefund, type LeftLine, type RefundedLine } from './allocate-refund.ts';
import {
  type Charges,
  insertRefunds,
  lockOrders,
  type RefundRow,
  type SoldOrder,
  selectBuyers,
  selectLeftCharges,
  selectLeftLines,
  selectRefundHashes,
} from './store.ts';

/** Records whole and partial refunds of orders; never more than is left, also when two come at once. */
export async function recordRefunds(
  tx: Transaction,
  elements: readonly RefundElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('refund', elements, (element) => element.refund_id);
  cleanBatch(batch, (element) => checkRefund(element, context));
  const sound = batch.undecided();
  const orders = await lockOrders(tx, [...new Set(sound.map(({ element }) => element.order_id))]);
  // Read after the lock, so that what other refunds of these orders did is seen.
  const left = await selectLeft(
    tx,
    Array.from(orders.values(), ({ orderKey }) => orderKey),
    sound.some(({ element }) => element.shipping !== undefined || element.fees !== undefined),
  );
  const known = await selectRefundHashes(tx, [...new Set(sound.map(({ id }) => id))]);

  const rows = new Map<(typeof sound)[number], RefundRow>();
  for (const entry of sound) {
    const { id, element } = entry;
    const money = moneyOf(element, context.minorDigits);
    const contentHash = hashRefund(element, money);
    const knownHash = known.get(id);
    if (knownHash) {
      if (knownHash.equals(contentHash)) batch.merge(entry);
      else batch.refuse(entry, [conflict]);
      continue;
    }
    const order = orders.get(element.order_id);
    const allocated =
      findSale(element, order) ?? allocate(left.get(order!.orderKey)!, element, money, context.minorDigits);
    if ('faults' in allocated) {
      batch.refuse(entry, allocated.faults);
      continue;
    }
    const { orderKey, customerKey } = order!;
    left.set(orderKey, allocated.left);
    known.set(id, contentHash);
    const at = Date.parse(element.occurred_at);
    rows.set(entry, {
      refundId: id,
      orderKey,
      customerKey,
      at,
      contentHash,
      importId: context.importId,
      reason: element.reason ?? null,
      lines: allocated.lines,
      charges: { shippingMinor: money.shipping, feesMinor: money.fees },
    });
  }

  const stored = await insertRefunds(tx, [...rows.values()]);
  for (const entry of rows.keys()) {
    // Overtaken by a refund of this id that is of another order, for those of the same order were waited for.
    if (stored.has(entry.id)) batch.accept(entry);
    else batch.refuse(entry, [conflict]);
  }
  const refunded = [...rows].filter(([{ id }]) => stored.has(id));
  const orderKeys = refunded.map(([, { orderKey }]) => orderKey);
  const customerKeys = orderKeys.length > 0 ? await selectBuyers(tx, orderKeys) : [];
  const touches = new Touches();
  const came = { facts: 'refund', keys: stored.values() } as const;
  touches.addFacts({ ...came, kind: 'refund', moments: refunded.map(([, { at }]) => at) });
  // The sale's day shows what is left of it.
  const sold = refunded.map(([{ element }]) => orders.get(element.order_id)!.at);
  touches.addFacts({ ...came, keys: stored.values(), kind: 'order', moments: sold });
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys, touches };
}

/** What is left of an order in pieces and money. */
interface Left {
  lines: LeftLine[];
  charges: Charges;
}

/** @param beside also of shipping and fees */
async function selectLeft(tx: Transaction, orderKeys: readonly number[], beside: boolean): Promise<Map<number, Left>> {
  const lines = await selectLeftLines(tx, orderKeys);
  const charges = beside ? await selectLeftCharges(tx, orderKeys) : new Map<number, Charges>();
  return new Map(orderKeys.map((key) => [key, { lines: lines.get(key)!, charges: notBelowZero(charges.get(key)) }]));
}

/** Of an order that was edited since more may have been given back than it comes to. */
function notBelowZero({ shippingMinor, feesMinor }: Charges = { shippingMinor: 0, feesMinor: 0 }): Charges {
  return { shippingMinor: Math.max(0, shippingMinor), feesMinor: Math.max(0, feesMinor) };
}

type Money = Record<(typeof refundMoney)[number], number>;

/** Minor units; what is not told is 0. */
function moneyOf(element: RefundElement, digits: number): Money {
  const minor = (field: keyof Money) => toMinor(element[field] ?? '0', digits);
  return { amount: minor('amount'), shipping: minor('shipping'), fees: minor('fees') };
}

/** Takes from what is left of an order: pieces where lines are told or nothing but the order, then money. */
function allocate(
  left: Left,
  element: RefundElement,
  money: Money,
  digits: number,
): { lines: RefundedLine[]; left: Left } | { faults: Fault[] } {
  const isOfGoods = element.lines !== undefined || refundMoney.every((field) => element[field] === undefined);
  const pieces = isOfGoods ? allocateRefund(left.lines, element.lines) : { lines: [], left: left.lines };
  if ('faults' in pieces) return pieces;
  const ofGoods = allocateMoney(pieces.left, money.amount);
  const shippingMinor = left.charges.shippingMinor - money.shipping;
  const feesMinor = left.charges.feesMinor - money.fees;
  const goodsMinor = pieces.left.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const leftOf = { amount: goodsMinor, shipping: left.charges.shippingMinor, fees: left.charges.feesMinor };
  const faults = refundMoney
    .filter((field) => money[field] > leftOf[field])
    .map((field): Fault => {
      const message = `is more than is left of the sale, ${fromMinor(leftOf[field], digits)}`;
      return { rule: 'refund_exceeds_sale', field: `/${field}`, message };
    });
  if (!ofGoods || faults.length > 0) return { faults };
  return {
    lines: [...pieces.lines, ...ofGoods.lines],
    left: { lines: ofGoods.left, charges: { shippingMinor, feesMinor } },
  };
}

const conflict: Fault = { rule: 'order_conflict', field: '/refund_id', message: 'is known with another content' };

/** undefined: there is an earlier sale. */
function findSale(refund: RefundElement, order: SoldOrder | undefined): { faults: Fault[] } | undefined {
  if (!order)
    return { faults: [{ rule: 'refund_without_sale', field: '/order_id', message: 'is not an order that is known' }] };
  if (order.at <= Date.parse(refund.occurred_at)) return undefined;
  return { faults: [{ rule: 'refund_without_sale', field: '/occurred_at', message: 'is earlier than the sale' }] };
}

function hashRefund(refund: RefundElement, money: Money): Buffer {
  const lines = refund.lines?.map(({ item_id, quantity }) => [item_id, quantity]) ?? null;
  // Refunds of before have no reason: told without one they are the same.
  const reason = refund.reason === undefined ? [] : [refund.reason];
  // Nor have they money, and a sum of nothing is as one that is not told.
  const isMoney = refundMoney.some((field) => money[field] > 0);
  const content = [
    refund.refund_id,
    refund.order_id,
    Date.parse(refund.occurred_at),
    lines,
    ...reason,
    ...(isMoney ? [money] : []),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest();
}
