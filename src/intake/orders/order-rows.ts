import type { Transaction } from '../../db/index.ts';
import { toMinor } from '../../shop/money.ts';
import type { Entry } from '../batch/batch.ts';
import { type Sighting, sightItems } from '../catalogue/store.ts';
import { resolvePeople } from '../people/identity.ts';
import type { OrderElement } from '../request-elements.ts';
import { type OrderTerms, orderContentHash } from './order-content.ts';
import type { OrderLineRow, OrderRow } from './store.ts';

/** Two with one id and one hash are the same order. */
export interface HashedOrder {
  entry: Entry<OrderElement>;
  contentHash: Buffer;
}

/** The items and people that orders name, made where they are new and held until the transaction ends. */
export interface Named {
  items: Awaited<ReturnType<typeof sightItems>>;
  people: Awaited<ReturnType<typeof resolvePeople>>;
}

const nobodyAndNothing: Named = {
  items: { keys: new Map(), changed: [], regrouped: [] },
  people: { keysOf: () => ({ customerKey: null, visitorKey: null }) },
};

export async function nameAll(tx: Transaction, orders: readonly HashedOrder[]): Promise<Named> {
  if (orders.length === 0) return nobodyAndNothing;
  const elements = orders.map(({ entry }) => entry.element);
  return { items: await sightItems(tx, latestSightings(elements)), people: await resolvePeople(tx, elements) };
}

export function hashOrder(entry: Entry<OrderElement>, minorDigits: number): HashedOrder {
  const { element } = entry;
  const contentHash = orderContentHash({
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
  return { entry, contentHash };
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

export function updatedAtOf({ element }: Entry<OrderElement>): number | null {
  return element.updated_at === undefined ? null : Date.parse(element.updated_at);
}

/** An order as it is stored, and its lines but for the order's key. */
export function toRows(
  { entry, contentHash }: HashedOrder,
  { items, people }: Named,
  { minorDigits, importId }: { minorDigits: number; importId?: number | undefined },
): { row: OrderRow; lines: Omit<OrderLineRow, 'orderKey'>[] } {
  const { id, element } = entry;
  const lines = element.lines.map((line, index) => ({
    lineNumber: index + 1,
    itemKey: items.keys.get(line.item_id)!,
    quantity: line.quantity,
    unitPrice: line.unit_price,
    listPrice: line.list_price,
    amountMinor: toMinor(line.unit_price, minorDigits, line.quantity),
    couponCode: line.coupon_code,
    listId: line.list_id,
    position: line.position,
    unitCost: line.unit_cost,
  }));
  const row = {
    orderId: id,
    ...people.keysOf(element),
    at: Date.parse(element.occurred_at),
    updatedAt: updatedAtOf(entry),
    totalMinor: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    terms: termsOf(element, minorDigits),
    contentHash,
    importId,
  };
  return { row, lines };
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
