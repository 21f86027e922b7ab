import { type MadeList, withBytes } from '../lists/made-list.ts';

/** The list that was last made for a customer, and until when the same would be made again. */
interface KeptList {
  /** how long it is and in which language */
  shape: string;
  catalogueState: number;
  goodUntil: number;
  /** kept from the second time on */
  made: MadeList | undefined;
}

/** Whoever may keep a list. */
export interface Keeper {
  kept: KeptList | undefined;
}

/** Behaviours fade slowly: for so long the same list is good. */
const goodMs = 60_000;

export interface KeptLists {
  /** The kept list, or what `make` makes now. */
  keepOrMake(keeper: Keeper, shape: string, catalogueState: number, now: number, make: () => MadeList): MadeList;
  /** Lets go of all keepers and their lists: they would be made otherwise now. */
  clear(): void;
}

/**
 * Lists ready to be answered again, with the customers they were made for: who turns pages asks again and again. Texts are
 * large beside all else that is held of a customer, so only those of the last `capacity` customers who asked twice are kept.
 */
export function createKeptLists(capacity: number): KeptLists {
  let keepers: (Keeper | undefined)[] = [];
  let oldest = 0;

  function register(keeper: Keeper): void {
    const forgetful = keepers[oldest];
    if (forgetful) forgetful.kept = undefined;
    keepers[oldest] = keeper;
    oldest = (oldest + 1) % capacity;
  }

  return {
    keepOrMake(keeper, shape, catalogueState, now, make) {
      const { kept } = keeper;
      if (kept && kept.shape === shape && kept.catalogueState === catalogueState && now < kept.goodUntil) {
        kept.made ??= withBytes(make());
        return kept.made;
      }
      if (!kept) register(keeper);
      keeper.kept = { shape, catalogueState, goodUntil: now + goodMs, made: undefined };
      return make();
    },
    clear() {
      for (const keeper of keepers) if (keeper) keeper.kept = undefined;
      keepers = [];
      oldest = 0;
    },
  };
}
