import type { Transaction } from '../../db/index.ts';
import { toMinor } from '../../shop/money.ts';
import { cleanBatch, type Entry, openBatch } from '../batch/batch.ts';
import type { Changes, RecordContext, Recorded } from '../batch/recorded.ts';
import { type Sighting, sightItems } from '../catalogue/store.ts';
import { checkOrder } from '../cleaning/check-facts.ts';
import { refuseLateFacts } from '../erasure/late-facts.ts';
import { followPeople, resolvePeople } from '../people/identity.ts';
import type { OrderElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { type OrderTerms, orderContentHash } from './order-content.ts';
import { recordStatuses } from './statuses/record-statuses.ts';
import {
  insertOrderLines,
  insertOrders,
  type OrderLineRow,
  selectBuyers,
  selectNextOrderTimes,
  selectOrderHashes,
} from './store.ts';

/** Two with one id and one hash are the same order. */
interface HashedOrder {
  entry: Entry<OrderElement>;
  contentHash: Buffer;
}

/**
 * Records orders; the same id with the same content is merged, or adds statuses that are not known yet; with another content it
 * is a conflict.
 */
export async function recordOrders(
  tx: Transaction,
  elements: readonly OrderElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('order', elements, (element) => element.order_id);
  cleanBatch(batch, (element) => checkOrder(element, context));
  await refuseLateFacts(
    tx,
    batch,
    ({ occurred_at }) => Date.parse(occurred_at),
    (ids) => selectOrderHashes(tx, ids),
  );
  const sound = batch.undecided().map((entry) => ({ entry, contentHash: hashOrder(entry, context.minorDigits) }));
  const known = await selectOrderHashes(tx, [...new Set(sound.map(({ entry }) => entry.id))]);
  const candidates = firstOfEach(sound, known);
  const { stored, itemKeys, customerKeys, touches } = await storeOrders(tx, candidates, context);
  for (const { entry, contentHash } of stored) {
    batch.accept(entry);
    known.set(entry.id, contentHash);
  }
  // Another writer may have been quicker with the rest.
  const overtaken = candidates.map(({ entry }) => entry.id).filter((id) => !known.has(id));
  for (const [id, contentHash] of await selectOrderHashes(tx, overtaken)) known.set(id, contentHash);
  const hashes = new Map(sound.map(({ entry, contentHash }) => [entry, contentHash]));
  const isSame = (entry: Entry<OrderElement>) => known.get(entry.id)!.equals(hashes.get(entry)!);
  const same = batch.undecided().filter(isSame);
  const { news, orderKeys } = await recordStatuses(
    tx,
    stored.map(({ entry }) => entry),
    same,
    touches,
  );
  for (const entry of same) {
    if (news.has(entry)) batch.accept(entry);
    else batch.merge(entry);
  }
  for (const entry of batch.undecided())
    batch.refuse(entry, [{ rule: 'order_conflict', field: '/order_id', message: 'is known with another content' }]);
  // A purchase that is cancelled is none any more.
  const buyers = orderKeys.length > 0 ? await selectBuyers(tx, orderKeys) : [];
  const changed = [...new Set([...customerKeys, ...buyers])];
  return { verdicts: await batch.close(tx, context.importId), itemKeys, customerKeys: changed, touches };
}

function firstOfEach(orders: readonly HashedOrder[], known: ReadonlyMap<string, Buffer>): HashedOrder[] {
  const seen = new Set(known.keys());
  return orders.filter(({ entry }) => !seen.has(entry.id) && seen.add(entry.id));
}

function hashOrder({ element }: Entry<OrderElement>, minorDigits: number): Buffer {
  return orderContentHash({
    orderId: element.order_id,
    customerId: element.customer_id ?? null,
    visitorId: element.visitor_id ?? null,
    occurredAt: new Date(element.occurred_at),
    terms: termsOf(element, minorDigits),
    lines: element.lines.map((line) => ({
      itemId: line.item_id,
      quantity: line.quantity,
      unitPrice: line.unit_price,
      listPrice: line.list_price ?? null,
      couponCode: line.coupon_code ?? null,
      listId: line.list_id ?? null,
    })),
  });
}

function termsOf(element: OrderElement, minorDigits: number): OrderTerms {
  const minor = (amount: string | undefined) => (amount === undefined ? null : toMinor(amount, minorDigits));
  return {
    channel: element.channel ?? null,
    store: element.store ?? null,
    shippingMinor: minor(element.shipping),
    taxMinor: minor(element.tax),
    paymentFeeMinor: minor(element.payment_fee),
    feesMinor: minor(element.fees),
  };
}

/** Stores orders with lines, items and people; those that another writer stored meanwhile are not among the stored. */
async function storeOrders(
  tx: Transaction,
  candidates: readonly HashedOrder[],
  { minorDigits, importId }: RecordContext,
): Promise<Changes & { stored: HashedOrder[] }> {
  const touches = new Touches();
  if (candidates.length === 0) return { stored: [], itemKeys: [], customerKeys: [], touches };
  const elements = candidates.map(({ entry }) => entry.element);
  const items = await sightItems(tx, latestSightings(elements));
  const people = await resolvePeople(tx, elements);
  const rows = candidates.map((order) => {
    const { id, element } = order.entry;
    const amounts = element.lines.map((line) => toMinor(line.unit_price, minorDigits, line.quantity));
    return {
      order,
      amounts,
      orderId: id,
      ...people.keysOf(element),
      at: Date.parse(element.occurred_at),
      totalMinor: amounts.reduce((sum, amount) => sum + amount, 0),
      terms: termsOf(element, minorDigits),
      contentHash: order.contentHash,
      importId,
    };
  });
  const orderKeys = await insertOrders(tx, rows);
  const stored = rows.filter(({ orderId }) => orderKeys.has(orderId));
  const lines = stored.flatMap(({ order, orderId, amounts }) =>
    order.entry.element.lines.map(
      (line, index): OrderLineRow => ({
        orderKey: orderKeys.get(orderId)!,
        lineNumber: index + 1,
        itemKey: items.keys.get(line.item_id)!,
        quantity: line.quantity,
        unitPrice: line.unit_price,
        listPrice: line.list_price,
        amountMinor: amounts[index],
        couponCode: line.coupon_code,
        listId: line.list_id,
        position: line.position,
        unitCost: line.unit_cost,
      }),
    ),
  );
  await insertOrderLines(tx, lines);
  const customerKeys = await followPeople(tx, stored);
  touches.addItems(items.regrouped);
  // Whether the next orders are repeated ones, and after how long, has changed with these.
  const moments = [...stored.map(({ at }) => at), ...(await selectNextOrderTimes(tx, stored))];
  touches.addFacts({ kind: 'order', facts: 'order', moments, keys: orderKeys.values() });
  return { stored: stored.map(({ order }) => order), itemKeys: items.changed, customerKeys, touches };
}

/** For each item of the orders the latest price and the latest title that was told; what was given away tells no price. */
export function latestSightings(orders: readonly OrderElement[]): Sighting[] {
  const sightings = new Map<string, Sighting>();
  for (const { occurred_at, lines } of orders) {
    const at = new Date(occurred_at);
    for (const { item_id: itemId, title, unit_price: price } of lines) {
      const known = sightings.get(itemId) ?? { itemId };
      const { title: knownTitle = '', titledAt = earliest, price: knownPrice = '0', pricedAt = earliest } = known;
      const isTitled =
        title !== undefined && isLater(at, titledAt, Buffer.compare(Buffer.from(title), Buffer.from(knownTitle)));
      const isPriced = Number(price) > 0 && isLater(at, pricedAt, Number(price) - Number(knownPrice));
      sightings.set(itemId, {
        ...known,
        ...(isTitled && { title, titledAt: at }),
        ...(isPriced && { price, pricedAt: at }),
      });
    }
  }
  return [...sightings.values()];
}

const earliest = new Date(-8.64e15);

/** At the same time the greater one counts as the later one, as in the store. */
function isLater(at: Date, before: Date, difference: number): boolean {
  return at.getTime() === before.getTime() ? difference > 0 : at > before;
}
