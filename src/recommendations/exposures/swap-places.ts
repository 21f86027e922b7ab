import { placesToSwap } from '../../../models/exposure/index.ts';
import type { ListedItems } from '../lists/fill-list.ts';

/**
 * Lets chance decide which of two items of a list stands where: of some lists, and as often as it changes them it leaves them as they
 * were. What fills a list up changes with its like alone, so that it stays at the end.
 * @param share of lists
 * @returns both places, from 1, first that of the one which ranked higher; undefined: none were drawn
 */
export function swapPlaces(list: ListedItems, share: number, random: () => number): [number, number] | undefined {
  const { length } = list.items;
  const drawn = placesToSwap(length, share, random);
  if (!drawn) return undefined;
  const [higher, lower] = drawn;
  const filled = length - list.toppedUp;
  if (higher < filled !== lower < filled) return undefined;
  if (higher > lower) {
    for (const column of [list.items, list.sources, list.ranks]) {
      [column[higher], column[lower]] = [column[lower], column[higher]];
    }
  }
  return [higher + 1, lower + 1];
}
