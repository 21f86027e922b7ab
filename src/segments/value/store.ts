import type { Database, Queryable } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { CustomerValue } from './value.ts';

export const tables = ['customer_values'];

interface ValueRow {
  customer_key: number;
  expected_orders: number;
  order_value_minor: number | null;
  revenue_minor: number | null;
  alive_probability: number | null;
  next_order_at: Date | null;
  likelier_than: number;
}

function toValue(row: ValueRow): CustomerValue {
  return {
    customerKey: row.customer_key,
    expectedOrders: row.expected_orders,
    orderValueMinor: row.order_value_minor,
    revenueMinor: row.revenue_minor,
    aliveProbability: row.alive_probability,
    nextOrderAt: row.next_order_at,
    likelierThan: row.likelier_than,
  };
}

export function copyValues(db: Database, version: number, values: Iterable<CustomerValue>): Promise<LoadedTable> {
  function* rows(): Generator<unknown[]> {
    for (const v of values) {
      yield [
        v.customerKey,
        v.expectedOrders,
        v.orderValueMinor,
        v.revenueMinor,
        v.aliveProbability,
        v.nextOrderAt,
        v.likelierThan,
      ];
    }
  }
  const columns = [
    'customer_key',
    'expected_orders',
    'order_value_minor',
    'revenue_minor',
    'alive_probability',
    'next_order_at',
    'likelier_than',
  ];
  return loadVersionTable(db, {
    table: 'customer_values',
    version,
    columns,
    key: 'customer_key',
    rows: rows(),
  });
}

export async function selectValue(
  db: Queryable,
  version: number,
  customerKey: number,
): Promise<CustomerValue | undefined> {
  const [row] = await db.query<ValueRow>(
    'select * from customer_values where version = $1 and customer_key = $2',
    [version, customerKey],
    'value-of-customer',
  );
  return row && toValue(row);
}

/** Values of a version in ascending customer key, beyond `after`. */
export async function selectValues(
  db: Queryable,
  version: number,
  after: number,
  limit: number,
): Promise<CustomerValue[]> {
  const rows = await db.query<ValueRow>(
    'select * from customer_values where version = $1 and customer_key > $2 order by customer_key limit $3',
    [version, after, limit],
  );
  return rows.map(toValue);
}

export async function deleteCustomerValues(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_values where customer_key = $1', [customerKey]);
}
