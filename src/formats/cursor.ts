import { invalidField } from '../errors.ts';

/** Cursors are for callers to hand back: the last row's keys, in the form that the contract states. */
export function writeCursor(keys: readonly number[]): string {
  return keys.join('-');
}

/** @throws PannierError `invalid_request` naming `cursor` when it is not one of ours */
export function readCursor(cursor: string | undefined, length: number): number[] | undefined {
  if (cursor === undefined) return undefined;
  const keys = cursor.split('-').map(Number);
  const ours = /^\d{1,15}(-\d{1,15})*$/.test(cursor) && keys.length === length;
  if (!ours) throw invalidField('cursor', 'is not a cursor of this list');
  return keys;
}

/** Cuts a page that was read with one row too many, and tells the cursor of the next. */
export function cutPage<Row>(
  rows: Row[],
  limit: number,
  keysOf: (row: Row) => readonly number[],
): { page: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? writeCursor(keysOf(page.at(-1)!)) : null };
}
