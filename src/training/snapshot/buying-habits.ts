import type { FeatureColumn, FeatureName } from '../../../models/segmentation/index.ts';
import { createLocalTime } from './local-time.ts';
import type { Snapshot } from './snapshot.ts';

/** How customers buy beside how lately, often and much: features for the clusters. */
export interface Habits {
  columns: FeatureColumn[];
  /** features that these facts do not hold, with the reason */
  missing: { feature: FeatureName; reason: string }[];
}

const eveningFrom = 18;
/** counted from Monday, 0 */
const saturday = 5;
/** A feature that fewer customers have would be made up for the rest. */
const leastShare = 0.5;

/**
 * Lines of goods an order, distinct categories, and the shares of lines below list price, of orders in the evening (18:00 to
 * midnight in the shop's zone) and at the weekend.
 * @param customers indices of the customers with an order, ascending
 */
export function tabulateHabits(
  { lines, categories, isProduct, customerKeys }: Pick<Snapshot, 'lines' | 'categories' | 'isProduct' | 'customerKeys'>,
  customers: Uint32Array,
  timeZone: string,
): Habits {
  const count = customerKeys.length;
  const counted = () => new Float64Array(count);
  const [orders, goods, evenings, weekends] = [counted(), counted(), counted(), counted()];
  const { priced, discounted } = countDiscounts(lines, count);
  const lastOrder = new Int32Array(count).fill(-1);
  const localTime = createLocalTime(timeZone);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0) continue;
    if (lines.orders[line] !== lastOrder[customer]) {
      lastOrder[customer] = lines.orders[line];
      const { hour, weekday } = localTime(lines.times[line]);
      orders[customer]++;
      if (hour >= eveningFrom) evenings[customer]++;
      if (weekday >= saturday) weekends[customer]++;
    }
    if (isProduct[lines.items[line]]) goods[customer]++;
  }
  const breadths = countCategories({ lines, categories, isProduct }, count);
  const column = (value: (customer: number) => number) => Float64Array.from(customers, value);
  const share = (part: Float64Array, whole: Float64Array) => ({
    values: column((customer) => (whole[customer] > 0 ? part[customer] / whole[customer] : Number.NaN)),
    evidence: column((customer) => whole[customer]),
  });
  const coverage = (of: Float64Array) =>
    customers.reduce((sum, customer) => sum + Number(of[customer] > 0), 0) / Math.max(1, customers.length);
  const candidates: (FeatureColumn & { requires?: { share: number; what: string } })[] = [
    { name: 'basketSize', values: column((customer) => goods[customer] / orders[customer]) },
    {
      name: 'breadth',
      values: column((customer) => breadths[customer]),
      requires: { share: coverage(breadths), what: 'a category of what they bought' },
    },
    {
      name: 'discountShare',
      ...share(discounted, priced),
      requires: { share: coverage(priced), what: 'a list price' },
    },
    { name: 'eveningShare', ...share(evenings, orders) },
    { name: 'weekendShare', ...share(weekends, orders) },
  ];
  const habits: Habits = { columns: [], missing: [] };
  for (const { requires, ...feature } of candidates) {
    if (requires && requires.share < leastShare) {
      const percent = Math.round(100 * requires.share);
      const reason = `${requires.what} is known for ${percent} % of the customers, which is too few`;
      habits.missing.push({ feature: feature.name, reason });
    } else habits.columns.push(feature);
  }
  return habits;
}

/** By customer: lines whose list price is known, and those of them sold below it. */
export function countDiscounts(
  lines: Snapshot['lines'],
  customerCount: number,
): { priced: Float64Array; discounted: Float64Array } {
  const [priced, discounted] = [new Float64Array(customerCount), new Float64Array(customerCount)];
  for (let line = 0; line < lines.customers.length; line++) {
    const customer = lines.customers[line];
    if (customer < 0 || !(lines.listPrices[line] > 0)) continue;
    priced[customer]++;
    if (lines.unitPrices[line] < lines.listPrices[line]) discounted[customer]++;
  }
  return { priced, discounted };
}

/** Distinct categories of goods by customer. */
function countCategories(
  { lines, categories: { numbers, names }, isProduct }: Pick<Snapshot, 'lines' | 'categories' | 'isProduct'>,
  customerCount: number,
): Float64Array {
  const width = Math.max(1, names.length);
  const pairs = new Float64Array(lines.items.length);
  let pairCount = 0;
  for (let line = 0; line < lines.items.length; line++) {
    const [customer, item] = [lines.customers[line], lines.items[line]];
    if (customer >= 0 && isProduct[item] && numbers[item] >= 0) pairs[pairCount++] = customer * width + numbers[item];
  }
  const counts = new Float64Array(customerCount);
  const sorted = pairs.subarray(0, pairCount).sort();
  for (const [index, pair] of sorted.entries()) {
    if (index === 0 || pair !== sorted[index - 1]) counts[Math.floor(pair / width)]++;
  }
  return counts;
}
