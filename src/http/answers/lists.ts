import { cutPage, readCursor } from '../../formats/cursor.ts';

/** The one form of every list. */
export interface List<Item> {
  items: Item[];
  /** null on the last page */
  next_cursor: string | null;
  as_of: string;
}

/**
 * A list whole, or a page of one.
 * @param asOf what the items tell of; default: now, when they were read
 */
export function listOf<Item>(items: Item[], next: string | null = null, asOf = new Date()): List<Item> {
  return { items, next_cursor: next, as_of: asOf.toISOString() };
}

/**
 * A page of what is listed newest first by one number.
 * @param read rows whose number is below `before`, all from the newest on where it is undefined
 */
export async function pageOf<Row, Item>(
  { limit, cursor }: { limit: number; cursor?: string },
  read: (limit: number, before: number | undefined) => Promise<Row[]>,
  numberOf: (row: Row) => number,
  toItem: (row: Row) => Item,
): Promise<List<Item>> {
  const [before] = readCursor(cursor, 1) ?? [];
  const { page, next } = cutPage(await read(limit + 1, before), limit, (row) => [numberOf(row)]);
  return listOf(page.map(toItem), next);
}
