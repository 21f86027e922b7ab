import {
  type FirstOrders,
  learnNewcomers,
  type NewcomerTastes,
  type PopularityRecipe,
} from '../../../models/popularity/index.ts';
import type { Queryable } from '../../db/index.ts';
import { type KnownNewcomer, readNewcomers } from '../../intake/index.ts';
import { traitsOfArrival, traitsOfAttributes } from '../../recommendations/index.ts';
import { dayMs } from '../../shop/days.ts';
import { purchasesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { rankSales } from './fit-lists.ts';

/** First orders that are looked at: of a year, the newest. */
const longestDays = 365;
const most = 20_000;
const judgedDays = 28;

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

/** What was known of those who ordered for the first time, when they did. */
export function gatherNewcomers(
  db: Queryable,
  snapshot: Snapshot,
  barred: readonly string[],
): Promise<KnownNewcomer[]> {
  const newcomers = findFirstOrders(snapshot).map(([customer, { time }]) => ({
    customerKey: snapshot.customerKeys[customer],
    at: new Date(time),
  }));
  return readNewcomers(db, newcomers, barred);
}

/** What newcomers are offered, learnt from the snapshot and what was known of them. */
export function learnFromNewcomers(
  snapshot: Snapshot,
  known: readonly KnownNewcomer[],
  recipe: PopularityRecipe,
): NewcomerTastes {
  const byKey = new Map(known.map((each) => [each.customerKey, each]));
  const first = findFirstOrders(snapshot).filter(([customer]) => byKey.has(snapshot.customerKeys[customer]));
  const told = first.map(([customer]) => {
    const { customerKey, attributes, ...arrival } = byKey.get(snapshot.customerKeys[customer])!;
    return { ...traitsOfAttributes(attributes), ...traitsOfArrival(arrival) };
  });
  const names = [...new Set(told.flatMap((each) => Object.keys(each)))].sort();
  const offsets = new Uint32Array(first.length + 1);
  first.forEach(([, { items }], at) => {
    offsets[at + 1] = offsets[at] + items.size;
  });
  const orders: FirstOrders = {
    offsets,
    items: Uint32Array.from(first.flatMap(([, { items }]) => [...items])),
    ageDays: Float64Array.from(first, ([, { time }]) => (snapshot.asOf - time) / dayMs),
    traits: Object.fromEntries(names.map((name) => [name, told.map((each) => each[name])])),
  };
  const scoresAt = (time: number) => rankSales(snapshot, time, recipe).popularity.scores;
  return learnNewcomers(orders, {
    before: scoresAt(snapshot.asOf - judgedDays * dayMs),
    now: scoresAt(snapshot.asOf),
  });
}
