import type { Database, Queryable } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { CustomerValue, ValueComparison } from './customer-value.ts';

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

/** Copies a version's rows; they must come in ascending customer key. */
export function loadCustomerValues(
  db: Database,
  version: number,
  values: Iterable<CustomerValue>,
): Promise<LoadedTable> {
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

/** By customer key; whoever has none is absent. */
export async function selectValuesOf(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<Map<number, CustomerValue>> {
  const rows = await db.query<ValueRow>(
    'select * from customer_values where version = $1 and customer_key = any($2::int[])',
    [version, customerKeys],
    'values-of-customers',
  );
  return new Map(rows.map((row) => [row.customer_key, toValue(row)]));
}

/** Values of a version in ascending customer key, beyond `after`. */
async function selectValues(db: Queryable, version: number, after: number, limit: number): Promise<CustomerValue[]> {
  const rows = await db.query<ValueRow>(
    'select * from customer_values where version = $1 and customer_key > $2 order by customer_key limit $3',
    [version, after, limit],
  );
  return rows.map(toValue);
}

/** Every customer's value of a version, in ascending customer key. */
export async function* streamCustomerValues(db: Queryable, version: number): AsyncGenerator<CustomerValue> {
  for (let after = 0; ; ) {
    const page = await selectValues(db, version, after, 10_000);
    yield* page;
    if (page.length < 10_000) return;
    after = page.at(-1)!.customerKey;
  }
}

/** How far two versions agree in the orders that they expect of the customers of both. */
export async function compareValues(db: Queryable, first: number, second: number): Promise<ValueComparison> {
  const [row] = await db.query<{ customers: number; correlation: number | null; a: number | null; b: number | null }>(
    `select count(*)::int as customers, corr(a.expected_orders, b.expected_orders) as correlation,
            avg(a.expected_orders)::float8 as a, avg(b.expected_orders)::float8 as b
     from (select * from customer_values where version = $1) as a
     join (select * from customer_values where version = $2) as b using (customer_key)`,
    [first, second],
  );
  return {
    customers: row.customers,
    expected_orders_correlation: row.correlation,
    expected_orders_mean: [row.a, row.b],
  };
}

export async function deleteCustomerValues(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from customer_values where customer_key = $1', [customerKey]);
}
