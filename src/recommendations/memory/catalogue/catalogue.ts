import { PannierError } from '../../../errors.ts';
import type { CatalogueItem } from '../../../intake/index.ts';
import { type ContentNeighbours, createContentNeighbours } from '../content/content-neighbours.ts';
import type { Bits } from '../item-sets/bits.ts';
import { createItemSets, type ItemSets } from '../item-sets/item-sets.ts';
import { createCategories } from './categories.ts';
import { createFamilies } from './families.ts';
import { type ItemTexts, textsOf } from './item-texts.ts';
import { createMarketTimes, timesOf } from './market-times.ts';
import { createShowTimes, never } from './show-times.ts';

/**
 * Catalogue truth in memory: each item has a dense index for the life of the process, in the order in which items came to be
 * known (ascending item keys at start). What an answer needs of an item is kept ready as text.
 */
export interface Catalogue {
  readonly size: number;
  /** Takes over what was read by load number `load`; what a later load has said already is not overwritten. */
  apply(records: readonly CatalogueItem[], load: number): void;
  /** Load number `load` could not read these items, which have changed: they are not shown until a later load reads them. */
  withhold(itemKeys: readonly number[], load: number): void;
  /** A number that is another whenever an answer at `now` could be another than before. */
  stateAt(now: number): number;
  indexOf(itemId: string): number | undefined;
  indexOfKey(itemKey: number): number | undefined;
  /** May it be shown now: a product, not hidden, not sold out, within its availability? @param market undefined: in none in particular */
  isSellable(item: number, now: number, market?: string): boolean;
  /** All that may; nobody's to change, and good until the catalogue changes. */
  sellableAt(now: number, market?: string): Bits;
  /** Items by what filters ask of them. */
  readonly sets: ItemSets;
  /** Items alike by what is said of them. */
  readonly content: ContentNeighbours;
  record(item: number): CatalogueItem;
  /** The same, hidden where it is withheld. */
  truthOf(item: number): CatalogueItem;
  /** Withholds what load number `load` was the last to speak of. */
  withholdLeft(load: number): void;
  /** number of its main category, -1 for none */
  categoryOf(item: number): number;
  /** number of the family of variants that it is of, -1: it has none of them beside it */
  familyOf(item: number): number;
  /** the variants of a parent, be it an item or not */
  variantsOf(parentId: string): number[];
  /** the numbers of this category and those below it; undefined when no item has such a category */
  categoriesBelow(path: string): ReadonlySet<number> | undefined;
  /** NaN: unknown */
  priceOf(item: number): number;
  textsOf(item: number): ItemTexts;
}

export function createCatalogue(): Catalogue {
  const records: CatalogueItem[] = [];
  const loads: number[] = [];
  const byId = new Map<string, number>();
  /** An array is several times as fast as a map while keys lie close together, and turns into one where they do not. */
  const byKey: number[] = [];
  const texts: ItemTexts[] = [];
  const prices: number[] = [];
  const categoryOf: number[] = [];
  const categories = createCategories();
  const families = createFamilies((itemId) => byId.get(itemId));
  const showTimes = createShowTimes();
  const withheld = new Set<number>();
  const sets = createItemSets(records);
  const content = createContentNeighbours({ record: (item) => records[item], familyOf: families.of });
  const marketTimes = createMarketTimes(records, withheld);

  function applyOne(record: CatalogueItem, load: number): void {
    let item = byKey[record.itemKey] as number | undefined;
    if (item === undefined) {
      item = records.length;
      byKey[record.itemKey] = item;
      byId.set(record.itemId, item);
    } else if (loads[item] > load) return;
    loads[item] = load;
    const before = records[item] as CatalogueItem | undefined;
    if (before && before.itemId !== record.itemId) renameItem(item, record.itemId);
    records[item] = record;
    withheld.delete(item);
    families.set(item, record);
    const now = textsOf(record);
    if (now.fragment !== texts[item]?.fragment || !before || isShownOtherwise(before, record)) {
      texts[item] = now;
      showTimes.touch();
    }
    prices[item] = record.price === null ? Number.NaN : Number(record.price);
    categoryOf[item] = categories.numberOf(record.category);
    showTimes.set(item, ...timesOf(record, record.stock));
    marketTimes.update(item);
    sets.update(item, record);
    content.update(item, before, record);
  }

  /** Only where what was read before was of another database. */
  function renameItem(item: number, itemId: string): void {
    if (byId.get(records[item].itemId) === item) byId.delete(records[item].itemId);
    byId.set(itemId, item);
  }

  function withholdOne(item: number): void {
    withheld.add(item);
    showTimes.set(item, never, never);
    marketTimes.update(item);
  }

  return {
    get size() {
      return records.length;
    },
    apply(read, load) {
      for (const record of read) applyOne(record, load);
    },
    withhold(itemKeys, load) {
      for (const key of itemKeys) {
        const item = byKey[key] as number | undefined;
        if (item === undefined) continue;
        loads[item] = load;
        withholdOne(item);
      }
    },
    withholdLeft(load) {
      for (const [item, last] of loads.entries()) if (last === load) withholdOne(item);
    },
    stateAt: showTimes.stateAt,
    indexOf: (itemId) => byId.get(itemId),
    indexOfKey: (itemKey) => byKey[itemKey],
    isSellable(item, now, market) {
      return (market === undefined ? showTimes : marketTimes.of(market)).isShown(item, now);
    },
    sellableAt: (now, market) => (market === undefined ? showTimes : marketTimes.of(market)).shownAt(now),
    sets,
    content,
    record: (item) => records[item],
    truthOf: (item) => (withheld.has(item) ? { ...records[item], hidden: true } : records[item]),
    categoryOf: (item) => categoryOf[item],
    familyOf: families.of,
    variantsOf: families.membersOf,
    categoriesBelow: categories.below,
    priceOf: (item) => prices[item],
    textsOf: (item) => texts[item],
  };
}

/** What lists that are kept go by, beside what they usually say of an item. */
function isShownOtherwise(before: CatalogueItem, { texts, parentId }: CatalogueItem): boolean {
  if (before.parentId !== parentId) return true;
  return before.texts !== texts && JSON.stringify(before.texts) !== JSON.stringify(texts);
}

/** The item, or the first variant of a parent that is none itself. @throws PannierError `not_found` */
export function findShown(catalogue: Catalogue, id: string): number {
  return catalogue.indexOf(id) ?? catalogue.variantsOf(id)[0] ?? findItem(catalogue, id);
}

/** @throws PannierError `not_found` */
export function findItem(catalogue: Catalogue, itemId: string): number {
  const item = catalogue.indexOf(itemId);
  if (item === undefined) throw new PannierError('not_found', 'No such item.');
  return item;
}
