import { invalidField } from './errors.ts';

/** Cursors are opaque to callers: the last row's keys, base64url. */
export function writeCursor(keys: readonly number[]): string {
  return Buffer.from(keys.join('.')).toString('base64url');
}

/** @throws PannierError `invalid_request` naming `cursor` when it is not one of ours */
export function readCursor(cursor: string | undefined, length: number): number[] | undefined {
  if (cursor === undefined) return undefined;
  const keys = Buffer.from(cursor, 'base64url').toString('latin1').split('.').map(Number);
  const ours = keys.length === length && keys.every((key) => Number.isSafeInteger(key) && key >= 0 && key < 2 ** 53);
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
