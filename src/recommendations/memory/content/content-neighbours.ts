import { ContentIndex, type ItemContent, type Likes, noLikes } from '../../../../models/content-neighbours/index.ts';
import type { CatalogueItem } from '../../../intake/index.ts';
import { pathSeparator } from '../catalogue/categories.ts';
import { KeptValues } from './kept-values.ts';

/** Items alike by what the catalogue says of them, true from the moment that the catalogue is. */
export interface ContentNeighbours {
  /** An item has come, or is otherwise than before. @param before undefined: it was not known */
  update(item: number, before: CatalogueItem | undefined, record: CatalogueItem): void;
  /**
   * Of these items, or of all, those whose embeddings are to be read: the catalogue has others of them than are known here.
   * @param items undefined: all
   */
  withoutEmbedding(items?: Iterable<number>): number[];
  /** Takes embeddings over; what the catalogue has otherwise by now is passed over. */
  setEmbeddings(read: readonly { item: number; digest: string; numbers: Float32Array }[]): void;
  /** The items most alike this one, one of each family of variants and none of its own; the same object as long as they are the same. */
  likesOf(item: number): Likes;
  /** The items whose titles are most alike a text, one of each family. */
  likesOfText(text: string): Likes;
  /** Are there many items that have not been looked at yet? */
  readonly isBehind: boolean;
  /** Looks at those, a part at a time. */
  prepare(): Generator<void>;
  /**
   * Finds the likes of items before anybody asks for them, one after the other, as long as they can be kept.
   * @param first those that will be asked for the most
   */
  findAhead(first?: ArrayLike<number>): Generator<void>;
}

/** What of the catalogue is asked for. */
interface Shelves {
  record(item: number): CatalogueItem;
  familyOf(item: number): number;
}

const mostLikes = 50;
/** Of families there may be many variants. */
const mostFound = 4 * mostLikes;
/** To look at so many takes some milliseconds. */
const itemsAtOnce = 100;
/** When so many have changed at once, what is kept of others is let go as a whole. */
const few = 20;
const mostKept = 20_000;

/**
 * Nothing is looked at before somebody asks, or `prepare` has its turn.
 * @param most likes of so many items are kept
 */
