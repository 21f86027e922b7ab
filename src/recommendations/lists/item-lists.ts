import type { ServingMemory } from '../memory/serving-memory.ts';
import { type FillInput, fillList } from './fill-list.ts';
import { compileFilter } from './filter.ts';
import { fillInput, finishList } from './finish-list.ts';
import type { MadeList } from './made-list.ts';
import { noItems, type RankedItems, sourceNumber } from './ranked-items.ts';
import { phraseNumber } from './reasons.ts';

/** What of the memory lists about items are made of. */
type Shelves = Pick<ServingMemory, 'catalogue' | 'release'>;

const noneExcluded: ReadonlySet<number> = new Set();
const uncategorised = () => -1;
/** Nothing ranked: every item is topped up, and says so itself. */
const noPhrase = () => -1;

/** Items alike by behaviour, topped up from the item's own category first. */
export function makeRelatedList(memory: Shelves, item: number, limit: number, now: number): MadeList {
  const { catalogue, release } = memory;
  const ranked = neighboursOf(memory, item);
  const category = catalogue.categoryOf(item);
  const prefers = category < 0 ? undefined : (other: number) => catalogue.categoryOf(other) === category;
  const list = fillList(ranked, { ...fillBeside(memory, item, limit, now), prefers });
  return finishList(catalogue, list, { release, model: 'collaborative', ranked, phraseOf: () => phraseNumber.alike });
}

export function makePopularList(
  { catalogue, release }: Shelves,
  limit: number,
  category: string | undefined,
  now: number,
): MadeList {
  const allows = compileFilter(catalogue, now, category === undefined ? undefined : { category }, noneExcluded);
  const list = fillList(noItems, fillInput(catalogue, release, limit, allows));
  // Popular items are what was asked for; only what was never bought fills the list up.
  list.toppedUp = list.sources.filter((source) => source === sourceNumber.catalogue).length;
  return finishList(catalogue, list, { release, model: 'popularity', ranked: noItems, phraseOf: noPhrase });
}

/** What fills a list about an item. Its likes are asked for as such: their category is no reason to hold them back. */
function fillBeside({ catalogue, release }: Shelves, item: number, limit: number, now: number): FillInput {
  const allows = compileFilter(catalogue, now, undefined, new Set([item]));
  return { ...fillInput(catalogue, release, limit, allows), categoryOf: uncategorised };
}

function neighboursOf({ release }: Shelves, item: number): RankedItems {
  const neighbours = release.collaborative?.neighbours;
  if (!neighbours || item >= neighbours.itemCount) return noItems;
  const start = neighbours.offsets[item];
  const places = Array.from({ length: neighbours.offsets[item + 1] - start }, (_, rank) => start + rank);
  return {
    items: places.map((place) => neighbours.neighbours[place]),
    scores: places.map((place) => neighbours.weights[place] / neighbours.weights[start]),
    sources: places.map(() => sourceNumber['collaborative-filtering']),
    because: places.map(() => item),
  };
}
