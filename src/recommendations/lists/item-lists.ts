import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { besideItem } from '../memory/content/beside-item.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { type FillInput, fillList } from './fill-list.ts';
import { withValues } from './filters/attributes.ts';
import { type Allowed, compileFilter } from './filters/filter.ts';
import { fillInput, finishList } from './finish-list.ts';
import type { MadeList } from './made-list.ts';
import { indicesOf, type ListOptions } from './personal-list.ts';
import { noItems, type RankedItems, sourceNumber } from './ranked-items.ts';
import { phraseNumber } from './reasons.ts';
import { usualView } from './view/list-view.ts';

/** What of the memory lists about items are made of. */
type Shelves = Pick<ServingMemory, 'catalogue' | 'release'>;

const uncategorised = () => -1;

/** Items alike by behaviour and, the less that is known of them the more, by content, topped up from the item's own category first. */
export function makeRelatedList(memory: Shelves, item: number, options: ListOptions, now: number): MadeList {
  const { catalogue, release } = memory;
  const { view = usualView } = options;
  const ranked = rankBeside(memory, item);
  const { category } = catalogue.record(item);
  const shelf = fillBeside(memory, item, options, now);
  const prefers =
    category === null ? undefined : withValues(catalogue.sets.ownCategories(), [category], catalogue.size);
  const list = fillList(ranked, prefers ? { ...shelf, prefers } : shelf);
  const phraseOf = (rank: number) =>
    ranked.sources[rank] === sourceNumber.content ? phraseNumber.similar : phraseNumber.alike;
  return finishList(catalogue, list, { release, model: 'collaborative', ranked, phraseOf, view });
}

/** Best sellers. @param segmentId whose come first; where nothing that may be listed is known of them, everybody's are all of the list */
export function makePopularList(
  { catalogue, release }: Shelves,
  options: ListOptions,
  now: number,
  segmentId?: string | null,
): MadeList {
  const { view = usualView } = options;
  const ranked = release.segments?.bestSellers.get(segmentId ?? '') ?? noItems;
  const shelf = fillInput(catalogue, release, options.limit, allowedOf(catalogue, options, now));
  const list = fillList(ranked, { ...shelf, categoryOf: uncategorised });
  const isOfSegment = list.sources[0] === sourceNumber['segment-popularity'];
  // Popular items are what was asked for; only what was never bought fills the list up.
  if (!isOfSegment) list.toppedUp = list.sources.filter((source) => source === sourceNumber.catalogue).length;
  const phraseOf = () => phraseNumber.popularWithOthers;
  return finishList(catalogue, list, {
    ...{ release, ranked, phraseOf, view },
    model: isOfSegment ? 'segments' : 'popularity',
  });
}

/** Whose best sellers a list shows, as the answer says it; nothing where they were asked of no segment. */
export function segmentJson(segmentId: string | null | undefined, { model }: MadeList): string {
  if (typeof segmentId !== 'string') return '';
  return `,"segment":${JSON.stringify(segmentId)},"best_sellers_of":"${model === 'segments' ? 'segment' : 'all'}"`;
}

/** What fills a list about an item. Its likes are asked for as such: their category is no reason to hold them back. */
function fillBeside({ catalogue, release }: Shelves, item: number, options: ListOptions, now: number): FillInput {
  const allowed = allowedOf(catalogue, options, now, item);
  return { ...fillInput(catalogue, release, options.limit, allowed), categoryOf: uncategorised };
}

/** What a request lets onto a list that is of nobody in particular. @param item the one that it is about @param unwanted what must not appear either */
export function allowedOf(
  catalogue: Catalogue,
  { filter, excludeIds, view, filterPath: path }: ListOptions,
  now: number,
  item?: number,
  unwanted: Iterable<number> = [],
): Allowed {
  const excluded = new Set([...indicesOf(catalogue, excludeIds), ...unwanted]);
  if (item !== undefined) excluded.add(item);
  return compileFilter(catalogue, now, filter, excluded, { market: view?.market, item, path });
}

function rankBeside(memory: Shelves, item: number): RankedItems {
  const { items, weights, isByContent } = besideItem(memory, item);
  return {
    items,
    scores: Array.from(weights, (weight) => weight / weights[0]),
    sources: Array.from(isByContent, (isContent) =>
      isContent ? sourceNumber.content : sourceNumber['collaborative-filtering'],
    ),
    because: Array.from(items, () => item),
  };
}
