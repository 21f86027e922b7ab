import type { Database, Transaction } from '../db/index.ts';
import { type BehaviourType, loadItems, streamBehaviours, streamOrderLines } from '../intake/index.ts';
import { Column } from './column.ts';

/** Behaviours that say something about taste; a number in `Events.types` is a place in this list. */
export const tasteBehaviours = ['view', 'click', 'favourite', 'cart_add'] as const satisfies readonly BehaviourType[];

/** Sale lines, one a position, in order of time. */
export interface Lines {
  /** order number, ascending in time */
  orders: Uint32Array;
  /** customer index, -1: nobody known, or no profiling */
  customers: Int32Array;
  items: Uint32Array;
  /** epoch milliseconds */
  times: Float64Array;
  amountsMinor: Float64Array;
  refundedMinor: Float64Array;
  /** when the line had wholly come back, epoch milliseconds; NaN: it has not */
  refundTimes: Float64Array;
  quantities: Float64Array;
  unitPrices: Float64Array;
  /** NaN: not known */
  listPrices: Float64Array;
  /** 1 where a coupon code came with the line */
  withCoupon: Uint8Array;
}

export interface Events {
  customers: Uint32Array;
  items: Uint32Array;
  types: Uint8Array;
  times: Float64Array;
}

/** Categories or brands: a number for each name, in the order in which items have them. */
export interface ItemNames {
  /** by item: a place in `names`, -1 for none */
  numbers: Int32Array;
  names: readonly string[];
}

/** The facts before `asOf`, in typed arrays. Customers and items are dense indices in ascending key order. */
export interface Snapshot {
  asOf: number;
  watermark: Date;
  customerKeys: Int32Array;
  itemKeys: Int32Array;
  /** by item: 1 for goods, 0 for services and adjustments, which are never recommended */
  isProduct: Uint8Array;
  categories: ItemNames;
  brands: ItemNames;
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
    const customerKeys = sortedKeys(raw.lines.customers, raw.events.customers);
    const customerIndex = new Map(Array.from(customerKeys, (key, index) => [key, index]));
    const toIndex = (key: number) => (key < 0 ? -1 : customerIndex.get(key)!);
    return {
      asOf: asOf.getTime(),
      watermark,
      customerKeys,
      itemKeys,
      isProduct: Uint8Array.from(catalogue, (item) => (item.isProduct ? 1 : 0)),
      categories: numberNames(catalogue.map((item) => item.category)),
      brands: numberNames(catalogue.map((item) => item.brand)),
      orderCount: raw.orderCount,
      lines: { ...raw.lines, customers: raw.lines.customers.map(toIndex) },
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
  const refundedMinor = new Column(Float64Array);
  const refundTimes = new Column(Float64Array);
  const quantities = new Column(Float64Array);
  const unitPrices = new Column(Float64Array);
  const listPrices = new Column(Float64Array);
  const withCoupon = new Column(Uint8Array);
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
    refundedMinor.push(line.refundedMinor);
    refundTimes.push(line.refundedAt ?? Number.NaN);
    quantities.push(line.quantity);
    unitPrices.push(line.unitPrice);
    listPrices.push(line.listPrice ?? Number.NaN);
    withCoupon.push(line.withCoupon ? 1 : 0);
  }
  const eventCustomers = new Column(Int32Array);
  const eventItems = new Column(Uint32Array);
  const eventTypes = new Column(Uint8Array);
  const eventTimes = new Column(Float64Array);
  for await (const event of streamBehaviours(tx, asOf, watermark)) {
    const type = (tasteBehaviours as readonly string[]).indexOf(event.type);
    if (type < 0) continue;
    eventCustomers.push(event.customerKey);
    eventItems.push(itemIndex.get(event.itemKey)!);
    eventTypes.push(type);
    eventTimes.push(event.occurredAt);
  }
  return {
    orderCount,
    lines: {
      orders: orders.take(),
      customers: customers.take(),
      items: items.take(),
      times: times.take(),
      amountsMinor: amountsMinor.take(),
      refundedMinor: refundedMinor.take(),
      refundTimes: refundTimes.take(),
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
