import { seededRandom } from '../../../models/random.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { loadItems, type SnapshotLine, streamOrderLines } from '../../intake/index.ts';
import { readSales } from './read-snapshot.ts';
import { linesAsOf } from './sales.ts';
import { numberNames, type Snapshot } from './snapshot.ts';
import { readOneMoment, selectWatermark } from './store.ts';

/** What some of the customers bought. */
export interface SampledPurchases
  extends Pick<Snapshot, 'asOf' | 'watermark' | 'customerKeys' | 'isProduct' | 'categories' | 'lines'> {
  /** how many there are with an order of which something is left; `customerKeys` are those that were drawn */
  readonly buyers: number;
}

/**
 * The purchases before `asOf` of at most `most` customers, drawn without replacement; the same seed and facts draw the same. The
 * lines are read twice, so that memory grows with what the sample bought alone, and 40 bytes for each customer there is.
 */
export async function readSampledPurchases(
  db: Database,
  asOf: Date,
  { most, seed }: { most: number; seed: number },
): Promise<SampledPurchases> {
  const watermark = await selectWatermark(db);
  return db.transaction(async (tx) => {
    await readOneMoment(tx);
    const catalogue = (await loadItems(tx)).sort((a, b) => a.itemKey - b.itemKey);
    const itemIndex = new Map(catalogue.map((item, index) => [item.itemKey, index]));
    const buyers = await findBuyers(tx, asOf, watermark);
    const customerKeys = draw(buyers, most, seed);
    const index = new Map(Array.from(customerKeys, (key, place) => [key, place]));
    const theirs = only(streamOrderLines(tx, asOf, watermark), index);
    const { sold, refunds } = await readSales(theirs, { itemOf: (itemKey) => itemIndex.get(itemKey)! });
    const customers = sold.customers.map((key) => index.get(key)!);
    return {
      asOf: asOf.getTime(),
      watermark,
      buyers: buyers.length,
      customerKeys,
      isProduct: Uint8Array.from(catalogue, (item) => (item.isProduct ? 1 : 0)),
      categories: numberNames(catalogue.map((item) => item.category)),
      lines: linesAsOf({ sold: { ...sold, customers }, refunds }, asOf.getTime()).lines,
    };
  });
}

/** Keys of the customers with a line of which something is left, ascending. */
async function findBuyers(tx: Transaction, asOf: Date, watermark: Date): Promise<Int32Array> {
  const keys = new Set<number>();
  for await (const { customerKey, quantity, refunds } of streamOrderLines(tx, asOf, watermark)) {
    if (customerKey === null || keys.has(customerKey)) continue;
    const left = refunds.reduce((rest, refund) => rest - refund.quantity, quantity);
    // Quantities have three decimals, which a difference of floats would blur.
    if (Math.round(1_000 * left) > 0) keys.add(customerKey);
  }
  return Int32Array.from(keys).sort();
}

async function* only(lines: AsyncIterable<SnapshotLine>, wanted: ReadonlyMap<number, unknown>) {
  for await (const line of lines) if (line.customerKey !== null && wanted.has(line.customerKey)) yield line;
}

/** Fisher and Yates, as far as is needed; ascending again. */
function draw(keys: Int32Array, most: number, seed: number): Int32Array {
  if (keys.length <= most) return keys;
  const random = seededRandom(seed);
  const left = keys.slice();
  for (let drawn = 0; drawn < most; drawn++) {
    const other = drawn + Math.floor(random() * (left.length - drawn));
    [left[drawn], left[other]] = [left[other], left[drawn]];
  }
  return left.slice(0, most).sort();
}
