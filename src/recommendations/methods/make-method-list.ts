import { makeTogetherList } from '../complements/bought-together.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { type Audience, armOf } from '../lists/audience/audience.ts';
import { tasteOfAudience } from '../lists/audience/audience-taste.ts';
import { fillList } from '../lists/fill-list.ts';
import { fillInput, finishList } from '../lists/finish-list.ts';
import { allowedOf, makePopularList, makeRelatedList } from '../lists/item-lists.ts';
import type { MadeList } from '../lists/made-list.ts';
import { indicesOf, type ListOptions, makeList, sessionOf } from '../lists/personal-list.ts';
import { noItems, type RankedItems, type ReasonSource, sourceNumber } from '../lists/ranked-items.ts';
import { choosePhrase, phraseNumber } from '../lists/reasons.ts';
import type { Taste } from '../lists/taste.ts';
import { usualView } from '../lists/view/list-view.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { ItemMethod } from './method.ts';
import { catalogueRankings } from './methods-of-catalogue.ts';
import { affinitiesOf, type Rebuy, rankRebuys, rankViewed } from './methods-of-person.ts';

/** What is asked of a list by a method; items by id. */
export interface MethodOptions extends ListOptions {
  /** what is to be ranked again */
  givenIds?: readonly string[] | undefined;
  /** what is searched for */
  query?: string | undefined;
  /** whose best sellers; null: everybody's */
  segmentId?: string | null;
}

/** A list, and when it expects its items to be bought, by id, where it is of what somebody buys again. */
export interface MethodList extends MadeList {
  expectedAt?: ReadonlyMap<string, number>;
}

interface Making {
  catalogue: Catalogue;
  release: ServedRelease;
  audience: Audience;
  options: MethodOptions;
  /** what the audience is offered before filters, made when it is first asked for */
  taste: () => Taste;
  now: number;
}

/** Items best first, and how each is put. */
interface Ranking {
  ranked: RankedItems;
  model: MadeList['model'];
  phraseOf: (rank: number) => number;
  /** popular items fill it up */
  isFilledUp?: boolean;
  /** its items stand as they come, however many are of one category */
  isKept?: boolean;
  expectedAt?: ReadonlyMap<string, number>;
}

/**
 * A list by any method, all of one release and of one moment. Where a method has nothing to go by, as an item that is looked at,
 * the list is as short as that makes it; the caller checks what must be given.
 */
export function makeMethodList(
  catalogue: Catalogue,
  audience: Audience,
  method: ItemMethod,
  options: MethodOptions,
  now: number,
): MethodList {
  const { release } = audience;
  let kept: Taste | undefined;
  const taste = () => (kept ??= tasteOfAudience(catalogue, audience, sessionOf(catalogue, options, now), now));
  const making: Making = { catalogue, release, audience, options, taste, now };
  switch (method) {
    case 'personal':
      return makeList(catalogue, audience, options, now);
    case 'related':
    case 'bought-together':
      return makeBesideItem(making, method);
    case 'popular':
      return makePopularList({ catalogue, release }, withoutOwn(making), now, options.segmentId);
    default:
      return makeRanked(making, rankers[method](making));
  }
}

/** Items that the shop has chosen, in its order, as far as they may be on a list: nothing fills it up. */
export function makePinnedList(
  catalogue: Catalogue,
  audience: Audience,
  pinnedIds: readonly string[],
  options: MethodOptions,
  now: number,
): MethodList {
  const { release } = audience;
  const taste = () => tasteOfAudience(catalogue, audience, sessionOf(catalogue, options, now), now);
  const items = [...new Set(indicesOf(catalogue, pinnedIds))];
  const ranking = { ...of('pinned', { items, scores: items.map((_, place) => 1 / (1 + place)) }), isKept: true };
  return makeRanked({ catalogue, release, audience, options, taste, now }, ranking);
}

function makeRanked(making: Making, ranking: Ranking): MethodList {
  const { catalogue, release, options, now } = making;
  const { model, ranked, phraseOf, isFilledUp = false, isKept = false, expectedAt } = ranking;
  const shelf = fillInput(catalogue, release, options.limit, allowedOf(catalogue, withoutOwn(making), now));
  const list = fillList(ranked, {
    ...shelf,
    ...(!isFilledUp && { popularity: noItems, itemCount: 0 }),
    ...(isKept && { categoryOf: () => -1 }),
  });
  const made = finishList(catalogue, list, { release, model, ranked, phraseOf, view: options.view ?? usualView });
  return expectedAt ? { ...made, expectedAt } : made;
}

/** Beside the item that is looked at, or what came into the cart last. */
function makeBesideItem(making: Making, method: 'related' | 'bought-together'): MadeList {
  const { catalogue, release, options, now } = making;
  const cart = options.cartIds ?? [];
  const [item] = indicesOf(catalogue, [options.lookedAtId ?? cart.at(-1) ?? '']);
  const without = { ...options, excludeIds: [...(options.excludeIds ?? []), ...cart] };
  if (method === 'related') return makeRelatedList({ catalogue, release }, item, without, now);
  return makeTogetherList({ catalogue, release, item, options: without, now });
}

/** What is on no list of the audience is excluded too: what is looked at, in the cart, or was bought too lately. */
function withoutOwn({ catalogue, options, taste }: Making): MethodOptions {
  const { excludeIds = [], lookedAtId } = options;
  const blocked = Array.from(taste().blocked, (item) => catalogue.record(item).itemId);
  return { ...options, excludeIds: [...excludeIds, ...blocked, ...(lookedAtId === undefined ? [] : [lookedAtId])] };
}

