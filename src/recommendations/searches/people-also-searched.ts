import { termOf } from '../../../models/association-rules/index.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { RecommendedValue } from '../methods/recommended-value.ts';
import type { ServedSearches } from './search-term.ts';

/**
 * What people who searched for this searched for as well; without a query what most people search for and find.
 * @param release one of before there were such has none
 */
export function peopleAlsoSearched(
  { rules }: Pick<ServedRelease, 'rules'>,
  query: string | undefined,
  limit: number,
): RecommendedValue[] {
  const searches: ServedSearches = rules?.searches ?? new Map();
  if (query === undefined) return mostSearched(searches, limit);
  const found = searches.get(termOf(query) ?? '');
  if (!found) return [];
  return found.related.slice(0, limit).map((value, place) => termValue(value, found.shares[place]));
}

/** Scores are shares of the first. */
function mostSearched(searches: ServedSearches, limit: number): RecommendedValue[] {
  const finding = [...searches].filter(([, { isFound }]) => isFound).slice(0, limit);
  return finding.map(([term, { people }]) => termValue(term, people / finding[0][1].people));
}

function termValue(value: string, score: number): RecommendedValue {
  return { value, score: Number(score.toFixed(4)) };
}
