import type { Calendar } from '../calendar.ts';
import type { BrowsedVisit } from '../shoppers/browsed-visits.ts';
import { buysOnVisit } from '../shoppers/visits.ts';
import { chance } from '../trade/planted.ts';
import type { World } from '../world.ts';

/** What is planted of lists: a reader of the facts that they leave should find it again. */
export const plantedLists = {
  /** they are shown on the last days of the data */
  days: 28,
  /** of people who get popular lists instead of personal ones */
  holdoutShare: 0.05,
  /** orders that personal lists add, of those that are placed without them */
  addedShare: 0.08,
  /** where lists stand, and how many items a list has there */
  lengths: { home: 6, item: 4, cart: 3 },
  /** chance that an item that was seen is clicked, by its position; what is bought anyway is clicked far oftener */
  clickRates: [0.06, 0.04, 0.03, 0.02, 0.015, 0.01],
  clickedBeforeBought: 0.7,
} as const;

export type Placement = keyof typeof plantedLists.lengths;

/** As long before as a campaign needs, so that a model knows the people. */
const fewestDays = 84;

/** The first day of lists; undefined: the data is too short for them. */
export function listsFrom({ days }: Calendar): number | undefined {
  return days < fewestDays ? undefined : days - plantedLists.days;
}

/** @throws RangeError where the data is too short */
export function requireListsFrom(calendar: Calendar): number {
  const from = listsFrom(calendar);
  if (from === undefined) throw new RangeError(`days must be at least ${fewestDays} for lists, not ${calendar.days}`);
  return from;
}

/** Of visits without an order so many end with one, which makes `addedShare` of the orders that come anyway. */
const shareMoved = (plantedLists.addedShare * buysOnVisit) / (1 - buysOnVisit);

/** Whether a personal list makes an order of a visit of a customer that has none. */
export function isMoved(
  { shoppers, seeds }: World,
  { number, visit }: Pick<BrowsedVisit, 'number' | 'visit'>,
): boolean {
  if (visit.purchase || visit.shopper >= shoppers.customers) return false;
  return chance(seeds.lists, listMatters.moved, number) < shareMoved;
}

/** Matters of `chance` with the seed of lists. */
export const listMatters = { moved: 1, place: 2, seen: 3, click: 4, cartAdd: 5 } as const;
