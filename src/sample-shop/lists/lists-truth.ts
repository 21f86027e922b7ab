import { timeAt } from '../calendar.ts';
import { customerId } from '../facts/ids.ts';
import { playDays } from '../shoppers/visits.ts';
import type { World } from '../world.ts';
import { isMoved, listsFrom, plantedLists } from './planted.ts';

/** What was planted of lists. */
export interface ListsTruth {
  /** lists are shown from then on, to the end of the data */
  readonly from: string;
  /** of people who are to get popular lists instead of personal ones, for comparison */
  readonly holdoutShare: number;
  /** orders that personal lists add, of those that customers place without them */
  readonly addedShare: number;
  /** chance that an item that was seen is clicked, by its position, where it is not bought anyway */
  readonly clickRates: readonly number[];
  /** of what is bought anyway and stands on a list that was seen */
  readonly clickedBeforeBought: number;
  /**
   * Everybody who comes in these days: the orders that they place whatever they are shown, and those that they place as well where
   * all their lists are personal.
   */
  customers(): Iterable<{ readonly customerId: string; readonly orders: number; readonly added: number }>;
}

export function createListsTruth(world: World): ListsTruth | null {
  const from = listsFrom(world.calendar);
  if (from === undefined) return null;
  const { holdoutShare, addedShare, clickRates, clickedBeforeBought } = plantedLists;
  return {
    from: timeAt(world.calendar, from, 0),
    holdoutShare,
    addedShare,
    clickRates,
    clickedBeforeBought,
    customers: () => countOrders(world, from),
  };
}

function* countOrders(world: World, from: number) {
  const counts = new Map<number, { orders: number; added: number }>();
  let [day, number] = [0, 0];
  for (const visits of playDays(world)) {
    for (const visit of visits) {
      const moved = isMoved(world, { number: number++, visit });
      if (day < from || visit.shopper >= world.shoppers.customers) continue;
      const count = counts.get(visit.shopper) ?? { orders: 0, added: 0 };
      counts.set(visit.shopper, count);
      count.orders += Number(visit.purchase !== undefined);
      count.added += Number(moved);
    }
    day++;
  }
  for (const [shopper, count] of [...counts].sort(([a], [b]) => a - b))
    yield { customerId: customerId(shopper), ...count };
}
