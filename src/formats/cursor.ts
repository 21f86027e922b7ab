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
  return cutPageBy(rows, limit, (row) => writeCursor(keysOf(row)));
}

/** The same with a cursor of another form. */
export function cutPageBy<Row>(
  rows: Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): { page: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? cursorOf(page.at(-1)!) : null };
}

/** What a row is listed by where that is more than numbers. */
export type RowKeys = readonly (string | number | null)[];

/**
 * A cursor of a list that is sorted by texts too: what the last row was listed by, so that the next page goes on there
 * although the row has changed since.
 */
export function writeRowCursor(keys: RowKeys): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * @param isOurs whether this list could have written these keys
 * @throws PannierError `invalid_request` naming `cursor` when it is not one of ours
 */
export function readRowCursor<Keys extends RowKeys>(
  cursor: string | undefined,
  isOurs: (keys: RowKeys) => keys is Keys,
): Keys | undefined {
  if (cursor === undefined) return undefined;
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    keys = undefined;
  }
  const isRow = Array.isArray(keys) && keys.every(isKey);
  if (!isRow || !isOurs(keys as RowKeys)) throw invalidField('cursor', 'is not a cursor of this list');
  return keys as unknown as Keys;
}

/** A text that Postgres can take, a number or nothing. */
function isKey(key: unknown): boolean {
  if (typeof key === 'string') return key.isWellFormed() && !key.includes('\0');
  return key === null || typeof key === 'number';
}
