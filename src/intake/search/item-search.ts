import { cutPageBy, type RowKeys, readRowCursor, writeRowCursor } from '../../formats/cursor.ts';
import { foldQuery, formsOf, holding, wordsOf } from './words.ts';

/** What a list of items can be sorted by; `best` is how well an item fits the query. */
export const itemSorts = ['best', 'item_id', 'title', 'price', '-price', 'stock', '-stock'] as const;
export type ItemSort = (typeof itemSorts)[number];

/** Which items, as the API asks for them. */
export interface ItemQuery {
  query?: string;
  category?: string;
  brand?: string;
  for_sale?: boolean;
  sort: ItemSort;
  limit: number;
  cursor?: string;
}

/** What was sorted by of the last item of the page before. */
export interface ItemPlace {
  value: string | number | null;
  itemId: string;
}

/** A query as the store asks it: one item more than a page. */
export interface ItemSelection extends Pick<ItemQuery, 'category' | 'brand' | 'limit'> {
  forSale: boolean | undefined;
  /** of each word the patterns of which the id, title, brand or category fits one */
  words: string[][];
  /** the whole query as an id, and in the forms in which an id or a title may begin with it */
  whole: { id: string; beginnings: string[] } | undefined;
  sort: ItemSort;
  after: ItemPlace | undefined;
}

/** @throws PannierError `invalid_request` for a cursor of another list or sort */
export function selectionOf({ query = '', for_sale: forSale, cursor, ...rest }: ItemQuery): ItemSelection {
  const folded = foldQuery(query);
  const words = wordsOf(folded);
  // Without a query all fit as well.
  const sort = rest.sort === 'best' && words.length === 0 ? 'item_id' : rest.sort;
  const isOurs = (keys: RowKeys): keys is [ItemSort, ItemPlace['value'], string] =>
    keys.length === 3 && keys[0] === sort && typeof keys[2] === 'string' && isValueOf(sort, keys[1]);
  const keys = readRowCursor(cursor, isOurs);
  return {
    ...rest,
    sort,
    limit: rest.limit + 1,
    forSale,
    words: words.map(holding),
    whole: words.length === 0 ? undefined : { id: query.trim(), beginnings: formsOf(folded) },
    after: keys && { value: keys[1], itemId: keys[2] },
  };
}

export function cutItems<Row extends { itemId: string; sortedBy: ItemPlace['value'] }>(
  rows: Row[],
  { sort, limit }: ItemSelection,
) {
  return cutPageBy(rows, limit - 1, ({ sortedBy, itemId }) => writeRowCursor([sort, sortedBy, itemId]));
}

function isValueOf(sort: ItemSort, value: ItemPlace['value']): boolean {
  switch (sort) {
    case 'best':
      return typeof value === 'number' && value >= 0 && value <= 3 && Number.isInteger(value);
    case 'item_id':
      return value === null;
    case 'title':
      return value === null || typeof value === 'string';
    case 'price':
    case '-price':
      return value === null || (typeof value === 'string' && /^\d{1,12}(\.\d{1,6})?$/.test(value));
    case 'stock':
    case '-stock':
      return value === null || (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31);
  }
}
