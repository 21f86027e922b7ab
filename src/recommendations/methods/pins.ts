import type { Audience } from '../lists/audience/audience.ts';
import type { ByChance } from '../lists/made-list.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { type MethodList, type MethodOptions, makeMethodList, makePinnedList } from './make-method-list.ts';
import type { ItemMethod } from './method.ts';

/**
 * A list by a method, with the items first that the shop has pinned: those of them that may be on it at all, in their order. What
 * follows is the method's, without them and without other variants of them.
 */
export function makeListWithPins(
  catalogue: Catalogue,
  audience: Audience,
  method: ItemMethod,
  { pinnedIds, ...options }: MethodOptions & { pinnedIds: readonly string[] },
  now: number,
): MethodList {
  const pinned = pinnedIds.length > 0 ? makePinnedList(catalogue, audience, pinnedIds, options, now) : undefined;
  const keys = keysOf(pinned);
  if (!pinned || keys.length === 0) return makeMethodList(catalogue, audience, method, options, now);
  if (keys.length >= options.limit) return pinned;
  // With an item its variants are excluded.
  const shown = keys.map((key) => catalogue.record(catalogue.indexOfKey(key)!).itemId);
  const excludeIds = [...(options.excludeIds ?? []), ...shown];
  const limit = options.limit - keys.length;
  return joined(pinned, makeMethodList(catalogue, audience, method, { ...options, limit, excludeIds }, now));
}

function keysOf(list: MethodList | undefined): number[] {
  return list && list.itemKeys !== '' ? list.itemKeys.split(',').map(Number) : [];
}

/** One list after the other; what it mainly comes from, and what fills it up, is the second's. */
function joined(first: MethodList, second: MethodList): MethodList {
  const items = [first, second].flatMap(({ itemsJson }) => JSON.parse(itemsJson) as object[]);
  const both = (part: 'itemKeys' | 'sources') => [first[part], second[part]].filter((text) => text !== '').join();
  const hasRules = second.ruleIds !== '';
  return {
    ...second,
    ...(second.byChance && { byChance: movedDown(second.byChance, keysOf(first).length) }),
    itemsJson: JSON.stringify(items.map((item, place) => ({ ...item, position: place + 1 }))),
    itemKeys: both('itemKeys'),
    sources: both('sources'),
    ruleIds: hasRules ? [...keysOf(first).map(() => 'NULL'), second.ruleIds].join() : '',
  };
}

function movedDown({ places, exposed }: ByChance, by: number): ByChance {
  return {
    places: places.map((place) => place + by),
    exposed: exposed.map(({ item, place }) => ({ item, place: place + by })),
  };
}
