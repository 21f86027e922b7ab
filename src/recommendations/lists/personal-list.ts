import type { Catalogue } from '../memory/catalogue.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import type { Audience } from './audience/audience.ts';
import { type SessionSignals, tasteOfAudience } from './audience/audience-taste.ts';
import type { ListTrace } from './explain-list.ts';
import { fillList } from './fill-list.ts';
import { compileFilter, type Filter } from './filter.ts';
import { fillInput, finishList } from './finish-list.ts';
import type { MadeList } from './made-list.ts';
import type { RankedItems } from './ranked-items.ts';
import { choosePhrase } from './reasons.ts';

/** What a request asks of a personal list; items by id. */
export interface ListOptions {
  limit: number;
  filter?: Filter;
  excludeIds?: readonly string[];
  /** oldest first */
  recentIds?: readonly string[];
  cartIds?: readonly string[];
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
  if (!customer || visitorBehaviours.length > 0 || !isPlain(options)) return make();
  // Who was read before the release changed is nobody to keep.
  if (customer.release !== release) return make();
  return keptLists.keepOrMake(customer, options.limit, catalogue.stateAt(now), now, make);
}

/** Does the request ask for nothing but the customer's own list? */
function isPlain({ filter, excludeIds, recentIds, cartIds, priceBelow }: ListOptions): boolean {
  const names = (excludeIds?.length ?? 0) + (recentIds?.length ?? 0) + (cartIds?.length ?? 0);
  return filter === undefined && names === 0 && priceBelow === undefined;
}

/** The list of an audience, made anew. */
export function makeList(catalogue: Catalogue, audience: Audience, options: ListOptions, now: number): MadeList {
  const { release } = audience;
  const { list, ranked, behaviours } = rankAndFill(catalogue, audience, options, now);
  const model = list.toppedUp < list.items.length ? 'collaborative' : 'popularity';
  const phraseOf = (rank: number) => choosePhrase(ranked, rank, behaviours);
  return finishList(catalogue, list, { release, model, ranked, phraseOf });
}

/** The list of an audience, and everything that it was made from. */
export function rankAndFill(catalogue: Catalogue, audience: Audience, options: ListOptions, now: number): ListTrace {
  const { ranked, behaviours, blocked } = tasteOfAudience(audience, sessionOf(catalogue, options, now), now);
  const { excludeIds = [], priceBelow } = options;
  const excluded = excludeIds.length > 0 ? new Set([...blocked, ...indicesOf(catalogue, excludeIds)]) : blocked;
  let allows = compileFilter(catalogue, now, options.filter, excluded);
  if (priceBelow !== undefined) {
    const inside = allows;
    const bound = priceBelow ?? middlePrice(catalogue, ranked);
    allows = (item) => inside(item) && catalogue.priceOf(item) < bound;
  }
  const list = fillList(ranked, fillInput(catalogue, audience.release, options.limit, allows));
  return { ranked, behaviours, blocked, excluded, allows, list };
}

function sessionOf(catalogue: Catalogue, { recentIds, cartIds }: ListOptions, now: number): SessionSignals {
  const recent = indicesOf(catalogue, recentIds).reverse();
  const behaviours = recent.map((item, back) => ({ type: 'view' as const, item, at: now - back * recentItemStepMs }));
  return { behaviours, cart: indicesOf(catalogue, cartIds) };
}

function indicesOf(catalogue: Catalogue, itemIds: readonly string[] = []): number[] {
  return itemIds.flatMap((id) => catalogue.indexOf(id) ?? []);
}

function middlePrice(catalogue: Catalogue, ranked: RankedItems): number {
  const prices = Array.from(ranked.items, catalogue.priceOf).filter((price) => !Number.isNaN(price));
  prices.sort((a, b) => a - b);
  return prices.length > 0 ? prices[prices.length >> 1] : Number.POSITIVE_INFINITY;
}
