import { itemsJson } from './answers.ts';
import { type Audience, tasteOfAudience } from './audience.ts';
import { compileFilter, type Filter } from './filter.ts';
import { createKeptLists } from './kept-lists.ts';
import { fillList, type ListedItems, type ShelfInput } from './list.ts';
import type { ServingMemory } from './memory.ts';
import { noItems, type RankedItems, sourceNumber } from './ranked-items.ts';
import { phraseNumber } from './reasons.ts';
import type { ServedRelease } from './release.ts';
import { rulesOf } from './rule-table.ts';
import { type Taste, tasteOf } from './taste.ts';

/** A list as it can be answered, whoever asks and whenever. */
export interface MadeList {
  release: ServedRelease;
  model: 'popularity' | 'rules' | 'collaborative';
  toppedUp: number;
  /** JSON array of `RecommendedItem` */
  itemsJson: string;
  /** item keys, joined by commas */
  itemKeys: string;
}

/** What a request asks of a personal list; items by id. */
export interface Wishes {
  limit: number;
  filter?: Filter;
  excludeIds?: readonly string[];
  /** oldest first */
  recentIds?: readonly string[];
  cartIds?: readonly string[];
  /** only items that cost less; null: less than the middle price of what suits the audience */
  priceBelow?: number | null;
}

export interface ListMaker {
  personal(audience: Audience, wishes: Wishes, now: number): MadeList;
  related(item: number, limit: number, now: number): MadeList;
  boughtTogether(item: number, limit: number, now: number): MadeList;
  popular(limit: number, category: string | undefined, now: number): MadeList;
}

const keptLists = 10_000;

/** A recent item of a request counts like one looked at so much earlier than the one after it. */
const recentItemStepMs = 600_000;
const noneExcluded: ReadonlySet<number> = new Set();
const uncategorised = () => -1;

