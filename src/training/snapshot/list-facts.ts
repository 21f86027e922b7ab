import type { CollaborativeFilteringRecipe, Facts } from '../../../models/collaborative-filtering/index.ts';
import { placesWhere, valuesAt } from '../../../models/places.ts';
import { tasteEventTypes } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import { leftAsOf } from './sales.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What collaborative filtering may learn from, of the time before `asOf`. Every sale line of goods of which something is left
 * counts as sold, also of orders without a customer.
 */
export function factsBefore(
  snapshot: Snapshot,
  asOf: number,
  recipe: CollaborativeFilteringRecipe,
  agedAt = asOf,
): Facts {
  return {
    behaviours: behavioursBefore(snapshot, asOf, recipe, agedAt),
    purchases: purchasesBefore(snapshot, asOf, recipe.refundedPurchases, agedAt),
    sales: salesBefore(snapshot, asOf, agedAt),
    eligible: snapshot.isProduct,
    categories: snapshot.categories.numbers,
    unitCosts: snapshot.unitCosts,
  };
}

/** Sale lines of goods before `asOf` of which something is left, by whomever; ages in days before `agedAt`. */
export function salesBefore(snapshot: Snapshot, asOf: number, agedAt = asOf): Facts['sales'] {
  const { sold, isProduct } = snapshot;
  const { quantities } = leftAsOf(snapshot, asOf);
  const sales = placesWhere(
    sold.times.length,
    (line) => sold.times[line] < asOf && isProduct[sold.items[line]] === 1 && quantities[line] > 0,
  );
  return {
    items: valuesAt(sold.items, sales),
    ageDays: agesOf(sales, sold.times, agedAt),
    unitPrices: valuesAt(sold.unitPrices, sales),
  };
}

/** Purchases of customers who were named, and what they looked at, before `asOf`. */
function behavioursBefore(
  snapshot: Snapshot,
  asOf: number,
  { behaviourWeights: weightOf, quantityEffect, refundedPurchases }: CollaborativeFilteringRecipe,
  agedAt: number,
) {
  const { sold: lines, events, isProduct, customerKeys, itemKeys } = snapshot;
  const { bought, quantities } = selectPurchases(snapshot, asOf, refundedPurchases);
  const seen = placesWhere(
    events.times.length,
    (event) => events.times[event] < asOf && isProduct[events.items[event]] === 1,
  );
  const count = bought.length + seen.length;
  const customers = new Uint32Array(count);
  const items = new Uint32Array(count);
  const ageDays = new Float64Array(count);
  const weights = new Float32Array(count);
  const put = (at: number, customer: number, item: number, time: number, weight: number) => {
    customers[at] = customer;
    items[at] = item;
    ageDays[at] = (agedAt - time) / dayMs;
    weights[at] = weight;
  };
  for (let at = 0; at < bought.length; at++) {
    const line = bought[at];
    const weight = weightOf.purchase * quantityEffects[quantityEffect](Math.max(1, quantities[line]));
    put(at, lines.customers[line], lines.items[line], lines.times[line], weight);
  }
  const { placeWeights = [1] } = snapshot;
  const weightOfPlace = (place: number) => placeWeights[Math.min(place, placeWeights.length - 1)];
  for (let at = 0; at < seen.length; at++) {
    const event = seen[at];
    const weight = weightOf[tasteEventTypes[events.types[event]]] * weightOfPlace(events.places[event]);
    put(bought.length + at, events.customers[event], events.items[event], events.times[event], weight);
  }
  return { customers, items, ageDays, weights, customerCount: customerKeys.length, itemCount: itemKeys.length };
}

const quantityEffects: Record<CollaborativeFilteringRecipe['quantityEffect'], (quantity: number) => number> = {
  log: (quantity) => 1 + Math.log(quantity),
  linear: (quantity) => quantity,
  none: () => 1,
};

/** Goods that customers who were named bought before `asOf`; by default without what they had given back by then. */
export function purchasesBefore(
  snapshot: Snapshot,
  asOf: number,
  refundedPurchases: CollaborativeFilteringRecipe['refundedPurchases'] = 'drop',
  agedAt = asOf,
) {
  const { sold: lines, customerKeys, itemKeys } = snapshot;
  const { bought } = selectPurchases(snapshot, asOf, refundedPurchases);
  return {
    customers: new Uint32Array(valuesAt(lines.customers, bought)),
    items: valuesAt(lines.items, bought),
    orders: valuesAt(lines.orders, bought),
    ageDays: agesOf(bought, lines.times, agedAt),
    times: valuesAt(lines.times, bought),
    customerCount: customerKeys.length,
    itemCount: itemKeys.length,
    orderCount: lines.orders.reduce((most, order) => Math.max(most, order + 1), 0),
  };
}

/**
 * What is bought in a window, as of the snapshot's `as of`, after what was bought before it, as of its beginning: what came back
 * later was still theirs at the cut, and is no purchase of the window.
 */
export function purchasesAround(snapshot: Snapshot, cut: number) {
  const before = purchasesBefore(snapshot, cut);
  const all = purchasesBefore(snapshot, snapshot.asOf);
  const after = placesWhere(all.times.length, (line) => all.times[line] >= cut);
  return {
    customers: join(Uint32Array, before.customers, valuesAt(all.customers, after)),
    items: join(Uint32Array, before.items, valuesAt(all.items, after)),
    times: join(Float64Array, before.times, valuesAt(all.times, after)),
  };
}

/** Places among the lines as they were sold, and by such a place what counts of it. */
function selectPurchases(
  snapshot: Snapshot,
  asOf: number,
  refundedPurchases: CollaborativeFilteringRecipe['refundedPurchases'],
): { bought: Uint32Array; quantities: Float64Array } {
  const { sold, isProduct } = snapshot;
  const { quantities } = refundedPurchases === 'keep' ? sold : leftAsOf(snapshot, asOf);
  const bought = placesWhere(
    sold.times.length,
    (line) =>
      sold.customers[line] >= 0 && sold.times[line] < asOf && isProduct[sold.items[line]] === 1 && quantities[line] > 0,
  );
  return { bought, quantities };
}

function join<Values extends Uint32Array | Float64Array>(
  kind: new (length: number) => Values,
  first: Values,
  second: Values,
): Values {
  const joined = new kind(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** In days before `agedAt`. A loop: going through typed arrays by their iterators takes many times as long. */
function agesOf(lines: Uint32Array, times: Float64Array, agedAt: number): Float64Array {
  const ages = new Float64Array(lines.length);
  for (let place = 0; place < lines.length; place++) ages[place] = (agedAt - times[lines[place]]) / dayMs;
  return ages;
}
