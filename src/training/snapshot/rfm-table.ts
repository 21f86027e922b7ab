import { dayMs } from '../../shop/days.ts';
import { countDiscounts } from './buying-habits.ts';
import type { Snapshot } from './snapshot.ts';

/** RFM of every customer with an order of which something is left, at the snapshot's `as of`; money is net of refunds. */
export interface RfmTable {
  /** customer indices, ascending */
  customers: Uint32Array;
  /** R = floor((as_of - last order) / 86,400 s) */
  recencyDays: Float64Array;
  frequency: Float64Array;
  monetaryMinor: Float64Array;
  /** of what was paid for; 0: everything was given away */
  averageUnitPrices: Float64Array;
  /** NaN: no list price is known */
  discountShares: Float64Array;
  /** over all of them; NaN: nothing was sold */
  averageUnitPrice: number;
}

/** Counts RFM out of what is left of the sales: days, orders, and money in minor units. */
export function tabulateRfm({
  lines,
  customerKeys,
  asOf,
}: Pick<Snapshot, 'lines' | 'customerKeys' | 'asOf'>): RfmTable {
  const count = customerKeys.length;
  const last = new Float64Array(count);
  const lastOrder = new Int32Array(count).fill(-1);
  const orders = new Float64Array(count);
  const net = new Float64Array(count);
  const gross = new Float64Array(count);
  const quantity = new Float64Array(count);
  const { priced, discounted } = countDiscounts(lines, count);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0) continue;
    last[customer] = Math.max(last[customer], lines.times[line]);
    if (lines.orders[line] !== lastOrder[customer]) orders[customer]++;
    lastOrder[customer] = lines.orders[line];
    net[customer] += lines.amountsMinor[line];
    // Pieces given away are no cheap ones.
    if (lines.unitPrices[line] === 0) continue;
    gross[customer] += lines.unitPrices[line] * lines.quantities[line];
    quantity[customer] += lines.quantities[line];
  }
  const customers = Uint32Array.from(orders.keys()).filter((customer) => orders[customer] > 0);
  const column = (value: (customer: number) => number) => Float64Array.from(customers, value);
  return {
    customers,
    recencyDays: column((customer) => Math.floor((asOf - last[customer]) / dayMs)),
    frequency: column((customer) => orders[customer]),
    monetaryMinor: column((customer) => net[customer]),
    averageUnitPrices: column((customer) => (quantity[customer] > 0 ? gross[customer] / quantity[customer] : 0)),
    discountShares: column((customer) => (priced[customer] > 0 ? discounted[customer] / priced[customer] : Number.NaN)),
    averageUnitPrice: gross.reduce(add, 0) / quantity.reduce(add, 0),
  };
}

const add = (a: number, b: number) => a + b;
