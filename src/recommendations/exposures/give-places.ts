import { chooseExposed, type Outcomes, placesToGive } from '../../../models/exposure/index.ts';
import type { ListedItems } from '../lists/fill-list.ts';
import type { ByChance } from '../lists/made-list.ts';
import { sourceNumber } from '../lists/ranked-items.ts';

/** What places are given by. */
export interface PlacesInput {
  /** of the list's places */
  share: number;
  /** impressions that an item may have of such places */
  cap: number;
  /** that may be given one, each once */
  candidates: ArrayLike<number>;
  mayBe: (item: number) => boolean;
  familyOf: (item: number) => number;
  outcomesOf: (item: number) => Outcomes | undefined;
  all: Outcomes;
  random: () => number;
}

/**
 * Puts items that have not shown yet what they are in the place of some of the list's second half, where they cost least. The list
 * stays as long as it was and holds nothing twice, and one of each family.
 * @returns the items that were given a place, and which, from 1
 */
export function givePlaces(list: ListedItems, input: PlacesInput): ByChance['exposed'] {
  const { share, cap, candidates, familyOf, random } = input;
  const { length } = list.items;
  const places = secondHalf(length, Math.min(placesToGive(length, share, random), length >> 1), random);
  if (places.length === 0) return [];
  const listed = new Set(list.items);
  const families = new Set(list.items.map(familyOf).filter((family) => family >= 0));
  const mayBe = (item: number) => !listed.has(item) && !families.has(familyOf(item)) && input.mayBe(item);
  const chosen = chooseExposed(places.length, candidates, mayBe, input.outcomesOf, input.all, cap, random);
  const exposed: { item: number; place: number }[] = [];
  for (const item of chosen) {
    const family = familyOf(item);
    if (family >= 0 && families.has(family)) continue;
    if (family >= 0) families.add(family);
    const place = places[exposed.length];
    if (place >= length - list.toppedUp) list.toppedUp = length - place - 1;
    list.items[place] = item;
    list.sources[place] = sourceNumber.exposure;
    list.ranks[place] = -1;
    exposed.push({ item, place: place + 1 });
  }
  return exposed;
}

/** So many different places of the second half, by chance. */
function secondHalf(length: number, count: number, random: () => number): number[] {
  const first = length - (length >> 1);
  const places = Array.from({ length: length - first }, (_, place) => first + place);
  for (let taken = 0; taken < count; taken++) {
    const other = taken + Math.floor(random() * (places.length - taken));
    [places[taken], places[other]] = [places[other], places[taken]];
  }
  return places.slice(0, count);
}
