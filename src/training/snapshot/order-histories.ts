import type { Histories } from '../../../models/customer-value/index.ts';
import { dayMs } from '../../shop/days.ts';
import { linesAsOf } from './sales.ts';
import type { Snapshot } from './snapshot.ts';

const daysAWeek = 7;

/** Customers who ordered, and what they did. */
export interface OrderHistories {
  /** ascending */
  customers: Uint32Array;
  /** in weeks */
  histories: Histories;
  firstOrders: FirstOrderTraits;
}

/** What is known of first orders, beside `customers`. */
export interface FirstOrderTraits {
  /** of the goods of greatest value among those with a category; -1: none has one */
  categories: Int32Array;
  /** places in `orderChannels`; -1: not told */
  channels: Int32Array;
}

/** Customers who ordered before `asOf` and their histories up to it; what came back later is in them. */
export function tabulateHistories(snapshot: Snapshot, asOf: number, unit: number): OrderHistories {
  const { lines } = asOf === snapshot.asOf ? snapshot : linesAsOf(snapshot, asOf);
  const count = snapshot.customerKeys.length;
  const [first, last] = [new Float64Array(count), new Float64Array(count)];
  const days = new Uint32Array(count);
  const repeatMinor = new Float64Array(count);
  const firstOrder = new Uint32Array(count);
  const [firstCategory, firstChannel] = [new Int32Array(count).fill(-1), new Int32Array(count).fill(-1)];
  const greatest = new Float64Array(count).fill(-Infinity);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0) continue;
    const day = dayBefore(asOf, lines.times[line]);
    if (days[customer] === 0) {
      first[customer] = day;
      firstOrder[customer] = lines.orders[line];
      firstChannel[customer] = lines.channels[line] - 1;
    }
    if (lines.orders[line] === firstOrder[customer] && lines.amountsMinor[line] > greatest[customer]) {
      const category = snapshot.isProduct[lines.items[line]] ? snapshot.categories.numbers[lines.items[line]] : -1;
      if (category >= 0) [firstCategory[customer], greatest[customer]] = [category, lines.amountsMinor[line]];
    }
    if (days[customer] === 0 || last[customer] !== day) days[customer]++;
    last[customer] = day;
    if (day !== first[customer]) repeatMinor[customer] += lines.amountsMinor[line];
  }
  const customers = Uint32Array.from(days.keys()).filter((customer) => days[customer] > 0);
  const column = (value: (customer: number) => number) => Float64Array.from(customers, value);
  return {
    customers,
    histories: {
      repeats: Uint32Array.from(customers, (customer) => days[customer] - 1),
      lastRepeat: column((customer) => (first[customer] - last[customer]) / daysAWeek),
      observed: column((customer) => first[customer] / daysAWeek),
      meanSpend: column((customer) => (days[customer] > 1 ? repeatMinor[customer] / (days[customer] - 1) / unit : 0)),
    },
    firstOrders: {
      categories: Int32Array.from(customers, (customer) => firstCategory[customer]),
      channels: Int32Array.from(customers, (customer) => firstChannel[customer]),
    },
  };
}

/**
 * The same customers' histories `days` later: what they had done by `asOf`, and their days with an order since.
 *
 * @param known what `tabulateHistories` gives for `asOf`
 */
export function continueHistories(
  { lines, customerKeys }: Snapshot,
  asOf: number,
  { customers, histories }: Pick<OrderHistories, 'customers' | 'histories'>,
  days: number,
): Omit<Histories, 'meanSpend'> {
  const since = new Uint32Array(customerKeys.length);
  const last = new Float64Array(customerKeys.length).fill(Number.NaN);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0 || lines.times[line] < asOf) continue;
    const day = dayBefore(asOf, lines.times[line]);
    if (last[customer] !== day) since[customer]++;
    last[customer] = day;
  }
  const { repeats, lastRepeat, observed } = histories;
  return {
    repeats: repeats.map((count, row) => count + since[customers[row]]),
    lastRepeat: lastRepeat.map((before, row) => {
      // Days after `asOf` are negative ones before it.
      return since[customers[row]] > 0 ? observed[row] - last[customers[row]] / daysAWeek : before;
    }),
    observed: observed.map((until) => until + days / daysAWeek),
  };
}

/** Whole days of 24 hours, as recency counts them: a night begins where a run's clock stands. */
function dayBefore(asOf: number, time: number): number {
  return Math.floor((asOf - time) / dayMs);
}
