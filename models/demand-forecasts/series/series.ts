import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { Calendar } from './calendar.ts';

/** What is known of an item's demand. */
export interface Series {
  /** its first day, of the shop's days */
  readonly start: number;
  /** units by day from `start` on; NaN where the demand is unknown */
  readonly calendar: Float64Array;
  /** the same without the unknown days */
  readonly known: Float64Array;
  /** by day from `start` on, and one more: how many known days are before it */
  readonly knownBefore: Uint32Array;
  /** by day from `start` on: 1 where what was sold is all that was asked for */
  readonly isWhole: Uint8Array;
}

/** What the methods learn from. */
export interface Past {
  /** units by day; NaN where the demand is unknown */
  readonly calendar: Float64Array;
  /** the same without the unknown days */
  readonly known: Float64Array;
  /** as `calendar`, with the extraordinary days as they were */
  readonly whole: Float64Array;
}

/** Demand by item and day. */
export interface DemandHistory {
  /** items by days: the units sold, with values; where there is none nothing was sold */
  readonly demand: SparseMatrix;
  /** items by days: where the item was sold out for a part of the day or all of it */
  readonly soldOut?: SparseMatrix;
  /** by item: the first day on which it could be bought; without, or below 0: that of its first sale */
  readonly firstDays?: Int32Array;
  /** by item, from 0; without: all are of one */
  readonly categories?: Uint32Array;
  /** of day 0: 0 is Monday, 6 Sunday */
  readonly firstWeekday: number;
}

/**
 * The series of one item. Days on which the shop was closed, and such on which the item was sold out and sold nothing, are
 * unknown. One on which it sold something before it was sold out asked for that at least: it counts as the mean of the
 * known days before it where that is more.
 */
export function readSeries({ demand, soldOut, firstDays }: DemandHistory, item: number, { closed }: Calendar): Series {
  const from = demand.offsets[item];
  const to = demand.offsets[item + 1];
  const listed = firstDays?.[item] ?? -1;
  const firstSale = from < to ? demand.indices[from] : demand.columns;
  const start = listed < 0 ? firstSale : Math.min(listed, firstSale);
  const days = demand.columns - start;
  const calendar = new Float64Array(days);
  for (let at = from; at < to; at++) calendar[demand.indices[at] - start] = demand.values![at];
  const isWhole = new Uint8Array(days).fill(1);
  for (let day = 0; day < days; day++) if (closed[start + day]) isWhole[day] = 0;
  for (let at = soldOut?.offsets[item] ?? 0; at < (soldOut?.offsets[item + 1] ?? 0); at++) {
    const day = soldOut!.indices[at] - start;
    if (day >= 0) isWhole[day] = 0;
  }
  const known = new Float64Array(days);
  const knownBefore = new Uint32Array(days + 1);
  let [count, sum] = [0, 0];
  for (let day = 0; day < days; day++) {
    knownBefore[day] = count;
    if (isWhole[day]) sum += calendar[day];
    else if (calendar[day] > 0) sum += calendar[day] = Math.max(calendar[day], count > 0 ? sum / count : 0);
    else {
      calendar[day] = Number.NaN;
      continue;
    }
    known[count++] = calendar[day];
  }
  knownBefore[days] = count;
  return { start, calendar, known: known.subarray(0, count), knownBefore, isWhole };
}

/**
 * What was known before a day of the shop, for the methods: with days of more than is bought on `ordinaryShare` of the days with a
 * sale, and than twice the median of these, taken as that much. Whoever buys a thousand at once says nothing of next month.
 */
export function ordinaryBefore(series: Series, day: number, ordinaryShare: number): Past {
  const days = Math.max(0, day - series.start);
  const known = series.known.subarray(0, series.knownBefore[days]);
  const sales = known.filter((sold) => sold > 0).sort();
  const middle = sales[sales.length >> 1];
  const most = Math.max(sales[Math.min(sales.length - 1, Math.floor(ordinaryShare * sales.length))], 2 * middle);
  const calendar = series.calendar.subarray(0, days);
  return {
    whole: calendar,
    calendar: calendar.map((sold) => (sold > most ? most : sold)),
    known: known.map((sold) => (sold > most ? most : sold)),
  };
}
