import type { MadeList } from './list-maker.ts';
import type { Taste } from './taste.ts';

/** A list that was made for a customer, and what it was made from. */
export interface KeptList {
  made: MadeList;
  limit: number;
  taste: Taste;
  catalogueState: number;
}

/** Whoever may keep a list. */
export interface Keeper {
  kept: KeptList | undefined;
}

/**
 * Lists ready to be answered again, with the customers they were made for: who turns a page asks again and again. Texts are
 * large beside all else that is held of a customer, so only the last `capacity` customers keep one.
 */
export function createKeptLists(capacity: number) {
  const keepers: (Keeper | undefined)[] = [];
  let oldest = 0;
  return {
    /** The list that would be made again, if it is there. */
    find({ kept }: Keeper, limit: number, taste: Taste, catalogueState: number): MadeList | undefined {
      const isSame = kept && kept.limit === limit && kept.taste === taste && kept.catalogueState === catalogueState;
      return isSame ? kept.made : undefined;
    },
    keep(keeper: Keeper, list: KeptList): void {
      if (!keeper.kept) {
        const forgetful = keepers[oldest];
        if (forgetful) forgetful.kept = undefined;
        keepers[oldest] = keeper;
        oldest = (oldest + 1) % capacity;
      }
      keeper.kept = list;
    },
  };
}
