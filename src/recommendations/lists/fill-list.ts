import { type Bits, intersect, nextBit } from '../memory/item-sets/bits.ts';
import { type FoldInInput, mergeSignals } from './fold-in.ts';
import { popularRanks } from './popular-ranks.ts';
import { type RankedItems, sourceNumber } from './ranked-items.ts';

/** A list as it is served. */
export interface ListedItems {
  items: number[];
  scores: number[];
  /** index into `reasonSources` */
  sources: number[];
  /** place among the ranked items that the list was filled from; -1: topped up */
  ranks: number[];
  /** how many items at the end fill the list up: popular ones or any from the catalogue */
  toppedUp: number;
}

export interface FillInput {
  limit: number;
  /** Is the item for sale, inside the filter and not excluded? */
  allows: (item: number) => boolean;
  /** what `allows` allows is among these; absent: it may be anything */
  within?: Bits;
  /** number of the family of variants that an item is of, -1 for none: the list has one of each; absent: none has any */
  familyOf?: ((item: number) => number) | undefined;
  /** number of the item's own category, -1 for none: for diversification */
  categoryOf: (item: number) => number;
  /** the shop's popular items, best first */
  popularity: { readonly items: ArrayLike<number>; readonly scores: ArrayLike<number> };
  /** items are 0 .. itemCount - 1, in catalogue order */
  itemCount: number;
  /** Top-up looks among these before it looks everywhere that `allows` allows. */
  prefers?: Bits;
}

/** All that a list is made of. */
export type ListInput = FillInput & FoldInInput;

/**
 * The list that is served to one customer, and that the night judges: the night's candidates, blended with what has
 * happened since (`mergeSignals`), cut to what is allowed, diversified and topped up (`fillList`). Pure: the same input gives
 * the same list. Items are dense indices; scores have no unit and are only comparable within one list.
 */
export function assembleList(input: ListInput): ListedItems {
  return fillList(mergeSignals(input), input);
}

/**
 * Takes what is allowed from `ranked`, then tops up from the popular items and at last from the whole catalogue, so that the
 * list is as long as `limit` wherever enough is allowed.
 *
 * Of variants of one parent the best stands for all.
 *
 * Diversification: at most half of the list (at least 2) is from one category; what is held back for that reason follows
 * before anything is topped up. Items without a category are not held back.
 */
export function fillList(ranked: RankedItems, shelf: FillInput): ListedItems {
  const list: ListedItems = { items: [], scores: [], sources: [], ranks: [], toppedUp: 0 };
  const { limit } = shelf;
  const families = createFamilyGuard(shelf.familyOf);
  const allows = (item: number) => shelf.allows(item) && families.isFree(item);
  const held = takeDiversified(ranked, { ...shelf, allows }, list, families.take);
  for (let index = 0; index < held.length && list.items.length < limit; index++) {
    if (families.isFree(ranked.items[held[index]])) take(list, ranked, held[index], families.take);
  }
  if (list.items.length < limit) {
    if (shelf.prefers) topUp(list, shelf, both(shelf.prefers, shelf.within), allows, families.take);
    topUp(list, shelf, shelf.within, allows, families.take);
  }
  for (let index = list.items.length - 1; index >= 0 && isFiller(list.sources[index]); index--) list.toppedUp++;
  return list;
}

/** Of each family a list has one. */
interface FamilyGuard {
  isFree: (item: number) => boolean;
  take: (item: number) => void;
}

const noFamilies: FamilyGuard = { isFree: () => true, take: () => {} };

function createFamilyGuard(familyOf: FillInput['familyOf']): FamilyGuard {
  if (!familyOf) return noFamilies;
  const taken: number[] = [];
  return {
    // A list is short, and most items have no family.
    isFree: (item) => taken.length === 0 || !taken.includes(familyOf(item)),
    take(item) {
      const family = familyOf(item);
      if (family >= 0) taken.push(family);
    },
  };
}

function takeDiversified(
  ranked: RankedItems,
  shelf: FillInput,
  list: ListedItems,
  onTake: FamilyGuard['take'],
): number[] {
  const { limit, allows, categoryOf } = shelf;
  const most = Math.max(2, limit >> 1);
  const categories: number[] = [];
  const held: number[] = [];
  for (let index = 0; index < ranked.items.length && list.items.length < limit; index++) {
    const item = ranked.items[index];
    if (!allows(item)) continue;
    const category = categoryOf(item);
    if (category >= 0) {
      let count = 0;
      for (let place = 0; place < categories.length; place++) if (categories[place] === category) count++;
      if (count >= most) {
        held.push(index);
        continue;
      }
      categories.push(category);
    }
    take(list, ranked, index, onTake);
  }
  return held;
}

function take(list: ListedItems, ranked: RankedItems, rank: number, onTake: FamilyGuard['take']): void {
  onTake(ranked.items[rank]);
  list.items.push(ranked.items[rank]);
  list.scores.push(ranked.scores[rank]);
  list.sources.push(ranked.sources[rank]);
  list.ranks.push(rank);
}

function topUp(
  list: ListedItems,
  shelf: FillInput,
  within: Bits | undefined,
  allows: (item: number) => boolean,
  onTake: FamilyGuard['take'],
): void {
  const { limit, popularity, itemCount } = shelf;
  const listed = new Set(list.items);
  const offer = (item: number, score: number, source: number) => {
    if (!allows(item) || listed.has(item)) return;
    listed.add(item);
    onTake(item);
    list.items.push(item);
    list.scores.push(score);
    list.sources.push(source);
    list.ranks.push(-1);
  };
  const isFull = () => list.items.length >= limit;
  for (const rank of popularRanks(popularity.items, within)) {
    if (isFull()) return;
    offer(popularity.items[rank], popularity.scores[rank], sourceNumber.popularity);
  }
  if (within) {
    for (let item = nextBit(within, 0); item >= 0 && item < itemCount && !isFull(); item = nextBit(within, item + 1)) {
      offer(item, 0, sourceNumber.catalogue);
    }
  } else for (let item = 0; item < itemCount && !isFull(); item++) offer(item, 0, sourceNumber.catalogue);
}

function both(one: Bits, other: Bits | undefined): Bits {
  const bits = one.slice();
  if (other) intersect(bits, other);
  return bits;
}

function isFiller(source: number): boolean {
  return source === sourceNumber.popularity || source === sourceNumber.catalogue;
}
