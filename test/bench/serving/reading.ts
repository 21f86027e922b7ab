import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { type Database, migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { makePartitions, schema } from './serving-shop.ts';

/**
 * How long the lists and searches of the console take over HTTP in a shop of 20,000 items and 100,000 customers with 1,000,000
 * events and 300,000 orders, one request after the other.
 *
 *     npm run bench:reading [-- times]
 */
const [times = 100] = process.argv.slice(2).map(Number);
const size = { items: 20_000, customers: 100_000 };

async function fill(db: Database): Promise<void> {
  await db.query(
    `insert into items (item_id, title, category, brand, price, stock)
     select 'I' || lpad(n::text, 5, '0'),
            (array['Ground coffee', 'Käse am Stück', '绿茶', 'Kitchen towels', 'LED lamp', 'Tea kettle'])[1 + n % 6] || ' No. ' || n,
            'Department ' || n % 10 || ' > Shelf ' || n % 100, 'Brand ' || n % 50, (n % 5000 + 99) / 100.0, n % 200
     from generate_series(1, $1::int) n`,
    [size.items],
  );
  await db.query(
    `insert into customers (customer_id) select 'C' || lpad(n::text, 6, '0') from generate_series(1, $1::int) n`,
    [size.customers],
  );
  await makePartitions(db);
  await db.query(
    `insert into events (event_id, type, customer_key, item_key, occurred_at)
     select customer_key || '-' || n, (array['view', 'click', 'impression', 'page_view'])[1 + n % 4]::event_type, customer_key,
            1 + (customer_key * 31 + n * 977) % $1::int, now() - make_interval(hours => n * 24)
     from customers, generate_series(0, 9) n`,
    [size.items],
  );
  await db.query(
    `insert into orders (order_id, customer_key, occurred_at, total_minor, content_hash)
     select customer_key || '-' || n, customer_key, now() - make_interval(days => n * 20), 1000, ''
     from customers, generate_series(1, 3) n`,
  );
  await db.query(
    `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor)
     select order_key, n, 1 + (customer_key * 17 + n * 613) % $1::int, 1, 2.50, 250 from orders, generate_series(1, 4) n`,
    [size.items],
  );
  await db.query('analyze');
}

const customer = (time: number) => `C${String(1 + ((time * 7_919) % size.customers)).padStart(6, '0')}`;
const asked: Record<string, (time: number) => string> = {
  'items, the first page': () => '/v1/items?limit=50',
  'items, a word': (time) => `/v1/items?limit=50&query=${['coffee', 'kettle', 'lamp'][time % 3]}`,
  'items, two words and a number': (time) => `/v1/items?limit=50&query=ground+coffee+${time % 97}`,
  'items, an umlaut': () => `/v1/items?limit=50&query=${encodeURIComponent('käse')}`,
  'items, Chinese': () => `/v1/items?limit=50&query=${encodeURIComponent('绿茶')}`,
  'items, nothing found': () => '/v1/items?limit=50&query=zzzz',
  'items, by price, dearest first': () => '/v1/items?limit=50&sort=-price',
  'items of a category for sale': (time) => `/v1/items?limit=50&for_sale=true&category=Department+${time % 10}`,
  'customers, the first page': () => '/v1/customers?limit=50',
  'customers, a prefix': (time) => `/v1/customers?limit=50&query=c${String(time % 100).padStart(3, '0')}`,
  'a customer': (time) => `/v1/customers/${customer(time)}`,
  'a timeline': (time) => `/v1/customers/${customer(time)}/timeline`,
};

async function measure(url: string, headers: Record<string, string>): Promise<void> {
  for (const [name, pathOf] of Object.entries(asked)) {
    const took: number[] = [];
    for (let time = -10; time < times; time++) {
      const begun = performance.now();
      const response = await fetch(url + pathOf(Math.abs(time)), { headers });
      const body = await response.text();
      if (response.status !== 200) throw new Error(`${name}: ${response.status} ${body}`);
      if (time >= 0) took.push(performance.now() - begun);
    }
    took.sort((a, b) => a - b);
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(share * took.length))].toFixed(1);
    console.log(`${name.padEnd(34)} p50 ${at(0.5).padStart(6)} ms   p95 ${at(0.95).padStart(6)} ms`);
  }
}

const folder = await makeScratchFolder('reading');
const server = await startEmbeddedServer({ folder, disposable: true });
const db = openDatabase({ connectionString: server.connectionString, schema, poolSize: 4 });
try {
  await migrate(db);
  await fill(db);
  const { token } = await createKey(db, 'bench', ['admin']);
  const child = fork(new URL('./serving-server.js', import.meta.url));
  child.send({ role: 'app', connectionString: server.connectionString, cacheCustomers: 1_000 });
  const [port] = await once(child, 'message');
  await measure(`http://127.0.0.1:${port}`, { Authorization: `Bearer ${token}` }).finally(() => child.disconnect());
} finally {
  await db.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
