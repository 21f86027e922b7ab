import type { Histories } from '../../../models/customer-value/index.ts';
import { dayMs } from '../../shop/days.ts';
import { linesAsOf } from './sales.ts';
import type { Snapshot } from './snapshot.ts';

const daysAWeek = 7;

/** Customers who ordered before `asOf`, ascending, and their histories up to it in weeks; what came back later is in them. */
export function tabulateHistories(
  snapshot: Snapshot,
  asOf: number,
  unit: number,
): { customers: Uint32Array; histories: Histories } {
  const { lines } = asOf === snapshot.asOf ? snapshot : linesAsOf(snapshot, asOf);
  const count = snapshot.customerKeys.length;
  const [first, last] = [new Float64Array(count), new Float64Array(count)];
  const days = new Uint32Array(count);
  const repeatMinor = new Float64Array(count);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0) continue;
    const day = dayBefore(asOf, lines.times[line]);
    if (days[customer] === 0) first[customer] = day;
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
  { customers, histories }: { customers: Uint32Array; histories: Histories },
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
