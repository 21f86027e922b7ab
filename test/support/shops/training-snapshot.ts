import { type OrderChannel, orderChannels } from '../../../src/intake/index.ts';
import { linesAsOf, type Sales } from '../../../src/training/snapshot/sales.ts';
import { numberNames, type Snapshot } from '../../../src/training/snapshot/snapshot.ts';

export interface SaleLine {
  /** undefined: nobody known */
  customer?: number;
  item: number;
  /** lines of one order follow one another */
  order: number;
  /** epoch milliseconds, ascending */
  time: number;
  quantity?: number;
  unitPrice?: number;
  listPrice?: number;
  withCoupon?: boolean;
  channel?: OrderChannel;
  /** part of the line that was given back right after the sale */
  refundedMinor?: number;
  /** epoch milliseconds of the refund of the whole line */
  refundedAt?: number;
}

export interface SeenItem {
  customer: number;
  item: number;
  /** place in `tasteEventTypes` */
  type: number;
  time: number;
  /** on the list that it came from, from 1 */
  place?: number;
}

/** A snapshot as the trainer reads it, out of a handful of facts; keys are indices plus 100. */
export function makeSnapshot(facts: {
  asOf: number;
  customers: number;
  /** one entry an item: is it a product? */
  items: boolean[];
  /** by item */
  categories?: (string | null)[];
  brands?: (string | null)[];
  lines: SaleLine[];
  events?: SeenItem[];
  placeWeights?: number[];
}): Snapshot {
  const { lines, events = [] } = facts;
  const numbers = (value: (line: SaleLine) => number) => Float64Array.from(lines, value);
  const refunded = lines.flatMap((line, place) => {
    const { time, quantity = 1, unitPrice = 1, refundedMinor, refundedAt } = line;
    const amountMinor = Math.round(quantity * unitPrice * 100);
    if (refundedAt !== undefined) return [{ place, time: refundedAt, quantity, amountMinor }];
    if (!refundedMinor) return [];
    return [{ place, time, quantity: (quantity * refundedMinor) / amountMinor, amountMinor: refundedMinor }];
  });
  const sales: Sales = {
    sold: {
      orders: Uint32Array.from(lines, ({ order }) => order),
      customers: Int32Array.from(lines, ({ customer = -1 }) => customer),
      items: Uint32Array.from(lines, ({ item }) => item),
      times: numbers(({ time }) => time),
      amountsMinor: numbers(({ quantity = 1, unitPrice = 1 }) => Math.round(quantity * unitPrice * 100)),
      quantities: numbers(({ quantity = 1 }) => quantity),
      unitPrices: numbers(({ unitPrice = 1 }) => unitPrice),
      listPrices: numbers(({ listPrice = Number.NaN }) => listPrice),
      withCoupon: Uint8Array.from(lines, ({ withCoupon = false }) => Number(withCoupon)),
      channels: Uint8Array.from(lines, ({ channel }) => (channel ? orderChannels.indexOf(channel) + 1 : 0)),
    },
    refunds: {
      lines: Uint32Array.from(refunded, ({ place }) => place),
      times: Float64Array.from(refunded, ({ time }) => time),
      quantities: Float64Array.from(refunded, ({ quantity }) => quantity),
      amountsMinor: Float64Array.from(refunded, ({ amountMinor }) => amountMinor),
    },
  };
  return {
    asOf: facts.asOf,
    watermark: new Date(facts.asOf),
    customerKeys: Int32Array.from({ length: facts.customers }, (_, index) => 100 + index),
    itemKeys: Int32Array.from(facts.items, (_, index) => 100 + index),
    isProduct: Uint8Array.from(facts.items, Number),
    categories: numberNames(facts.categories ?? facts.items.map(() => null)),
    brands: numberNames(facts.brands ?? facts.items.map(() => null)),
    unitCosts: Float64Array.from(facts.items, () => Number.NaN),
    ...sales,
    ...linesAsOf(sales, facts.asOf),
    events: {
      customers: Uint32Array.from(events, ({ customer }) => customer),
      items: Uint32Array.from(events, ({ item }) => item),
      types: Uint8Array.from(events, ({ type }) => type),
      places: Uint8Array.from(events, ({ place = 0 }) => place),
      times: Float64Array.from(events, ({ time }) => time),
    },
    examination: { curve: undefined, refused: 'none', clicks: 0, errors: [] },
    placeWeights: facts.placeWeights,
  };
}
