import type { ServedRelease } from '../learnt/served-release.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { rulesOf } from '../rules/rule-table.ts';
import { type Audience, type Moment, tasteOfAudience } from './audience.ts';
import type { Making } from './explain-list.ts';
import { fillList, type ListedItems, type ShelfInput } from './fill-list.ts';
import { compileFilter, type Filter } from './filter.ts';
import type { MadeList } from './made-list.ts';
import { noItems, type RankedItems, sourceNumber } from './ranked-items.ts';
import { choosePhrase, phraseNumber } from './reasons.ts';
import { itemsJson, type ReasonBasis } from './write-answer.ts';

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
  /** What `personal` would answer, and from what. */
  explain(audience: Audience, wishes: Wishes, now: number): Making;
  personal(audience: Audience, wishes: Wishes, now: number): MadeList;
  related(item: number, limit: number, now: number): MadeList;
  boughtTogether(item: number, limit: number, now: number): MadeList;
  popular(limit: number, category: string | undefined, now: number): MadeList;
}

/** A recent item of a request counts like one looked at so much earlier than the one after it. */
const recentItemStepMs = 600_000;
const noneExcluded: ReadonlySet<number> = new Set();
const uncategorised = () => -1;
/** Nothing ranked: every item is topped up, and says so itself. */
const noPhrase = () => -1;

/** Does the request ask for nothing but the customer's own list? */
function isPlain({ filter, excludeIds, recentIds, cartIds, priceBelow }: Wishes): boolean {
  const names = (excludeIds?.length ?? 0) + (recentIds?.length ?? 0) + (cartIds?.length ?? 0);
  return filter === undefined && names === 0 && priceBelow === undefined;
}

/** Makes lists out of what is in memory. Nothing here waits. */
export function createListMaker(memory: ServingMemory): ListMaker {
  const { catalogue, keptLists } = memory;

  function shelf(release: ServedRelease, limit: number, allows: ShelfInput['allows']): ShelfInput {
    const { popularity = noItems } = release;
    return { limit, allows, categoryOf: catalogue.categoryOf, popularity, itemCount: catalogue.size };
  }

  function indicesOf(itemIds: readonly string[] = []): number[] {
    return itemIds.flatMap((id) => catalogue.indexOf(id) ?? []);
  }

  function momentOf({ recentIds, cartIds }: Wishes, now: number): Moment {
    const recent = indicesOf(recentIds).reverse();
    const behaviours = recent.map((item, back) => ({ type: 'view' as const, item, at: now - back * recentItemStepMs }));
    return { behaviours, cart: indicesOf(cartIds) };
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
    {
      release,
      model,
      ranked,
      phraseOf,
    }: Pick<MadeList, 'model' | 'release'> & Pick<ReasonBasis, 'ranked' | 'phraseOf'>,
  ): MadeList {
    return {
      release,
      model,
      toppedUp: list.toppedUp,
      itemsJson: itemsJson(catalogue, list, { ranked, phraseOf, rules: release.rules?.table }),
      itemKeys: list.items.map((listed) => catalogue.textsOf(listed).itemKey).join(','),
    };
  }

  function rankAndFill(audience: Audience, wishes: Wishes, now: number): Making {
    const { ranked, behaviours, blocked } = tasteOfAudience(audience, momentOf(wishes, now), now);
    const { excludeIds = [], priceBelow } = wishes;
    const excluded = excludeIds.length > 0 ? new Set([...blocked, ...indicesOf(excludeIds)]) : blocked;
    let allows = compileFilter(catalogue, now, wishes.filter, excluded);
    if (priceBelow !== undefined) {
      const inside = allows;
      const bound = priceBelow ?? middlePrice(ranked);
      allows = (item) => inside(item) && catalogue.priceOf(item) < bound;
    }
    const list = fillList(ranked, shelf(audience.release, wishes.limit, allows));
    return { ranked, behaviours, blocked, excluded, allows, list };
  }

  function makePersonal(audience: Audience, wishes: Wishes, now: number): MadeList {
    const { release } = audience;
    const { list, ranked, behaviours } = rankAndFill(audience, wishes, now);
    const model = list.toppedUp < list.items.length ? 'collaborative' : 'popularity';
    return finish(list, { release, model, ranked, phraseOf: (rank) => choosePhrase(ranked, rank, behaviours) });
  }

  return {
    explain: rankAndFill,

    personal(audience, wishes, now) {
      const { customer, visitorBehaviours } = audience;
      const make = () => makePersonal(audience, wishes, now);
      if (!customer || visitorBehaviours.length > 0 || !isPlain(wishes)) return make();
      // Who was read before the release changed is nobody to keep.
      if (customer.release !== memory.release) return make();
      return keptLists.keepOrMake(customer, wishes.limit, catalogue.stateAt(now), now, make);
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
      const phraseOf = () => phraseNumber.alike;
      return finish(list, { release: memory.release, model: 'collaborative', ranked, phraseOf });
    },

    boughtTogether(item, limit, now) {
      const table = memory.release.rules?.table;
      const rules = table ? rulesOf(table, item) : [];
      const ranked: RankedItems = {
        items: rules.map((rule) => table!.consequents[rule]),
        scores: rules.map((rule) => table!.confidences[rule]),
        sources: rules.map(() => sourceNumber['association-rules']),
        because: rules.map(() => item),
        rules: rules.map((rule) => [rule]),
      };
      const nothingElse = { ...shelfBeside(item, limit, now), popularity: noItems, itemCount: 0 };
      const list = fillList(ranked, nothingElse);
      const phraseOf = () => phraseNumber.together;
      return finish(list, { release: memory.release, model: 'rules', ranked, phraseOf });
    },

    popular(limit, category, now) {
      const allows = compileFilter(catalogue, now, category === undefined ? undefined : { category }, noneExcluded);
      const list = fillList(noItems, shelf(memory.release, limit, allows));
      // Popular items are what was asked for; only what was never bought fills the list up.
      list.toppedUp = list.sources.filter((source) => source === sourceNumber.catalogue).length;
      return finish(list, { release: memory.release, model: 'popularity', ranked: noItems, phraseOf: noPhrase });
    },
  };
}
