import { readFileSync } from 'node:fs';
import { readSaleLines } from './online-retail.ts';
import { sharedLines } from './shared-data.ts';

const dayMs = 86_400_000;

/** One entry for each customer. */
export interface RfmValues {
  readonly recencyDays: Float64Array;
  readonly frequency: Float64Array;
  readonly monetary: Float64Array;
}

/** The CDNOW sample as of 1998-07-01: all purchases of one customer on one day are one order. Money in dollars. */
export function readCdnowRfm(): RfmValues {
  const lines = sharedLines('cdnow-sample.txt').map((line) => {
    const [customer, , date, , value] = line.trim().split(/\s+/) as [string, string, string, string, string];
    const time = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
    return { customer, order: `${customer} ${date}`, time, cents: Math.round(Number(value) * 100) };
  });
  return summarise(lines, Date.UTC(1998, 6, 1));
}

/** Online Retail's plain sale lines as of 2011-09-01 00:00. Money in pounds. */
export function readOnlineRetailRfm(): RfmValues {
  const lines = readSaleLines();
  const facts = Array.from(lines.customers, (customer, line) => ({
    customer: String(customer),
    order: String(lines.orders[line]),
    time: lines.times[line],
    cents: lines.quantities[line] * lines.unitPrices[line] * 100,
  }));
  return summarise(facts, Date.UTC(2011, 8, 1));
}

/** The same values out of the project's own fixture. */
export function readOnlineRetailRfmFixture(): RfmValues {
  const text = readFileSync(new URL('../../fixtures/online-retail-rfm.csv', import.meta.url), 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  const column = (index: number) => Float64Array.from(rows, (row) => row[index]);
  return { recencyDays: column(0), frequency: column(1), monetary: column(2) };
}

function summarise(facts: { customer: string; order: string; time: number; cents: number }[], asOf: number): RfmValues {
  const customers = new Map<string, { last: number; orders: Set<string>; cents: number }>();
  for (const { customer, order, time, cents } of facts) {
    const sums = customers.get(customer) ?? { last: -Infinity, orders: new Set(), cents: 0 };
    customers.set(customer, sums);
    sums.last = Math.max(sums.last, time);
    sums.orders.add(order);
    sums.cents += cents;
  }
  const all = [...customers.values()];
  return {
    recencyDays: Float64Array.from(all, ({ last }) => Math.floor((asOf - last) / dayMs)),
    frequency: Float64Array.from(all, ({ orders }) => orders.size),
    monetary: Float64Array.from(all, ({ cents }) => Math.round(cents) / 100),
  };
}