export function createContentNeighbours({ record, familyOf }: Shelves, most = mostKept): ContentNeighbours {
  const index = new ContentIndex();
  const waiting = new Set<number>();
  const kept = new KeptValues<Likes>(most);
  /** by item: the digest of its embedding in the index */
  const heldDigests = new Map<number, string>();
  let known = 0;
  /** what has been found ahead is to be found anew */
  let isForgotten = false;

  /** What is kept of the items that one stands beside is let go. */
  function forgetBeside(item: number): void {
    if (kept.size === 0) return;
    kept.delete(item);
    for (const other of index.likesOf(item, mostFound).items) kept.delete(other);
  }

  function lookAtWaiting(first?: number): void {
    if (waiting.size === 0) return;
    change((willChange) => {
      const look = (item: number) => {
        waiting.delete(item);
        index.set(item, contentOf(record(item)), () => willChange(item));
      };
      if (first !== undefined && waiting.has(first)) look(first);
      let left = itemsAtOnce;
      for (const item of waiting) {
        if (left-- === 0) break;
        look(item);
      }
    });
  }

  /** What is kept is let go of, as far as it may be otherwise after the work. @param work calls `willChange` before an item is */
  function change(work: (willChange: (item: number) => void) => void): void {
    const changed: number[] = [];
    work((item) => {
      if (changed.push(item) <= few) forgetBeside(item);
    });
    if (changed.length === 0) return;
    isForgotten = true;
    if (changed.length > few) kept.clear();
    else for (const item of changed) forgetBeside(item);
  }

  /** An embedding that the catalogue has no more is not gone by. */
  function forgetEmbedding(item: number): void {
    if (!heldDigests.delete(item)) return;
    change((willChange) => index.setEmbedding(item, undefined, () => willChange(item)));
  }

  /** @param find the items most alike, so many at most */
  function oneOfEachFamily(find: (count: number) => Likes, own: number): Likes {
    const { items, similarities } = find(mostLikes);
    const places = placesOfFamilies(items, own);
    // Most have no variants.
    if (places.length === items.length) return { items, similarities };
    const more = items.length < mostLikes ? { items, similarities } : find(mostFound);
    const chosen = placesOfFamilies(more.items, own).slice(0, mostLikes);
    if (chosen.length === 0) return noLikes;
    return {
      items: Int32Array.from(chosen, (place) => more.items[place]),
      similarities: Float32Array.from(chosen, (place) => more.similarities[place]),
    };
  }

  /** Places of the first of each family, and of what has none. */
  function placesOfFamilies(items: Int32Array, own: number): number[] {
    const seen = new Set(own >= 0 ? [own] : []);
    const places: number[] = [];
    for (let place = 0; place < items.length; place++) {
      const family = familyOf(items[place]);
      if (family >= 0 && seen.has(family)) continue;
      if (family >= 0) seen.add(family);
      places.push(place);
    }
    return places;
  }

  function likesOf(item: number): Likes {
    lookAtWaiting(item);
    let likes = kept.get(item);
    if (!likes) {
      likes = oneOfEachFamily((count) => index.likesOf(item, count), familyOf(item));
      kept.set(item, likes);
    }
    return likes;
  }

  return {
    update(item, before, now) {
      known = Math.max(known, item + 1);
      if (!before || saysOtherwise(before, now)) waiting.add(item);
      if (heldDigests.get(item) !== now.embeddingDigest) forgetEmbedding(item);
    },
    withoutEmbedding(items = Array(known).keys()) {
      return Array.from(items).filter((item) => record(item).embeddingDigest && !heldDigests.has(item));
    },
    setEmbeddings(read) {
      change((willChange) => {
        for (const { item, digest, numbers } of read) {
          if (record(item).embeddingDigest !== digest || heldDigests.has(item)) continue;
          heldDigests.set(item, digest);
          index.setEmbedding(item, numbers, () => willChange(item));
        }
      });
    },
    likesOf,
    likesOfText(text) {
      lookAtWaiting();
      return oneOfEachFamily((count) => index.likesOfText(text, count), -1);
    },
    get isBehind() {
      return waiting.size > few;
    },
    *prepare() {
      for (; waiting.size > 0; yield) lookAtWaiting();
    },
    *findAhead(first = []) {
      const isToFind = (item: number) => item < known && !kept.isFull && !kept.has(item);
      do {
        isForgotten = false;
        for (let rank = 0; rank < first.length; rank++) {
          if (!isToFind(first[rank])) continue;
          likesOf(first[rank]);
          yield;
        }
        for (let item = 0; item < known; item++) {
          if (!isToFind(item)) continue;
          likesOf(item);
          yield;
        }
      } while (isForgotten);
    },
  };
}

/** undefined: it is nothing that lists show */
function contentOf(record: CatalogueItem): ItemContent | undefined {
  if (!record.isProduct) return undefined;
  const { title, category, moreCategories, brand, attributes, price } = record;
  const paths = category === null ? moreCategories : [category, ...moreCategories];
  return {
    title,
    categories: paths.map((path) => path.split(pathSeparator)),
    brand,
    attributes,
    price: price === null ? Number.NaN : Number(price),
  };
}

function saysOtherwise(before: CatalogueItem, now: CatalogueItem): boolean {
  return (
    before.title !== now.title ||
    before.price !== now.price ||
    before.category !== now.category ||
    before.brand !== now.brand ||
    before.isProduct !== now.isProduct ||
    before.moreCategories.join() !== now.moreCategories.join() ||
    JSON.stringify(before.attributes) !== JSON.stringify(now.attributes)
  );
}