const rankers: Record<
  Exclude<ItemMethod, 'personal' | 'related' | 'bought-together' | 'popular'>,
  (making: Making) => Ranking
> = {
  trending({ release: { popularity } }) {
    const ranks = Array.from(popularity?.trends.keys() ?? []).filter((rank) => !Number.isNaN(popularity!.trends[rank]));
    ranks.sort((a, b) => popularity!.trends[b] - popularity!.trends[a]);
    const items = ranks.map((rank) => popularity!.items[rank]);
    const scores = ranks.map((rank) => popularity!.trends[rank]);
    return { ...of('trending', { items, scores }), model: 'popularity', isFilledUp: true };
  },
  'new-arrivals': ({ catalogue, now }) => of('new-arrivals', catalogueRankings(catalogue, now).arrivals),
  'on-sale': ({ catalogue, now }) => of('on-sale', catalogueRankings(catalogue, now).reductions),
  'recently-viewed': ({ taste }) => ({ ...of('recently-viewed', rankViewed(taste().behaviours)), isKept: true }),
  'buy-again'({ catalogue, release, taste, now }) {
    const rebuys = rankRebuys(taste().behaviours, release, now);
    const expectedAt = new Map(rebuys.map(({ item, expectedAt: at }) => [catalogue.record(item).itemId, at]));
    return { ...of('repurchase', columnsOf(rebuys)), model: 'popularity', expectedAt };
  },
  're-rank': rankAgain,
};

const phraseOfSource: Partial<Record<ReasonSource, number>> = {
  trending: phraseNumber.trending,
  'new-arrivals': phraseNumber.arrived,
  'on-sale': phraseNumber.reduced,
  'recently-viewed': phraseNumber.viewed,
  repurchase: phraseNumber.buyAgain,
  given: phraseNumber.given,
  pinned: phraseNumber.pinned,
};

/** A ranking whose items are all of one source, and speak for themselves. */
function of(source: ReasonSource, { items, scores }: { items: ArrayLike<number>; scores: ArrayLike<number> }): Ranking {
  const { length } = items;
  const ranked: RankedItems = {
    items,
    scores,
    sources: new Array(length).fill(sourceNumber[source]),
    because: new Array(length).fill(-1),
  };
  return { ranked, model: 'popularity', phraseOf: () => phraseOfSource[source]! };
}

function columnsOf(rebuys: readonly Rebuy[]) {
  return { items: rebuys.map(({ item }) => item), scores: rebuys.map(({ score }) => score) };
}

/** How far what somebody is drawn to lifts an item against its place among what was given. */
const categoryPull = 0.5;
const brandPull = 0.3;

/**
 * The items that were given, nearer to somebody's taste: an item's score is what its place gives it, as places are discounted in
 * judging lists (1 / log2(1 + place)), and its share of the taste: 1 for the night's best candidate, with some for its category
 * and brand. For whoever nothing is known of the order stays.
 */
function rankAgain({ catalogue, audience, options, taste, now }: Making): Ranking {
  const { ranked, behaviours } = taste();
  const given = [...new Set(indicesOf(catalogue, options.givenIds))];
  const isPersonal = audience.mayBePersonal && armOf(audience) !== 'holdout';
  const rankOf = new Map(isPersonal ? Array.from(ranked.items, (item, rank) => [item, rank] as const) : []);
  const best = ranked.scores.length > 0 ? Math.max(ranked.scores[0], 1e-9) : 1;
  const drawnTo = isPersonal ? { behaviours, ranked } : { behaviours: [], ranked: noItems };
  const categories = affinitiesOf(catalogue, drawnTo, (item) => categoryNames(catalogue, item), now);
  const brands = affinitiesOf(catalogue, drawnTo, (item) => brandNames(catalogue, item), now);
  const pull = (names: readonly string[], of: ReadonlyMap<string, number>) =>
    names.reduce((most, name) => Math.max(most, of.get(name) ?? 0), 0);
  const scored = given.map((item, place) => {
    const rank = rankOf.get(item);
    const own = rank === undefined ? 0 : Math.max(0, ranked.scores[rank]) / best;
    const drawn =
      categoryPull * pull(categoryNames(catalogue, item), categories) +
      brandPull * pull(brandNames(catalogue, item), brands);
    return { item, rank: own > 0 ? rank : undefined, score: 1 / Math.log2(place + 2) + own + drawn, place };
  });
  scored.sort((a, b) => b.score - a.score || a.place - b.place);
  const phraseOf = (place: number) => {
    const { rank } = scored[place];
    return rank === undefined ? phraseNumber.given : choosePhrase(ranked, rank, behaviours);
  };
  return {
    ranked: {
      items: scored.map(({ item }) => item),
      scores: scored.map(({ score }) => score),
      sources: scored.map(({ rank }) => (rank === undefined ? sourceNumber.given : ranked.sources[rank])),
      because: scored.map(({ rank }) => (rank === undefined ? -1 : ranked.because[rank])),
      rules: scored.map(({ rank }) => (rank === undefined ? [] : (ranked.rules?.[rank] ?? []))),
    },
    model: 'collaborative',
    phraseOf,
    isKept: true,
  };
}

export function categoryNames(catalogue: Catalogue, item: number): readonly string[] {
  const { category } = catalogue.record(item);
  return category === null ? [] : [category];
}

export function brandNames(catalogue: Catalogue, item: number): readonly string[] {
  const { brand } = catalogue.record(item);
  return brand === null ? [] : [brand];
}
