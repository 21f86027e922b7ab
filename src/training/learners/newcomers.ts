import {
  type FirstOrders,
  judgedDays,
  learnNewcomers,
  type NewcomerTastes,
  type PopularityRecipe,
} from '../../../models/popularity/index.ts';
import type { Queryable } from '../../db/index.ts';
import { readNewcomers } from '../../intake/index.ts';
import { traitsOfArrival, traitsOfAttributes } from '../../recommendations/index.ts';
import { dayMs } from '../../shop/days.ts';
import { purchasesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { rankSales } from './fit-lists.ts';

/** First orders that are looked at: of a year, the newest. */
const longestDays = 365;
const most = 20_000;

/** First orders of named customers before the snapshot's time, oldest customer first. */
function findFirstOrders(snapshot: Snapshot) {
  const { customers, items, orders, times } = purchasesBefore(snapshot, snapshot.asOf);
  const firstOrder = new Map<number, { order: number; time: number; items: Set<number> }>();
  for (let line = 0; line < customers.length; line++) {
    const known = firstOrder.get(customers[line]);
    if (!known || times[line] < known.time || (times[line] === known.time && orders[line] < known.order)) {
      firstOrder.set(customers[line], { order: orders[line], time: times[line], items: new Set([items[line]]) });
    } else if (known.order === orders[line]) known.items.add(items[line]);
  }
  return [...firstOrder]
    .filter(([, { time }]) => snapshot.asOf - time < longestDays * dayMs)
    .sort(([one, ofOne], [other, ofOther]) => ofOther.time - ofOne.time || one - other)
    .slice(0, most)
    .sort(([one], [other]) => one - other);
}

/** The first orders, and what was known of those who made them when they did. */
export async function gatherNewcomers(
  db: Queryable,
  snapshot: Snapshot,
  barred: readonly string[],
): Promise<FirstOrders> {
  const all = findFirstOrders(snapshot).map(([customer, first]) => ({
    ...first,
    customerKey: snapshot.customerKeys[customer],
  }));
  const wanted = all.map(({ customerKey, time }) => ({ customerKey, at: new Date(time) }));
  const known = new Map((await readNewcomers(db, wanted, barred)).map((each) => [each.customerKey, each]));
  const first = all.filter(({ customerKey }) => known.has(customerKey));
  const told = first.map((order) => {
    const { customerKey, attributes, ...arrival } = known.get(order.customerKey)!;
    return { ...traitsOfAttributes(attributes), ...traitsOfArrival(arrival) };
  });
  const names = [...new Set(told.flatMap((each) => Object.keys(each)))].sort();
  const offsets = new Uint32Array(first.length + 1);
  first.forEach(({ items }, at) => {
    offsets[at + 1] = offsets[at] + items.size;
  });
  return {
    offsets,
    items: Uint32Array.from(first.flatMap(({ items }) => [...items])),
    ageDays: Float64Array.from(first, ({ time }) => (snapshot.asOf - time) / dayMs),
    traits: Object.fromEntries(names.map((name) => [name, told.map((each) => each[name])])),
  };
}

/** What newcomers are offered, learnt from first orders. @param now popularity by item as of the snapshot */
export function learnFromNewcomers(
  snapshot: Snapshot,
  orders: FirstOrders,
  recipe: PopularityRecipe,
  now: Float64Array,
): NewcomerTastes {
  const before = rankSales(snapshot, snapshot.asOf - judgedDays * dayMs, recipe).popularity.scores;
  return learnNewcomers(orders, { before, now });
}
