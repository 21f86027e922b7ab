import type { Queryable } from '../../db/index.ts';
import { cutPageBy, type RowKeys, readRowCursor, writeRowCursor } from '../../formats/cursor.ts';
import {
  type CustomerCondition,
  type CustomerFigures,
  foldAscii,
  type ListedCustomer,
  searchCustomers,
} from './store.ts';

/** By a figure of customers that somebody else knows; of whom it is unknown come last, and of equal ones the id decides. */
export interface CustomerOrder {
  /** of the order: its cursors are no other's */
  name: string;
  figures: CustomerFigures;
  isDescending: boolean;
}

/** Which customers, as the API asks for them. */
export interface CustomerQuery {
  /** what their ids begin with, without regard to the case of ASCII's letters */
  query?: string;
  /** only those of whom it holds */
  condition?: CustomerCondition | undefined;
  /** absent: by their ids, whatever the case of these */
  order?: CustomerOrder | undefined;
  limit: number;
  cursor?: string;
}

type Keys =
  | readonly [foldedId: string, customerId: string]
  | readonly [foldedId: string, customerId: string, order: string, figure: number | null];

/**
 * A page of customers by their ids or by a figure.
 * @throws PannierError `invalid_request` for a cursor of another list
 */
export async function listCustomers(
  db: Queryable,
  { query = '', condition, order, limit, cursor }: CustomerQuery,
): Promise<{ page: ListedCustomer[]; next: string | null }> {
  const isOurs = (keys: RowKeys): keys is Keys => {
    const [foldedId, customerId, name, figure] = keys;
    const isOrder = order ? keys.length === 4 && name === order.name && typeof figure !== 'string' : keys.length === 2;
    return isOrder && typeof foldedId === 'string' && typeof customerId === 'string';
  };
  const last = readRowCursor(cursor, isOurs);
  const rows = await searchCustomers(db, {
    prefix: foldAscii(query.trim()),
    condition,
    order,
    after: last && { foldedId: last[0], customerId: last[1], figure: last[3] ?? null },
    limit: limit + 1,
  });
  return cutPageBy(rows, limit, ({ foldedId, customerId, figure }) =>
    writeRowCursor(order ? [foldedId, customerId, order.name, figure] : [foldedId, customerId]),
  );
}
