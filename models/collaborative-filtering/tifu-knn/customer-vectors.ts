import { placesWhere } from '../../places.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { Purchases } from '../interactions.ts';
import { sortStably } from '../sort-stably.ts';
import type { OrderDecay } from './settings.ts';

/**
 * Customers × items by the order of orders, not by their age (Hu et al. 2020): a customer's n orders, in time order, are
 * cut into min(groups, n) groups as even as can be, later ones the longer; an order counts withinDecay^(orders of its group
 * after it) / (orders of its group) × groupDecay^(groups after its own) / (groups), and an item's value is the sum over the
 * orders that hold it. Several lines of one item in one order count once; an order is as old as its oldest line, and of
 * equally old ones the lower number comes first. Time: lines, and orders × their logarithm.
 *
 * @throws RangeError naming the setting that is out of range
 */
export function buildOrderVectors(purchases: Purchases, decay: OrderDecay): SparseMatrix {
  checkDecay(decay);
  const { customers, items, orders, customerCount, itemCount } = purchases;
  const lines = sortLines(purchases);
  const offsets = new Uint32Array(customerCount + 1);
  const indices = new Uint32Array(lines.length);
  const values = new Float32Array(lines.length);
  const sums = new Float64Array(itemCount);
  let line = 0;
  let end = 0;
  for (let customer = 0; customer < customerCount; customer++) {
    const first = line;
    let orderCount = 0;
    for (; line < lines.length && customers[lines[line]] === customer; line++) {
      if (line === first || orders[lines[line]] !== orders[lines[line - 1]]) orderCount++;
    }
    const weights = weighOrders(orderCount, decay);
    const start = end;
    let order = -1;
    for (let at = first; at < line; at++) {
      const isSameOrder = at > first && orders[lines[at]] === orders[lines[at - 1]];
      const item = items[lines[at]];
      if (!isSameOrder) order++;
      else if (item === items[lines[at - 1]]) continue;
      if (sums[item] === 0) indices[end++] = item;
      sums[item] += weights[order];
    }
    indices.subarray(start, end).sort();
    for (let cell = start; cell < end; cell++) {
      values[cell] = sums[indices[cell]];
      sums[indices[cell]] = 0;
    }
    offsets[customer + 1] = end;
  }
  return {
    rows: customerCount,
    columns: itemCount,
    offsets,
    indices: indices.slice(0, end),
    values: values.slice(0, end),
  };
}

/** Line numbers by customer, then order from old to new, then item. */
export function sortLines({
  customers,
  items,
  orders,
  ageDays,
  orderCount,
  customerCount,
  itemCount,
}: Purchases): Uint32Array {
  const ages = new Float64Array(orderCount).fill(-1);
  for (let line = 0; line < orders.length; line++) ages[orders[line]] = Math.max(ages[orders[line]], ageDays[line]);
  // Orders are mostly numbered as they came; those of nobody are as old as the one before.
  let areInTurn = true;
  for (let order = 1; order < orderCount; order++) {
    if (ages[order] < 0) ages[order] = ages[order - 1];
    else if (ages[order - 1] >= 0 && ages[order] > ages[order - 1]) areInTurn = false;
  }
  const byAge = placesWhere(orderCount, () => true);
  if (!areInTurn) byAge.sort((a, b) => ages[b] - ages[a] || a - b);
  const ranks = new Uint32Array(orderCount);
  for (let rank = 0; rank < orderCount; rank++) ranks[byAge[rank]] = rank;
  const rankOf = orders.map((order) => ranks[order]);
  const byItem = sortStably(items, itemCount);
  return sortStably(customers, customerCount, sortStably(rankOf, orderCount, byItem));
}

/** The least normal float32: what has faded away entirely was bought nevertheless. */
const leastValue = 2 ** -126;

/** What each of a customer's `count` orders counts, earliest first. */
export function weighOrders(count: number, { groups, withinDecay, groupDecay }: OrderDecay): Float64Array {
  const used = Math.min(groups, count);
  const weights = new Float64Array(count);
  let order = 0;
  for (let group = 0; group < used; group++) {
    const size = Math.floor((count + group) / used);
    const worth = groupDecay ** (used - 1 - group) / (used * size);
    for (let after = size - 1; after >= 0; after--)
      weights[order++] = Math.max(worth * withinDecay ** after, leastValue);
  }
  return weights;
}

function checkDecay({ groups, withinDecay, groupDecay }: OrderDecay): void {
  if (!(Number.isInteger(groups) && groups > 0)) {
    throw new RangeError(`groups must be a positive whole number, not ${groups}`);
  }
  for (const [name, value] of Object.entries({ withinDecay, groupDecay })) {
    if (!(value > 0 && value <= 1)) throw new RangeError(`${name} must be above 0 and at most 1, not ${value}`);
  }
}
