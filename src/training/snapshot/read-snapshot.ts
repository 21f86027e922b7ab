import { type Examination, estimateExamination, weightsOfPlaces } from '../../../models/examination/index.ts';
import type { Database, Transaction } from '../../db/index.ts';
import {
  loadItemCosts,
  loadItems,
  orderChannels,
  type SnapshotLine,
  selectSnapshotSize,
  streamBehaviours,
  streamOrderLines,
  tasteEventTypes,
} from '../../intake/index.ts';
import { readPlacedClicks } from '../../recommendations/index.ts';
import { dayMs } from '../../shop/days.ts';
import { Column, takeAll } from './growing-column.ts';
import { linesAsOf, type Sales } from './sales.ts';
import { type Events, numberNames, type Snapshot } from './snapshot.ts';
import { readOneMoment, selectWatermark } from './store.ts';

/** Of lists that were served earlier nothing is asked: pages change. */
const examinedDays = 60;
/** Places are kept as bytes. */
const mostPlace = 255;

/** Reads everything in one repeatable-read transaction: facts before `asOf`, received up to a watermark. */
export async function readSnapshot(db: Database, asOf: Date): Promise<Snapshot> {
  const watermark = await selectWatermark(db);
  return db.transaction(async (tx) => {
    await readOneMoment(tx);
    const catalogue = (await loadItems(tx)).sort((a, b) => a.itemKey - b.itemKey);
    const costs = await loadItemCosts(tx);
    const itemKeys = Int32Array.from(catalogue, (item) => item.itemKey);
    const itemIndex = new Map(catalogue.map((item, index) => [item.itemKey, index]));
    const facts = { asOf, watermark, itemOf: (itemKey: number) => itemIndex.get(itemKey)! };
    const size = await selectSnapshotSize(tx, asOf);
    const lines = streamOrderLines(tx, asOf, watermark);
    const { sold, refunds } = await readSales(lines, { ...facts, room: size.orderLines });
    const events = await readEvents(tx, { ...facts, room: size.events });
    const examination = await readExamination(tx, { asOf, watermark });
    const customerKeys = numberKeys(sold.customers, events.customers);
    const sales: Sales = { sold, refunds };
    return {
      asOf: asOf.getTime(),
      watermark,
      customerKeys,
      itemKeys,
      isProduct: Uint8Array.from(catalogue, (item) => (item.isProduct ? 1 : 0)),
      categories: numberNames(catalogue.map((item) => item.category)),
      brands: numberNames(catalogue.map((item) => item.brand)),
      unitCosts: Float64Array.from(itemKeys, (itemKey) => costs.get(itemKey) ?? Number.NaN),
      ...sales,
      ...linesAsOf(sales, asOf.getTime()),
      events: { ...events, customers: unsigned(events.customers) },
      examination,
      placeWeights: weighPlaces(examination, events.places),
    };
  });
}

interface Read {
  asOf: Date;
  watermark: Date;
  /** index of an item */
  itemOf: (itemKey: number) => number;
}

