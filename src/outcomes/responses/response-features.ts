import type { Features } from '../../../models/coupon-response/index.ts';
import type { Queryable } from '../../db/index.ts';
import { type PurchaseSums, sumPurchases } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import { type CustomerFeatures, selectProfiled } from './store.ts';

/** A customer's features at a time are what they bought in each of these times before it. */
const daysBefore = [30, 90, 365] as const;
/** So many customers are asked for at once. */
const chunk = 20_000;

/** What each row of features holds, in turn: of each time before, logarithms of 1 and … */
export const responseFeatures: readonly string[] = daysBefore.flatMap((days) => [`orders_${days}`, `revenue_${days}`]);

/** The attributes of customers, as decisions name them, that features and the worth of an order are derived from. */
export const responseAttributes: readonly string[] = [
  'orders',
  'frequency',
  'frequency_score',
  'recency',
  'recency_days',
  'recency_score',
  'revenue',
  'monetary',
  'monetary_score',
  'average_order_value',
];

/** @returns a row for each, and what they bought in the longest of the times */
export async function readFeatures(
  db: Queryable,
  customers: readonly { customerKey: number; at: Date }[],
  minorDigits: number,
): Promise<{ features: Features; bought: PurchaseSums[] }> {
  const columns = responseFeatures.length;
  const values = new Float64Array(customers.length * columns);
  let bought: PurchaseSums[] = [];
  for (const [place, days] of daysBefore.entries()) {
    const windows = customers.map(({ customerKey, at }) => {
      return { customerKey, from: new Date(at.getTime() - days * dayMs), until: at, knownAt: at };
    });
    bought = await sumPurchases(db, windows, minorDigits);
    for (const [row, { orders, revenueMinor }] of bought.entries()) {
      values[row * columns + 2 * place] = Math.log1p(orders);
      values[row * columns + 2 * place + 1] = Math.log1p(Math.max(0, revenueMinor) / 10 ** minorDigits);
    }
  }
  return { features: { values, columns }, bought };
}

/** All customers who allow profiling, in ascending key, with their features. */
export interface ProfiledCustomers {
  customerKeys: readonly number[];
  features: Features;
  /** means of an order and of its margin, in minor units: the customer's own, or the shop's where they have none */
  orderMinor: Float64Array;
  marginMinor: Float64Array;
}

/**
 * The features of everybody as of a time. The margin is that of reports: of items with a known cost.
 * @returns undefined: no cost of anything bought is known, so nobody can say what an order brings
 */
export async function readProfiledCustomers(
  db: Queryable,
  { asOf, minorDigits }: { asOf: Date; minorDigits: number },
): Promise<ProfiledCustomers | undefined> {
  const customerKeys = await selectProfiled(db);
  const columns = responseFeatures.length;
  const values = new Float64Array(customerKeys.length * columns);
  const bought: PurchaseSums[] = [];
  for (let first = 0; first < customerKeys.length; first += chunk) {
    const customers = customerKeys.slice(first, first + chunk).map((customerKey) => ({ customerKey, at: asOf }));
    const portion = await readFeatures(db, customers, minorDigits);
    values.set(portion.features.values, first * columns);
    for (const one of portion.bought) bought.push(one);
  }
  const buyers = bought.filter(({ orders }) => orders > 0);
  const costed = buyers.filter(({ costedMinor }) => costedMinor > 0);
  if (costed.length === 0) return undefined;
  const perOrder = (of: readonly PurchaseSums[], figure: 'revenueMinor' | 'marginMinor') =>
    of.reduce((sum, one) => sum + one[figure], 0) / of.reduce((sum, { orders }) => sum + orders, 0);
  const [meanOrder, meanMargin] = [perOrder(buyers, 'revenueMinor'), perOrder(costed, 'marginMinor')];
  return {
    customerKeys,
    features: { values, columns },
    orderMinor: Float64Array.from(bought, (one) => (one.orders > 0 ? one.revenueMinor / one.orders : meanOrder)),
    marginMinor: Float64Array.from(bought, (one) =>
      one.orders > 0 && one.costedMinor > 0 ? one.marginMinor / one.orders : meanMargin,
    ),
  };
}

export function* rowsOf({
  customerKeys,
  features,
  orderMinor,
  marginMinor,
}: ProfiledCustomers): Iterable<CustomerFeatures> {
  const { values, columns } = features;
  for (const [row, customerKey] of customerKeys.entries()) {
    yield {
      customerKey,
      features: values.subarray(row * columns, (row + 1) * columns),
      orderMinor: orderMinor[row],
      marginMinor: marginMinor[row],
    };
  }
}
