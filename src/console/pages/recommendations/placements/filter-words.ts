import { useFormat } from '../../../format/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { splitFilter } from './draft.ts';
import { placementTexts } from './texts.ts';
import type { Filter } from './types.ts';

/** What items must be like, in a few words. */
export function useFilterWords(): (filter: Filter) => string {
  const t = useTexts(placementTexts);
  const format = useFormat();
  return (filter) => {
    const { category, brand, lowest, highest, more } = splitFilter(filter);
    const [from, to] = [lowest, highest].map((amount) => (amount ? format.money(amount) : ''));
    return [
      category,
      brand,
      from && to ? t.between(from, to) : from ? t.atLeast(from) : to ? t.atMost(to) : '',
      more && t.further,
    ]
      .filter(Boolean)
      .join(' · ');
  };
}
