import { createHash } from 'node:crypto';
import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { checkRefund } from '../cleaning/check-facts.ts';
import type { Fault } from '../cleaning/rules.ts';
import type { RefundElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { allocateRefund } from './allocate-refund.ts';
import {
  insertRefunds,
  lockOrders,
  type RefundRow,
  type SoldOrder,
  selectBuyers,
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
  const left = await selectLeftLines(
    tx,
    Array.from(orders.values(), ({ orderKey }) => orderKey),
  );
  const known = await selectRefundHashes(tx, [...new Set(sound.map(({ id }) => id))]);

  const rows = new Map<(typeof sound)[number], RefundRow>();
  for (const entry of sound) {
    const { id, element } = entry;
    const contentHash = hashRefund(element);
    const knownHash = known.get(id);
    if (knownHash) {
      if (knownHash.equals(contentHash)) batch.merge(entry);
      else batch.refuse(entry, [conflict]);
      continue;
    }
    const order = orders.get(element.order_id);
    const allocated = findSale(element, order) ?? allocateRefund(left.get(order!.orderKey)!, element.lines);
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

const conflict: Fault = { rule: 'order_conflict', field: '/refund_id', message: 'is known with another content' };

/** undefined: there is an earlier sale. */
function findSale(refund: RefundElement, order: SoldOrder | undefined): { faults: Fault[] } | undefined {
  if (!order)
    return { faults: [{ rule: 'refund_without_sale', field: '/order_id', message: 'is not an order that is known' }] };
  if (order.at <= Date.parse(refund.occurred_at)) return undefined;
  return { faults: [{ rule: 'refund_without_sale', field: '/occurred_at', message: 'is earlier than the sale' }] };
}

function hashRefund(refund: RefundElement): Buffer {
  const lines = refund.lines?.map(({ item_id, quantity }) => [item_id, quantity]) ?? null;
  // Refunds of before have no reason: told without one they are the same.
  const reason = refund.reason === undefined ? [] : [refund.reason];
  const content = [refund.refund_id, refund.order_id, Date.parse(refund.occurred_at), lines, ...reason];
  return createHash('sha256').update(JSON.stringify(content)).digest();
}
