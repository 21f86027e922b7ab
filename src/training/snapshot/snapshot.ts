import type { Database, Transaction } from '../../db/index.ts';
import { loadItems, streamBehaviours, streamOrderLines, tasteEventTypes } from '../../intake/index.ts';
import { Column } from './growing-column.ts';
import { type Lines, linesAsOf, type Refunds, type Sales } from './sales.ts';

export interface Events {
  customers: Uint32Array;
  items: Uint32Array;
  /** places in `tasteEventTypes` */
  types: Uint8Array;
  times: Float64Array;
}

/** Categories or brands: a number for each name, in the order in which items have them. */
export interface ItemNames {
  /** by item: a place in `names`, -1 for none */
  numbers: Int32Array;
  names: readonly string[];
}

/**
 * The facts before `asOf`, in typed arrays. Customers and items are dense indices in ascending key order. `lines` are what is
 * left of the sales as of then, and what models learn from; earlier moments are looked at by `linesAsOf`.
 */
export interface Snapshot extends Sales {
  asOf: number;
  watermark: Date;
  customerKeys: Int32Array;
  itemKeys: Int32Array;
  /** by item: 1 for goods, 0 for services and adjustments, which are never recommended */
  isProduct: Uint8Array;
  categories: ItemNames;
  brands: ItemNames;
  /** of those of which something is left */
  orderCount: number;
  lines: Lines;
  events: Events;
}

/** Reads everything in one repeatable-read transaction: facts before `asOf`, received up to a watermark. */
export async function readSnapshot(db: Database, asOf: Date): Promise<Snapshot> {
  const watermark = await readWatermark(db);
  return db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const catalogue = (await loadItems(tx)).sort((a, b) => a.itemKey - b.itemKey);
    const itemKeys = Int32Array.from(catalogue, (item) => item.itemKey);
    const itemIndex = new Map(catalogue.map((item, index) => [item.itemKey, index]));
    const raw = await readFacts(tx, asOf, watermark, itemIndex);
    const customerKeys = sortedKeys(raw.sold.customers, raw.events.customers);
    const customerIndex = new Map(Array.from(customerKeys, (key, index) => [key, index]));
    const toIndex = (key: number) => (key < 0 ? -1 : customerIndex.get(key)!);
    const sales: Sales = {
      sold: { ...raw.sold, customers: raw.sold.customers.map(toIndex) },
      refunds: raw.refunds,
    };
    return {
      asOf: asOf.getTime(),
      watermark,
      customerKeys,
      itemKeys,
      isProduct: Uint8Array.from(catalogue, (item) => (item.isProduct ? 1 : 0)),
      categories: numberNames(catalogue.map((item) => item.category)),
      brands: numberNames(catalogue.map((item) => item.brand)),
      ...sales,
      ...linesAsOf(sales, asOf.getTime()),
      events: { ...raw.events, customers: Uint32Array.from(raw.events.customers, toIndex) },
    };
  });
}

/**
 * Everything received up to here can be seen: not simply now, because a transaction that is still open may bring facts that
 * were received earlier.
 */
async function readWatermark(db: Database): Promise<Date> {
  const [row] = await db.query<{ watermark: Date }>(
    `select least(clock_timestamp(), min(xact_start)) as watermark from pg_stat_activity
     where datname = current_database() and backend_xid is not null`,
  );
  return row!.watermark;
}

async function readFacts(tx: Transaction, asOf: Date, watermark: Date, itemIndex: Map<number, number>) {
  const orders = new Column(Uint32Array);
  const customers = new Column(Int32Array);
  const items = new Column(Uint32Array);
  const times = new Column(Float64Array);
  const amountsMinor = new Column(Float64Array);
  const quantities = new Column(Float64Array);
  const unitPrices = new Column(Float64Array);
  const listPrices = new Column(Float64Array);
  const withCoupon = new Column(Uint8Array);
  const refundedLines = new Column(Uint32Array);
  const refundTimes = new Column(Float64Array);
  const refundQuantities = new Column(Float64Array);
  const refundAmounts = new Column(Float64Array);
  let lineCount = 0;
  let orderCount = 0;
  let lastOrder = -1;
  for await (const line of streamOrderLines(tx, asOf, watermark)) {
    if (line.orderKey !== lastOrder) orderCount++;
    lastOrder = line.orderKey;
    orders.push(orderCount - 1);
    customers.push(line.customerKey ?? -1);
    items.push(itemIndex.get(line.itemKey)!);
    times.push(line.occurredAt);
    amountsMinor.push(line.amountMinor);
    quantities.push(line.quantity);
    unitPrices.push(line.unitPrice);
    listPrices.push(line.listPrice ?? Number.NaN);
    withCoupon.push(line.withCoupon ? 1 : 0);
    for (const refund of line.refunds) {
      refundedLines.push(lineCount);
      refundTimes.push(refund.occurredAt);
      refundQuantities.push(refund.quantity);
      refundAmounts.push(refund.amountMinor);
    }
    lineCount++;
  }
  const eventCustomers = new Column(Int32Array);
  const eventItems = new Column(Uint32Array);
  const eventTypes = new Column(Uint8Array);
  const eventTimes = new Column(Float64Array);
  for await (const event of streamBehaviours(tx, asOf, watermark)) {
    const type = (tasteEventTypes as readonly string[]).indexOf(event.type);
    if (type < 0) continue;
    eventCustomers.push(event.customerKey);
    eventItems.push(itemIndex.get(event.itemKey)!);
    eventTypes.push(type);
    eventTimes.push(event.occurredAt);
  }
  const refunds: Refunds = {
    lines: refundedLines.take(),
    times: refundTimes.take(),
    quantities: refundQuantities.take(),
    amountsMinor: refundAmounts.take(),
  };
  return {
    refunds,
    sold: {
      orders: orders.take(),
      customers: customers.take(),
      items: items.take(),
      times: times.take(),
      amountsMinor: amountsMinor.take(),
      quantities: quantities.take(),
      unitPrices: unitPrices.take(),
      listPrices: listPrices.take(),
      withCoupon: withCoupon.take(),
    },
    events: {
      customers: eventCustomers.take(),
      items: eventItems.take(),
      types: eventTypes.take(),
      times: eventTimes.take(),
    },
  };
}

function sortedKeys(...columns: Int32Array[]): Int32Array {
  const keys = new Set<number>();
  for (const column of columns) for (const key of column) if (key >= 0) keys.add(key);
  return Int32Array.from(keys).sort();
}

/** Numbers names from 0 on as they first come; null has none and is -1. */
export function numberNames(names: readonly (string | null)[]): ItemNames {
  const known = new Map<string, number>();
  const numbers = Int32Array.from(names, (name) => {
    if (name === null) return -1;
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name)!;
  });
  return { numbers, names: [...known.keys()] };
}