/** Makes lists out of what is in memory. Nothing here waits. */
export function createListMaker(memory: ServingMemory): ListMaker {
  const { catalogue } = memory;
  const kept = createKeptLists(keptLists);

  function shelf(release: ServedRelease, limit: number, allows: ShelfInput['allows']): ShelfInput {
    const { popularity = noItems } = release;
    return { limit, allows, categoryOf: catalogue.categoryOf, popularity, itemCount: catalogue.size };
  }

  function indicesOf(itemIds: readonly string[] = []): number[] {
    return itemIds.flatMap((id) => catalogue.indexOf(id) ?? []);
  }

  /** The audience's taste, with what the request tells of the moment. */
  function tasteFor(audience: Audience, wishes: Wishes, now: number): Taste {
    const recent = audience.mayBePersonal ? indicesOf(wishes.recentIds).reverse() : [];
    const cart = indicesOf(wishes.cartIds);
    if (recent.length === 0 && cart.length === 0) return tasteOfAudience(audience, now);
    if (!audience.mayBePersonal) return { ranked: noItems, phrases: [], blocked: new Set(cart) };
    const { candidates, release } = audience;
    const looks = recent.map((item, back) => ({ type: 'view' as const, item, at: now - back * recentItemStepMs }));
    const behaviours = [...looks, ...audience.behaviours];
    return tasteOf({ behaviours, candidates, release, cart, now });
  }

  function middlePrice(ranked: RankedItems): number {
    const prices = Array.from(ranked.items, catalogue.priceOf).filter((price) => !Number.isNaN(price));
    prices.sort((a, b) => a - b);
    return prices.length > 0 ? prices[prices.length >> 1] : Number.POSITIVE_INFINITY;
  }

  /** The shelf of a list about an item. Its likes are asked for as such: their category is no reason to hold them back. */
  function shelfBeside(item: number, limit: number, now: number): ShelfInput {
    const allows = compileFilter(catalogue, now, undefined, new Set([item]));
    return { ...shelf(memory.release, limit, allows), categoryOf: uncategorised };
  }

  function finish(
    list: ListedItems,
    told: Pick<MadeList, 'model' | 'release'> & Pick<Taste, 'ranked' | 'phrases'>,
  ): MadeList {
    const { release, model, ranked, phrases } = told;
    return {
      release,
      model,
      toppedUp: list.toppedUp,
      itemsJson: itemsJson(catalogue, list, { ranked, phrases, rules: release.rules?.table }),
      itemKeys: list.items.map((listed) => catalogue.textsOf(listed).itemKey).join(','),
    };
  }

  function makePersonal(audience: Audience, wishes: Wishes, taste: Taste, now: number): MadeList {
    const { excludeIds = [], priceBelow } = wishes;
    const excluded = excludeIds.length > 0 ? new Set([...taste.blocked, ...indicesOf(excludeIds)]) : taste.blocked;
    let allows = compileFilter(catalogue, now, wishes.filter, excluded);
    if (priceBelow !== undefined) {
      const inside = allows;
      const bound = priceBelow ?? middlePrice(taste.ranked);
      allows = (item) => inside(item) && catalogue.priceOf(item) < bound;
    }
    const list = fillList(taste.ranked, shelf(audience.release, wishes.limit, allows));
    const model = list.toppedUp < list.items.length ? 'collaborative' : 'popularity';
    return finish(list, { release: audience.release, model, ...taste });
  }

  function isPlain({ filter, excludeIds, priceBelow }: Wishes): boolean {
    return filter === undefined && (excludeIds === undefined || excludeIds.length === 0) && priceBelow === undefined;
  }

  return {
    personal(audience, wishes, now) {
      const taste = tasteFor(audience, wishes, now);
      const { customer } = audience;
      // Only a customer's own taste is one that comes again.
      if (!customer || !isPlain(wishes) || taste !== customer.taste(now)) {
        return makePersonal(audience, wishes, taste, now);
      }
      const { limit } = wishes;
      const catalogueState = catalogue.stateAt(now);
      let made = kept.find(customer, limit, taste, catalogueState);
      if (!made) {
        made = makePersonal(audience, wishes, taste, now);
        kept.keep(customer, { made, limit, taste, catalogueState });
      }
      return made;
    },

    related(item, limit, now) {
      const neighbours = memory.release.collaborative?.neighbours;
      const isKnown = neighbours && item < neighbours.itemCount;
      const start = isKnown ? neighbours.offsets[item] : 0;
      const places = isKnown
        ? Array.from({ length: neighbours.offsets[item + 1] - start }, (_, rank) => start + rank)
        : [];
      const ranked: RankedItems = {
        items: places.map((place) => neighbours!.neighbours[place]),
        scores: places.map((place) => neighbours!.weights[place] / neighbours!.weights[start]),
        sources: places.map(() => sourceNumber['collaborative-filtering']),
        because: places.map(() => item),
      };
      const category = catalogue.categoryOf(item);
      const prefers = category < 0 ? undefined : (other: number) => catalogue.categoryOf(other) === category;
      const list = fillList(ranked, { ...shelfBeside(item, limit, now), prefers });
      const phrases = places.map(() => phraseNumber.alike);
      return finish(list, { release: memory.release, model: 'collaborative', ranked, phrases });
    },

    boughtTogether(item, limit, now) {
      const table = memory.release.rules?.table;
      const rules = table ? rulesOf(table, item) : [];
      const ranked: RankedItems = {
        items: rules.map((rule) => table!.consequents[rule]),
        scores: rules.map((rule) => table!.confidences[rule]),
        sources: rules.map(() => sourceNumber['association-rules']),
        because: rules.map(() => item),
        rules,
      };
      const nothingElse = { ...shelfBeside(item, limit, now), popularity: noItems, itemCount: 0 };
      const list = fillList(ranked, nothingElse);
      const phrases = rules.map(() => phraseNumber.together);
      return finish(list, { release: memory.release, model: 'rules', ranked, phrases });
    },

    popular(limit, category, now) {
      const allows = compileFilter(catalogue, now, category === undefined ? undefined : { category }, noneExcluded);
      const list = fillList(noItems, shelf(memory.release, limit, allows));
      // Popular items are what was asked for; only what was never bought fills the list up.
      list.toppedUp = list.sources.filter((source) => source === sourceNumber.catalogue).length;
      return finish(list, { release: memory.release, model: 'popularity', ranked: noItems, phrases: [] });
    },
  };
}
