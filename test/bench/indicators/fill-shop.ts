import type { Database } from '../../../src/db/index.ts';

export interface ShopSize {
  orders: number;
  events: number;
  customers: number;
  items: number;
  /** the year that ends with this local day */
  last: string;
  timeZone: string;
}

/** Fills an empty database with a year of facts, spread as a shop's are: visitors with some events on a day, customers with some orders. */
export async function fillShop(db: Database, size: ShopSize): Promise<void> {
  const { orders, events, customers, items, last, timeZone } = size;
  const run = (sql: string, values: unknown[] = []) => db.query(sql, values);
  await run(
    `insert into items (item_id, title, category, brand, price, cost, stock)
     select 'i' || n, 'Item ' || n, 'c' || n % 20, 'b' || n % 50, 10 + n % 90, 4 + n % 40, 100 from generate_series(1, $1::int) as n`,
    [items],
  );
  await run(`insert into customers (customer_id) select 'c' || n from generate_series(1, $1::int) as n`, [customers]);
  await run(`insert into visitors (visitor_id) select 'v' || n from generate_series(1, $1::int) as n`, [customers * 2]);
  const begin = `(($1::date - 364)::timestamp at time zone $2)`;
  for (let month = -12; month <= 0; month++) {
    await run(
      `do $$ declare start date := date_trunc('month', date '${last}' + interval '${month} months')::date; begin
         execute format('create table if not exists events_%s partition of events for values from (%L) to (%L)',
           to_char(start, 'YYYY_MM'), start || ' 00:00Z', (start + interval '1 month')::date || ' 00:00Z'); end $$`,
    );
  }
  await run(
    `insert into orders (order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, channel)
     select 'o' || n, 1 + (random() * random() * ($3 - 1))::int, null,
            ${begin} + interval '365 days' * (n::float8 / $4), 0, '', (array['web', 'web', 'app', 'store'])[1 + n % 4]
     from generate_series(1, $4::int) as n`,
    [last, timeZone, customers, orders],
  );
  await run(
    `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor, unit_cost)
     select fact.order_key, line, 1 + (random() * random() * ($1 - 1))::int, 1 + line % 2, 19.99, 1999 * (1 + line % 2), 8
     from orders as fact cross join generate_series(1, 3) as line`,
    [items],
  );
  await run('update orders set total_minor = 1999 * 4');
  await run(
    `insert into events (event_id, type, visitor_key, customer_key, item_key, occurred_at, device, session_id)
     select 'e' || n, (array['view', 'page_view', 'page_view', 'impression', 'cart_add', 'view'])[1 + n % 6]::event_type,
            1 + ((n / 5 * 7919::bigint) % (2 * $3))::bigint, case when n % 10 < 5 then 1 + ((n / 5 * 7919::bigint) % $3)::int end,
            1 + (random() * random() * ($4 - 1))::int, ${begin} + interval '365 days' * (n::float8 / $5),
            (array['mobile', 'desktop', 'tablet'])[1 + (n / 5) % 3], null
     from generate_series(1::bigint, $5::bigint) as n`,
    [last, timeZone, customers, items, events],
  );
  for (const table of ['items', 'customers', 'visitors', 'orders', 'order_lines', 'events'])
    await run(`vacuum analyze ${table}`);
}
