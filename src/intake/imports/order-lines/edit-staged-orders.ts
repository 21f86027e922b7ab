import type { Transaction } from '../../../db/index.ts';
import type { Changes } from '../../batch/recorded.ts';
import type { CleaningRule } from '../../cleaning/rules.ts';
import { type Replacement, replaceOrders } from '../../orders/edits/replace-orders.ts';
import { type OrderHead, selectOrderHeads } from '../../orders/store.ts';
import { fetchPages } from '../store.ts';
import * as sales from './sales/store.ts';

/** What became of the orders of a file that are of a later time than what was known of them. */
export interface EditedOrders {
  orders: number;
  lines: number;
  /** orders by what their sender is to know */
  notes: Partial<Record<CleaningRule, number>>;
}

const pageSize = 500;

/** Lets staged orders of a later time take the place of what is known of them; see `replaceOrders`. */
export async function editStagedOrders(
  tx: Transaction,
  { importId, minorDigits }: { importId: number; minorDigits: number },
  changes: Changes,
): Promise<EditedOrders> {
  const edited: EditedOrders = { orders: 0, lines: 0, notes: {} };
  const overtaken: string[] = [];
  for await (const page of fetchPages<sales.EditedOrder>(tx, sales.editedOrdersQuery, pageSize)) {
    const ids = page.map(({ order_id }) => order_id);
    const heads = await selectOrderHeads(tx, ids, true);
    const replacements = page.flatMap((order) => {
      const known = heads.get(order.order_id)!;
      const isNewer = order.updated_at.getTime() > (known.updatedAt ?? Number.NEGATIVE_INFINITY);
      if (!isNewer) overtaken.push(order.order_id);
      return isNewer ? [replacementOf(order, known, importId)] : [];
    });
    const notes = await replaceOrders(tx, replacements, minorDigits, changes);
    edited.orders += replacements.length;
    for (const { lines } of replacements) edited.lines += lines.length;
    for (const faults of notes.values())
      for (const rule of new Set(faults.map((fault) => fault.rule))) edited.notes[rule] = (edited.notes[rule] ?? 0) + 1;
  }
  if (overtaken.length > 0) {
    await sales.forgetStates(tx, overtaken);
    await sales.matchOrders(tx, false);
  }
  return edited;
}

/** What rows tell of an order's history is added to it: a file tells its state, and seldom all of it. */
function replacementOf(order: sales.EditedOrder, known: OrderHead, importId: number): Replacement {
  const row = {
    orderId: order.order_id,
    customerKey: order.customer_key,
    visitorKey: order.visitor_key,
    at: order.occurred_at.getTime(),
    updatedAt: order.updated_at.getTime(),
    totalMinor: order.total_minor,
    terms: {
      channel: order.channel,
      store: order.store,
      shippingMinor: order.shipping_minor,
      taxMinor: order.tax_minor,
      paymentFeeMinor: order.payment_fee_minor,
      feesMinor: order.fees_minor,
    },
    contentHash: order.content_hash,
    importId,
  };
  const lines = order.lines.map((line, index) => ({
    lineNumber: index + 1,
    itemKey: line.item_key,
    quantity: line.quantity,
    unitPrice: line.unit_price,
    listPrice: line.list_price ?? undefined,
    amountMinor: line.amount_minor,
    couponCode: line.coupon_code ?? undefined,
    listId: line.list_id ?? undefined,
    position: undefined,
    unitCost: line.unit_cost ?? undefined,
  }));
  return { known, row, lines, statuses: undefined };
}
