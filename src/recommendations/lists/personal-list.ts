import type { LeaveToChance } from '../exposures/exposures.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { hasBit, intersect } from '../memory/item-sets/bits.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { popularWithNewcomers } from '../newcomers/newcomer-tastes.ts';
import { type RequestContext, traitsOfContext } from '../newcomers/traits.ts';
import { type Audience, armOf } from './audience/audience.ts';
import { type SessionSignals, tasteOfAudience } from './audience/audience-taste.ts';
import { sinkTired } from './audience/tired.ts';
import type { ListTrace } from './explain-list.ts';
import { fillList } from './fill-list.ts';
import { type Allowed, compileFilter } from './filters/filter.ts';
import type { Filter } from './filters/filter-types.ts';
import { fillInput, finishList } from './finish-list.ts';
import type { MadeList } from './made-list.ts';
import type { RankedItems } from './ranked-items.ts';
import { choosePhrase } from './reasons.ts';
import { type ListView, usualView } from './view/list-view.ts';

/** What a request asks of a personal list; items by id. */
export interface ListOptions {
  limit: number;
  filter?: Filter;
  excludeIds?: readonly string[];
  /** oldest first */
  recentIds?: readonly string[];
  cartIds?: readonly string[];
  /** the item that is looked at */
  lookedAtId?: string | undefined;
  /** how it is shown, and whose prices and stock count; default `usualView` */
  view?: ListView | undefined;
  /** what the request tells of whoever asks */
  context?: RequestContext | undefined;
  /** Nothing of whoever asks is used. */
  isImpersonal?: boolean | undefined;
  /** where in the request the filter stands; default `/filter` */
  filterPath?: string | undefined;
  /** leaves places of the list to chance; absent: none */
  exposure?: LeaveToChance | undefined;
  /** only items that cost less; null: less than the middle price of what suits the audience */
  priceBelow?: number | null;
}

/** A recent item of a request counts like one looked at so much earlier than the one after it. */
const recentItemStepMs = 600_000;

/** The list of an audience; the customer's own is kept where it is asked for again. Nothing here waits. */
export function makePersonalList(
  memory: ServingMemory,
  audience: Audience,
  options: ListOptions,
  now: number,
): MadeList {
  const { catalogue, keptLists, release } = memory;
  const { customer, visitorBehaviours } = audience;
  const make = () => makeList(catalogue, audience, options, now);
  if (!customer || visitorBehaviours.length > 0 || audience.visitorSearches.length > 0 || !isPlain(options))
    return make();
  // Who was read before the release changed is nobody to keep.
  if (customer.release !== release) return make();
  return keptLists.keepOrMake(customer, shapeOf(options), catalogue.stateAt(now), now, make);
}

/** Does the request ask for nothing but the customer's own list, be it in another language? */
function isPlain({ filter, excludeIds, recentIds, cartIds, priceBelow, view, context }: ListOptions): boolean {
  if (context !== undefined) return false;
  const names = (excludeIds?.length ?? 0) + (recentIds?.length ?? 0) + (cartIds?.length ?? 0);
  if (view && (view.fields !== undefined || view.market !== undefined)) return false;
  return filter === undefined && names === 0 && priceBelow === undefined;
}

/** What of a plain request makes its list another one. */
function shapeOf({ limit, view = usualView, exposure }: ListOptions): string {
  return `${limit} ${view.language} ${view.tags[0] ?? ''}${exposure ? ' with exposure' : ''}`;
}

/** The list of an audience, made anew. */
export function makeList(catalogue: Catalogue, audience: Audience, options: ListOptions, now: number): MadeList {
  const { release } = audience;
  const { list, ranked, behaviours, allows } = rankAndFill(catalogue, audience, options, now);
  const model = list.toppedUp < list.items.length ? 'collaborative' : 'popularity';
  const phraseOf = (rank: number) => choosePhrase(ranked, rank, behaviours);
  const { view = usualView, exposure } = options;
  // What the holdout is compared with is what personal lists bring, with what they cost.
  const byChance = exposure && armOf(audience) !== 'holdout' ? exposure(list, allows, now) : undefined;
  const made = finishList(catalogue, list, { release, model, ranked, phraseOf, view });
  return byChance ? { ...made, byChance } : made;
}

/** The list of an audience, and everything that it was made from. */
export function rankAndFill(catalogue: Catalogue, audience: Audience, options: ListOptions, now: number): ListTrace {
  const { ranked, behaviours, blocked, tired } = tasteOfAudience(
    catalogue,
    audience,
    sessionOf(catalogue, options, now),
    now,
  );
  const { excludeIds = [], priceBelow, lookedAtId, recentIds, view, filterPath: path } = options;
  const lookedAt = indicesOf(catalogue, [lookedAtId ?? recentIds?.at(-1) ?? '']).at(0);
  const kept = lookedAtId === undefined ? excludeIds : [...excludeIds, lookedAtId];
  const excluded = kept.length > 0 ? new Set([...blocked, ...indicesOf(catalogue, kept)]) : blocked;
  const context = { market: view?.market, item: lookedAt, path };
  let allowed = compileFilter(catalogue, now, options.filter, excluded, context);
  if (priceBelow !== undefined) {
    allowed = cheaperThan(catalogue, priceBelow ?? middlePrice(catalogue, ranked), allowed);
  }
  const shelf = fillInput(catalogue, audience.release, options.limit, allowed);
  const popularity = popularFor(audience, options, shelf.popularity);
  const list = fillList(ranked, { ...shelf, popularity: sinkTired(popularity, tired) });
  return { ranked, behaviours, blocked, excluded, allows: allowed.allows, list };
}

/** What lists are topped up with: for somebody whom the night does not know as newcomers like them buy. */
function popularFor(
  audience: Audience,
  { context = {} }: ListOptions,
  popular: ReturnType<typeof fillInput>['popularity'],
): ReturnType<typeof fillInput>['popularity'] {
  const { customer, mayBePersonal, visitorTraits } = audience;
  if (!mayBePersonal || armOf(audience) === 'holdout' || customer?.candidates) return popular;
  return popularWithNewcomers(popular, { ...visitorTraits, ...customer?.traits, ...traitsOfContext(context) });
}

export function sessionOf(catalogue: Catalogue, { recentIds, cartIds }: ListOptions, now: number): SessionSignals {
  // A parent stands for the first of its variants here: one page was looked at.
  const recent = (recentIds ?? [])
    .flatMap((id) => catalogue.indexOf(id) ?? catalogue.variantsOf(id).slice(0, 1))
    .reverse();
  const behaviours = recent.map((item, back) => ({ type: 'view' as const, item, at: now - back * recentItemStepMs }));
  return { behaviours, cart: indicesOf(catalogue, cartIds) };
}

/** The items of these ids; a parent that is no item stands for its variants. */
export function indicesOf(catalogue: Catalogue, itemIds: readonly string[] = []): number[] {
  return itemIds.flatMap((id) => catalogue.indexOf(id) ?? catalogue.variantsOf(id));
}

function cheaperThan({ sets, size }: Catalogue, bound: number, { allows, within }: Allowed): Allowed {
  const cheaper = sets.prices(undefined).between({ below: bound }, size);
  intersect(cheaper, within);
  return { allows: (item) => hasBit(cheaper, item) && allows(item), within: cheaper };
}

function middlePrice(catalogue: Catalogue, ranked: RankedItems): number {
  const prices = Array.from(ranked.items, catalogue.priceOf).filter((price) => !Number.isNaN(price));
  prices.sort((a, b) => a - b);
  return prices.length > 0 ? prices[prices.length >> 1] : Number.POSITIVE_INFINITY;
}
