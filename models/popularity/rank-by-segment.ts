import { groupByCustomer, placesOf } from '../group-by-customer.ts';
import type { PopularityRecipe } from './recipe.ts';

/** Customers who belong together, by their indices. */
export interface SegmentOfCustomers {
  readonly segment: string;
  readonly customers: ArrayLike<number>;
}

/** What sells best to the customers of a segment. */
export interface SegmentSales {
  readonly segment: string;
  /** items, best first, equal ones by ascending index */
  readonly items: Uint32Array;
  /** beside them: a share of the first's */
  readonly scores: Float64Array;
}

/** What fewer customers of a segment bought is told of none: it might say who they are. */
const fewestBuyers = 5;
const perSegment = 200;

/**
 * Best sellers of each segment: what its customers bought, as `rankPopularity` counts it, of items that at least five of them
 * bought. Entry `n` of `customers`, `items` and `ageDays` is one purchase. A segment without any is left out.
 *
 * Time: the purchases, and for each segment those of its customers.
 *
 * @param purchases.ageDays days between the purchase and the run's as_of, 0 or more
 */
export function rankBySegment(
  purchases: {
    customers: Uint32Array;
    items: Uint32Array;
    ageDays: ArrayLike<number>;
    customerCount: number;
    itemCount: number;
  },
  segments: Iterable<SegmentOfCustomers>,
  { halfLifeDays }: PopularityRecipe,
): SegmentSales[] {
  const { items, ageDays, itemCount } = purchases;
  const bought = groupByCustomer(purchases.customers, purchases.customerCount);
  // A purchase counts as much in each of the segments that its customer is in.
  const weights = Float64Array.from(ageDays, (age) => 0.5 ** (age / halfLifeDays));
  const scores = new Float64Array(itemCount);
  const buyers = new Uint32Array(itemCount);
  const lastBuyer = new Int32Array(itemCount);
  const found: SegmentSales[] = [];
  for (const { segment, customers } of segments) {
    scores.fill(0);
    buyers.fill(0);
    lastBuyer.fill(-1);
    for (let member = 0; member < customers.length; member++) {
      const customer = customers[member];
      for (const place of placesOf(bought, customer)) {
        const item = items[place];
        scores[item] += weights[place];
        if (lastBuyer[item] === customer) continue;
        lastBuyer[item] = customer;
        buyers[item]++;
      }
    }
    const best = Uint32Array.from(scores.keys())
      .filter((item) => buyers[item] >= fewestBuyers && scores[item] > 0)
      .sort((a, b) => scores[b] - scores[a] || a - b)
      .slice(0, perSegment);
    if (best.length === 0) continue;
    found.push({ segment, items: best, scores: Float64Array.from(best, (item) => scores[item] / scores[best[0]]) });
  }
  return found;
}
