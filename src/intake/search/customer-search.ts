import type { Queryable } from '../../db/index.ts';
import { cutPageBy, type RowKeys, readRowCursor, writeRowCursor } from '../../formats/cursor.ts';
import { type CustomerCondition, type ListedCustomer, searchCustomers } from './store.ts';

/** Which customers, as the API asks for them. */
export interface CustomerQuery {
  /** what their ids begin with, without regard to the case of ASCII's letters */
  query?: string;
  /** only those of whom it holds */
  condition?: CustomerCondition | undefined;
  limit: number;
  cursor?: string;
}

/**
 * A page of customers by their ids, whatever the case of these.
 * @throws PannierError `invalid_request` for a cursor of another list
 */
export async function listCustomers(
  db: Queryable,
  { query = '', condition, limit, cursor }: CustomerQuery,
): Promise<{ page: ListedCustomer[]; next: string | null }> {
  const isOurs = (keys: RowKeys): keys is [string, string] =>
    keys.length === 2 && keys.every((key) => typeof key === 'string');
  const last = readRowCursor(cursor, isOurs);
  const rows = await searchCustomers(db, {
    prefix: foldAscii(query.trim()),
    condition,
    after: last && { foldedId: last[0], customerId: last[1] },
    limit: limit + 1,
  });
  return cutPageBy(rows, limit, ({ foldedId, customerId }) => writeRowCursor([foldedId, customerId]));
}

/** As Postgres does with ids, which are compared bytewise. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
