import { placesWhere, valuesAt } from '../../../models/places.ts';

/** Sale lines, one a position, in order of time. */
export interface Lines {
  /** order number, ascending in time */
  orders: Uint32Array;
  /** customer index, -1: nobody was named, or no profiling */
  customers: Int32Array;
  items: Uint32Array;
  /** epoch milliseconds */
  times: Float64Array;
  amountsMinor: Float64Array;
  quantities: Float64Array;
  unitPrices: Float64Array;
  /** NaN: not known */
  listPrices: Float64Array;
  /** 1 where a coupon code came with the line */
  withCoupon: Uint8Array;
  /** places in `orderChannels`, one more; 0: not told */
  channels: Uint8Array;
}

/** What came back of sale lines, in the lines' order and of one line in order of time. */
export interface Refunds {
  /** places in the lines as they were sold */
  lines: Uint32Array;
  /** epoch milliseconds */
  times: Float64Array;
  quantities: Float64Array;
  amountsMinor: Float64Array;
}

export interface Sales {
  /** as they were sold, whatever came back of them */
  sold: Lines;
  refunds: Refunds;
}

/** Of every line as it was sold what is left of it at `asOf`; 0: all of it had come back before. */
export function leftAsOf({ sold, refunds }: Sales, asOf: number): Pick<Lines, 'quantities' | 'amountsMinor'> {
  const quantities = sold.quantities.slice();
  const amountsMinor = sold.amountsMinor.slice();
  for (const [refund, line] of refunds.lines.entries()) {
    if (refunds.times[refund] >= asOf) continue;
    // Quantities have three decimals, which a difference of floats would blur.
    quantities[line] = Math.round(1_000 * (quantities[line] - refunds.quantities[refund])) / 1_000;
    amountsMinor[line] -= refunds.amountsMinor[refund];
  }
  return { quantities, amountsMinor };
}

/**
 * The lines as of a time: sold before it, and what was given back before it did not happen. A line that had wholly come back
 * is not among them, and an order of such lines alone is none; of others the rest counts.
 */
export function linesAsOf(sales: Sales, asOf: number): { lines: Lines; orderCount: number } {
  const { sold } = sales;
  const left = leftAsOf(sales, asOf);
  const kept = placesWhere(sold.times.length, (line) => sold.times[line] < asOf && left.quantities[line] > 0);
  const { orders, ...lines } = pickRows<Lines>({ ...sold, ...left }, kept);
  let orderCount = 0;
  for (let line = 0, last = -1; line < orders.length; line++) {
    if (orders[line] !== last) orderCount++;
    last = orders[line];
    orders[line] = orderCount - 1;
  }
  return { lines: { orders, ...lines }, orderCount };
}

/** The sales without some of their lines. */
export function withoutLines({ sold, refunds }: Sales, isKept: (line: number) => boolean): Sales {
  const kept = placesWhere(sold.times.length, isKept);
  // By line one more than its place among the kept; 0: it is not. (A Map has room for 2 ** 24 lines.)
  const places = new Uint32Array(sold.times.length);
  for (let place = 0; place < kept.length; place++) places[kept[place]] = place + 1;
  const keptRefunds = placesWhere(refunds.lines.length, (refund) => places[refunds.lines[refund]] > 0);
  const { lines, ...rest } = pickRows<Refunds>(refunds, keptRefunds);
  return { sold: pickRows<Lines>(sold, kept), refunds: { lines: lines.map((line) => places[line] - 1), ...rest } };
}

/** These rows of all columns, copied. */
export function pickRows<
  Columns extends { [Name in keyof Columns]: Float64Array | Uint32Array | Int32Array | Uint8Array },
>(columns: Columns, rows: Uint32Array): Columns {
  const names = Object.keys(columns) as (keyof Columns)[];
  return Object.fromEntries(names.map((name) => [name, valuesAt(columns[name], rows)])) as unknown as Columns;
}
