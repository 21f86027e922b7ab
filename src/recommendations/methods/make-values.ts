import { type Audience, armOf } from '../lists/audience/audience.ts';
import { tasteOfAudience } from '../lists/audience/audience-taste.ts';
import type { Allowed } from '../lists/filters/filter.ts';
import { allowedOf } from '../lists/item-lists.ts';
import { sessionOf } from '../lists/personal-list.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { peopleAlsoSearched } from '../searches/people-also-searched.ts';
import { brandNames, categoryNames, type MethodOptions } from './make-method-list.ts';
import type { ValueMethod } from './method.ts';
import { affinitiesOf, popularAffinities } from './methods-of-person.ts';
import type { RecommendedValue } from './recommended-value.ts';

/**
 * Search terms that go with what is searched for, or categories or brands that somebody is drawn to, the most first, and then those that are popular; of whose goods something is
 * for sale inside the filter.
 */
export function makeValues(
  catalogue: Catalogue,
  audience: Audience,
  method: ValueMethod,
  options: MethodOptions,
  now: number,
): RecommendedValue[] {
  if (method === 'people-also-searched') return peopleAlsoSearched(audience.release, options.query, options.limit);
  const namesOf = (item: number) => (method === 'brands' ? brandNames : categoryNames)(catalogue, item);
  const isPersonal = audience.mayBePersonal && armOf(audience) !== 'holdout';
  const taste = tasteOfAudience(catalogue, audience, sessionOf(catalogue, options, now), now);
  const own = isPersonal ? affinitiesOf(catalogue, taste, namesOf, now) : new Map<string, number>();
  const popular = popularAffinities(audience.release, namesOf);
  const offered = namesForSale(catalogue, allowedOf(catalogue, options, now), method);
  const byShare = (shares: ReadonlyMap<string, number>) =>
    [...shares].filter(([name]) => offered.has(name)).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const first = byShare(own);
  const rest = byShare(popular).filter(([name]) => !own.has(name));
  return [...first, ...rest]
    .slice(0, options.limit)
    .map(([value, score]) => ({ value, score: Number(score.toFixed(4)) }));
}

function namesForSale({ sets }: Catalogue, { within, allows }: Allowed, method: ValueMethod): ReadonlySet<unknown> {
  const names = method === 'brands' ? sets.brands() : sets.ownCategories();
  return names.valuesWithin(within, allows);
}
