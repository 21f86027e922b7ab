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
import { selectGivenBack } from './edits/store.ts';
import { addGiven, type GivenBack, nothingGiven, refundOfOrder, restOf } from './refund-of-order.ts';
import {
  type Charges,
  insertRefunds,
  lockOrders,
  type RefundRow,
  type SoldOrder,
  selectBuyers,
  selectGivenCharges,
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
  const known = await selectKnown(
    tx,
    sound.map(({ element }) => element),
    context,
  );
  const rows = new Map<(typeof sound)[number], RefundRow>();
  for (const entry of sound) {
    const settled = settle(entry.element, known, context);
    if (settled === undefined) batch.merge(entry);
    else if ('faults' in settled) batch.refuse(entry, settled.faults);
    else rows.set(entry, settled);
  }

  const stored = await insertRefunds(tx, [...rows.values()]);
  for (const [entry, { refundId }] of rows) {
    // Overtaken by a refund of this id that is of another order, for those of the same order were waited for.
    if (stored.has(refundId)) batch.accept(entry);
    else batch.refuse(entry, [conflict]);
  }
  const refunded = [...rows].filter(([, { refundId }]) => stored.has(refundId));
  const orderKeys = refunded.map(([, { orderKey }]) => orderKey);
  const customerKeys = orderKeys.length > 0 ? await selectBuyers(tx, orderKeys) : [];
  const touches = new Touches();
  const came = { facts: 'refund', keys: stored.values() } as const;
  touches.addFacts({ ...came, kind: 'refund', moments: refunded.map(([, { at }]) => at) });
  // The sale's day shows what is left of it.
  const sold = refunded.map(([{ element }]) => known.orders.get(element.order_id)!.at);
  touches.addFacts({ ...came, keys: stored.values(), kind: 'order', moments: sold });
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys, touches };
}

/** What is known of orders, which are held, and of their refunds; what a batch brings is added as it goes. */
interface Known {
  orders: Map<string, SoldOrder>;
  left: Map<number, Left>;
  /** content hashes by refund id */
  hashes: Map<string, Buffer>;
  /** of orders of which an element tells all that came back */
  given: Map<number, GivenBack>;
}

async function selectKnown(
  tx: Transaction,
  elements: readonly RefundElement[],
  context: RecordContext,
): Promise<Known> {
  const orders = await lockOrders(tx, [...new Set(elements.map(({ order_id }) => order_id))]);
  // Read after the lock, so that what other refunds of these orders did is seen.
  const left = await selectLeft(
    tx,
    Array.from(orders.values(), ({ orderKey }) => orderKey),
    elements.some(({ shipping, fees }) => shipping !== undefined || fees !== undefined),
  );
  const hashes = await selectRefundHashes(tx, [...new Set(elements.map(({ refund_id }) => refund_id))]);
  const whole = elements.filter((element) => isOfWholeOrder(element, context));
  const keys = [...new Set(whole.flatMap(({ order_id }) => orders.get(order_id)?.orderKey ?? []))];
  return { orders, left, hashes, given: await selectGiven(tx, keys) };
}

/** Exports tell with an order all that came back of it; refunds of the API are one each. */
function isOfWholeOrder({ refund_id: id, order_id: order }: RefundElement, { importId }: RecordContext): boolean {
  return importId !== undefined && id === refundOfOrder(order);
}

/** @returns undefined: it tells nothing that is not known */
function settle(
  element: RefundElement,
  { orders, left, hashes, given }: Known,
  context: RecordContext,
): RefundRow | { faults: Fault[] } | undefined {
  const { refund_id: id, order_id: orderId } = element;
  const contentHash = hashRefund(element, moneyOf(element, context.minorDigits));
  const known = hashes.get(id);
  if (known?.equals(contentHash)) return undefined;
  const isWhole = isOfWholeOrder(element, context);
  if (known && !isWhole) return { faults: [conflict] };
  const order = orders.get(orderId);
  const early = findSale(element, order);
  if (early) return early;
  const { orderKey, customerKey } = order!;
  const before = isWhole ? given.get(orderKey) : undefined;
  const rest = before ? restOf(element, before, left.get(orderKey)!.lines, context.minorDigits) : element;
  if (!rest) return undefined;
  const money = moneyOf(rest, context.minorDigits);
  const allocated = allocate(left.get(orderKey)!, rest, money, context.minorDigits);
  if ('faults' in allocated) return allocated;
  const charges = { shippingMinor: money.shipping, feesMinor: money.fees };
  left.set(orderKey, allocated.left);
  if (before) addGiven(before, allocated.lines, charges);
  if (!known) hashes.set(id, contentHash);
  return {
    refundId: known ? `${id}-${contentHash.toString('hex', 0, 4)}` : id,
    orderKey,
    customerKey,
    at: Date.parse(element.occurred_at),
    contentHash,
    importId: context.importId,
    reason: element.reason ?? null,
    lines: allocated.lines,
    charges,
  };
}

async function selectGiven(tx: Transaction, orderKeys: readonly number[]): Promise<Map<number, GivenBack>> {
  const given = new Map(orderKeys.map((key) => [key, nothingGiven()]));
  if (orderKeys.length === 0) return given;
  for (const { orderKey, itemKey, thousandths, amountMinor } of await selectGivenBack(tx, orderKeys)) {
    const links = [{ orderLineNumber: 0, thousandths, amountMinor }];
    addGiven(given.get(orderKey)!, [{ itemKey, thousandths, links }], { shippingMinor: 0, feesMinor: 0 });
  }
  for (const [key, charges] of await selectGivenCharges(tx, orderKeys)) addGiven(given.get(key)!, [], charges);
  return given;
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