/** Customers are keys still, -1: nobody was named. */
export async function readSales(
  lines: AsyncIterable<SnapshotLine>,
  { itemOf, room }: Pick<Read, 'itemOf'> & { room?: number },
): Promise<Sales> {
  const sold = {
    orders: new Column(Uint32Array, room),
    customers: new Column(Int32Array, room),
    items: new Column(Uint32Array, room),
    times: new Column(Float64Array, room),
    amountsMinor: new Column(Float64Array, room),
    quantities: new Column(Float64Array, room),
    unitPrices: new Column(Float64Array, room),
    listPrices: new Column(Float64Array, room),
    withCoupon: new Column(Uint8Array, room),
    channels: new Column(Uint8Array, room),
  };
  const refunds = {
    lines: new Column(Uint32Array),
    times: new Column(Float64Array),
    quantities: new Column(Float64Array),
    amountsMinor: new Column(Float64Array),
  };
  let orderCount = 0;
  let lastOrder = -1;
  for await (const line of lines) {
    if (line.orderKey !== lastOrder) orderCount++;
    lastOrder = line.orderKey;
    for (const refund of line.refunds) {
      refunds.lines.push(sold.orders.length);
      refunds.times.push(refund.occurredAt);
      refunds.quantities.push(refund.quantity);
      refunds.amountsMinor.push(refund.amountMinor);
    }
    sold.orders.push(orderCount - 1);
    sold.customers.push(line.customerKey ?? -1);
    sold.items.push(itemOf(line.itemKey));
    sold.times.push(line.occurredAt);
    sold.amountsMinor.push(line.amountMinor);
    sold.quantities.push(line.quantity);
    sold.unitPrices.push(line.unitPrice);
    sold.listPrices.push(line.listPrice ?? Number.NaN);
    sold.withCoupon.push(line.withCoupon ? 1 : 0);
    sold.channels.push(line.channel === null ? 0 : orderChannels.indexOf(line.channel) + 1);
  }
  return { sold: takeAll(sold), refunds: takeAll(refunds) };
}

/** Behaviours that show taste; customers are keys still. */
async function readEvents(
  tx: Transaction,
  { asOf, watermark, itemOf, room }: Read & { room: number },
): Promise<Omit<Events, 'customers'> & { customers: Int32Array }> {
  const events = {
    customers: new Column(Int32Array, room),
    items: new Column(Uint32Array, room),
    types: new Column(Uint8Array, room),
    places: new Column(Uint8Array, room),
    times: new Column(Float64Array, room),
  };
  for await (const event of streamBehaviours(tx, asOf, watermark)) {
    const type = (tasteEventTypes as readonly string[]).indexOf(event.type);
    if (type < 0) continue;
    events.customers.push(event.customerKey);
    events.items.push(itemOf(event.itemKey));
    events.types.push(type);
    events.places.push(Math.min(event.place, mostPlace));
    events.times.push(event.occurredAt);
  }
  return takeAll(events);
}

/** How often places were looked at in the last days before `asOf`. */
async function readExamination(tx: Transaction, { asOf, watermark }: Pick<Read, 'asOf' | 'watermark'>) {
  const from = new Date(asOf.getTime() - examinedDays * dayMs);
  return estimateExamination(await readPlacedClicks(tx, from, asOf, watermark));
}

function weighPlaces({ curve }: Examination, places: Uint8Array): number[] | undefined {
  if (!curve) return undefined;
  const eventsAt = new Float64Array(mostPlace + 1);
  for (let event = 0; event < places.length; event++) eventsAt[places[event]]++;
  return weightsOfPlaces(curve, eventsAt);
}

/** The same memory: there is no negative one among them. */
const unsigned = ({ buffer, byteOffset, length }: Int32Array) => new Uint32Array(buffer, byteOffset, length);

/**
 * Puts in place of each key its index among all that occur, in ascending order; -1 stays. Keys are small whole numbers, so that a table
 * of them takes a tenth of what a Map does, which has room for 2 ** 24 besides.
 * @returns the keys
 */
function numberKeys(...columns: Int32Array[]): Int32Array {
  let most = -1;
  for (const column of columns) for (let at = 0; at < column.length; at++) if (column[at] > most) most = column[at];
  const indexes = new Int32Array(most + 1).fill(-1);
  for (const column of columns) for (let at = 0; at < column.length; at++) if (column[at] >= 0) indexes[column[at]] = 0;
  let count = 0;
  for (let key = 0; key <= most; key++) if (indexes[key] === 0) indexes[key] = count++;
  const keys = new Int32Array(count);
  for (let key = 0; key <= most; key++) if (indexes[key] >= 0) keys[indexes[key]] = key;
  for (const column of columns) {
    for (let at = 0; at < column.length; at++) if (column[at] >= 0) column[at] = indexes[column[at]];
  }
  return keys;
}
