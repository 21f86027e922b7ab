import { PannierError } from '../../errors.ts';
import type { ItemRecord } from '../../intake/index.ts';

/**
 * Catalogue truth in memory: each item has a dense index for the life of the process, in the order in which items came to be
 * known (ascending item keys at start). What an answer needs of an item is kept ready as text.
 */
export interface Catalogue {
  readonly size: number;
  /** Takes over what was read by load number `load`; what a later load has said already is not overwritten. */
  apply(records: readonly ItemRecord[], load: number): void;
  /** Load number `load` could not read these items, which have changed: they are not shown until a later load reads them. */
  withhold(itemKeys: readonly number[], load: number): void;
  /** A number that is another whenever an answer at `now` could be another than before. */
  stateAt(now: number): number;
  indexOf(itemId: string): number | undefined;
  indexOfKey(itemKey: number): number | undefined;
  /** May it be shown now: a product, not hidden, not sold out, within its availability? */
  isSellable(item: number, now: number): boolean;
  record(item: number): ItemRecord;
  /** The same, hidden where it is withheld. */
  truthOf(item: number): ItemRecord;
  /** Withholds what load number `load` was the last to speak of. */
  withholdLeft(load: number): void;
  /** number of its category, -1 for none */
  categoryOf(item: number): number;
  /** the numbers of this category and those below it; undefined when no item has such a category */
  categoriesBelow(path: string): ReadonlySet<number> | undefined;
  /** NaN: unknown */
  priceOf(item: number): number;
  textsOf(item: number): ItemTexts;
}

/** What answers need of an item, ready; made anew when the item changes. */
export interface ItemTexts {
  readonly itemKey: number;
  /** `"item_id":…,"title":…,"category":…,"price":…,"score":` */
  readonly fragment: string;
  /** the item's id as JSON */
  readonly idJson: string;
  /** the title, or the id where there is none, as it stands inside a JSON string */
  readonly name: string;
  /** reasons that name this item, by phrase; kept by `reasons.ts` */
  readonly reasons: (string | undefined)[];
}

const pathSeparator = ' > ';
const never = Number.POSITIVE_INFINITY;
const always = Number.NEGATIVE_INFINITY;

export function createCatalogue(): Catalogue {
  const records: ItemRecord[] = [];
  const loads: number[] = [];
  const byId = new Map<string, number>();
  /** An array is several times as fast as a map while keys lie close together, and turns into one where they do not. */
  const byKey: number[] = [];
  const texts: ItemTexts[] = [];
  const prices: number[] = [];
  const categories: number[] = [];
  /** For each item from when until when it may be shown, side by side. */
  const windows: number[] = [];
  const withheld = new Set<number>();
  /** Items whose time to be shown begins or ends. */
  const timed = new Set<number>();
  let state = 0;
  let [stateSince, stateUntil] = [never, never];
  const categoryNumbers = new Map<string, number>();
  const below = new Map<string, Set<number>>();

  function numberOfCategory(path: string | null): number {
    if (path === null) return -1;
    const known = categoryNumbers.get(path);
    if (known !== undefined) return known;
    const number = categoryNumbers.size;
    categoryNumbers.set(path, number);
    const segments = path.split(pathSeparator);
    for (let depth = 1; depth <= segments.length; depth++) {
      const prefix = segments.slice(0, depth).join(pathSeparator);
      const numbers = below.get(prefix);
      if (numbers) numbers.add(number);
      else below.set(prefix, new Set([number]));
    }
    return number;
  }

  function applyOne(record: ItemRecord, load: number): void {
    let item = byKey[record.itemKey] as number | undefined;
    if (item === undefined) {
      item = records.length;
      byKey[record.itemKey] = item;
      byId.set(record.itemId, item);
    } else if (loads[item] > load) return;
    loads[item] = load;
    if (records[item] && records[item].itemId !== record.itemId) renameItem(item, record.itemId);
    records[item] = record;
    withheld.delete(item);
    const said = textsOf(record);
    if (said.fragment !== texts[item]?.fragment) {
      texts[item] = said;
      state++;
    }
    prices[item] = record.price === null ? Number.NaN : Number(record.price);
    categories[item] = numberOfCategory(record.category);
    const from = whyNotShown(record) ? never : (record.availableFrom?.getTime() ?? always);
    show(item, from, record.availableUntil?.getTime() ?? never);
  }

  /** Only where what was known before was of another database. */
  function renameItem(item: number, itemId: string): void {
    if (byId.get(records[item].itemId) === item) byId.delete(records[item].itemId);
    byId.set(itemId, item);
  }

  function withholdOne(item: number): void {
    withheld.add(item);
    show(item, never, never);
  }

  function show(item: number, from: number, until: number): void {
    if (windows[2 * item] === from && windows[2 * item + 1] === until) return;
    windows[2 * item] = from;
    windows[2 * item + 1] = until;
    if (Number.isFinite(from) || Number.isFinite(until)) timed.add(item);
    else timed.delete(item);
    state++;
    stateUntil = always;
  }

  function stateAt(now: number): number {
    if (now < stateSince || now >= stateUntil) {
      state++;
      stateSince = now;
      stateUntil = never;
      for (const item of timed) {
        for (const time of [windows[2 * item], windows[2 * item + 1]]) {
          if (time > now && time < stateUntil) stateUntil = time;
        }
      }
    }
    return state;
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
    stateAt,
    indexOf: (itemId) => byId.get(itemId),
    indexOfKey: (itemKey) => byKey[itemKey],
    isSellable: (item, now) => windows[2 * item] <= now && now < windows[2 * item + 1],
    record: (item) => records[item],
    truthOf: (item) => (withheld.has(item) ? { ...records[item], hidden: true } : records[item]),
    categoryOf: (item) => categories[item],
    categoriesBelow: (path) => below.get(path),
    priceOf: (item) => prices[item],
    textsOf: (item) => texts[item],
  };
}

function textsOf({ itemKey, itemId, title, category, price }: ItemRecord): ItemTexts {
  const idJson = JSON.stringify(itemId);
  const fragment = flatText(
    `"item_id":${idJson},"title":${JSON.stringify(title)},`,
    `"category":${JSON.stringify(category)},"price":${JSON.stringify(price)},"score":`,
  );
  return { itemKey, fragment, idJson, name: JSON.stringify(title ?? itemId).slice(1, -1), reasons: [] };
}

/** Why an item is not to be shown whatever the hour; undefined: it may be. */
export function whyNotShown({
  isProduct,
  hidden,
  stock,
}: ItemRecord): 'no_product' | 'hidden' | 'sold_out' | undefined {
  if (!isProduct) return 'no_product';
  if (hidden) return 'hidden';
  return stock !== null && stock <= 0 ? 'sold_out' : undefined;
}

/** One text in one piece: what is added up stays a tree of pieces, which is slow to copy again and again. */
export function flatText(...parts: string[]): string {
  return parts.join('');
}

/** @throws PannierError `not_found` */
export function findItem(catalogue: Catalogue, itemId: string): number {
  const item = catalogue.indexOf(itemId);
  if (item === undefined) throw new PannierError('not_found', 'No such item.');
  return item;
}
