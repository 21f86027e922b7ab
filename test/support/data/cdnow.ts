import type { Histories } from '../../../models/customer-value/index.ts';
import { sharedLines } from './shared-data.ts';

const dayMs = 86_400_000;

/** A customer's orders of one day. */
export interface CdnowOrder {
  readonly customer: number;
  readonly time: number;
  readonly cents: number;
}

/** The CDNOW sample: customers numbered in the file's order, the days of each ascending. */
export function readCdnowOrders(): CdnowOrder[] {
  const customers = new Map<string, number>();
  const orders: CdnowOrder[] = [];
  for (const line of sharedLines('cdnow-sample.txt')) {
    const [master, sample, date, , value] = line.trim().split(/\s+/) as [string, string, string, string, string];
    const id = `${master} ${sample}`;
    if (!customers.has(id)) customers.set(id, customers.size);
    const time = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
    const cents = Math.round(Number(value) * 100);
    const last = orders.at(-1);
    if (last?.customer === customers.get(id) && last?.time === time) {
      orders[orders.length - 1] = { ...last, cents: last.cents + cents };
    } else {
      orders.push({ customer: customers.get(id)!, time, cents });
    }
  }
  return orders;
}

/** As published: calibrated to 1997-09-30, in weeks rounded to two decimals, and the days with an order in the 39 weeks after. */
export function readCdnowHistories(): {
  histories: Histories;
  ordersAfter: Uint32Array;
  /** the same customers at the end of those 39 weeks */
  later: Omit<Histories, 'meanSpend'>;
} {
  const end = Date.UTC(1997, 8, 30);
  const days: CdnowOrder[][] = [];
  for (const order of readCdnowOrders()) (days[order.customer] ??= []).push(order);
  const before = days.map((orders) => orders.filter(({ time }) => time <= end));
  const weeks = (from: number, to: number) => Math.round(((to - from) / dayMs / 7) * 100) / 100;
  const column = (value: (orders: CdnowOrder[]) => number) => Float64Array.from(before, value);
  return {
    histories: {
      repeats: Uint32Array.from(before, (orders) => orders.length - 1),
      lastRepeat: column((orders) => weeks(orders[0].time, orders.at(-1)!.time)),
      observed: column((orders) => weeks(orders[0].time, end)),
      meanSpend: column(([, ...repeats]) =>
        repeats.length > 0 ? repeats.reduce((sum, { cents }) => sum + cents, 0) / 100 / repeats.length : 0,
      ),
    },
    ordersAfter: Uint32Array.from(days, (orders, customer) => orders.length - before[customer].length),
    later: {
      repeats: Uint32Array.from(days, (orders) => orders.length - 1),
      lastRepeat: Float64Array.from(days, (orders) => weeks(orders[0].time, orders.at(-1)!.time)),
      observed: Float64Array.from(days, (orders) => weeks(orders[0].time, end) + 39),
    },
  };
}
