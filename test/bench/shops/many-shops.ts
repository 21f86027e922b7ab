// Several small shops in one process: its memory, how long a start takes, and a night of all of them with one that is broken.
// node dist/test/bench/shops/many-shops.js 20
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { readShops } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openServer } from '../../../src/open-database.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { type ServedShops, serveShops } from '../../../src/shops/serve-shops.ts';

const count = Number(process.argv[2] ?? 20);
const customers = 200;
const folder = await mkdtemp(join(tmpdir(), 'pannier-many-shops-'));
const file = join(folder, 'shops.json');
const names = Array.from({ length: count }, (_, place) => `shop_${place + 1}`);
await writeFile(file, JSON.stringify(Object.fromEntries(names.map((name) => [name, {}]))));
const shops = readShops({
  ...{ PANNIER_SHOPS: file, PANNIER_DATA_DIR: join(folder, 'data'), PANNIER_PORT: '0', PANNIER_NIGHT: 'off' },
})!;
const log = createLogger('error');
const server = await openServer(shops[0].config, log);
const trainerEntry = new URL('../../../service/training/engines/local/trainer.js', import.meta.url);
const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);

async function start(what: string): Promise<ServedShops> {
  const started = performance.now();
  const served = await serveShops({ shops, server, log, trainerEntry });
  console.log(`${what}: ${count} shops in ${((performance.now() - started) / 1_000).toFixed(1)} s, ${megabytes()} MB`);
  return served;
}

const first = await start('first start, schemas made');
for (const [place, { stations }] of [...first.shops.values()].entries()) {
  const shop = generateSampleShop({ seed: place + 1, customers, items: 100, days: 120, end: new Date() });
  await stations.intake.upsertItems(shop.items);
  await stations.intake.upsertCustomers([...shop.customers()]);
  const orders = [...shop.orders()];
  for (let at = 0; at < orders.length; at += 1_000) await stations.intake.recordOrders(orders.slice(at, at + 1_000));
}
await first.stop();

const again = await start(`started again, ${customers} customers each`);
await pause(5_000);
// On a connection of its own: those of the shops are what is measured.
const client = new pg.Client(server.connectionString);
await client.connect();
const {
  rows: [{ open }],
} = await client.query<{ open: number }>(
  `select count(*)::int as open from pg_stat_activity where application_name = 'pannier ${process.pid}'`,
);
console.log(`after 5 s: ${megabytes()} MB, ${open} connections`);

if (process.argv[3] === 'night') {
  await client.query(`alter table ${names[0]}.orders rename to orders_away`);
  const begun = performance.now();
  for (const [name, { stations }] of again.shops) {
    await client.query(
      `insert into ${name}.leases (name, holder, expires_at, done_for) values ('night', '', '-infinity', '2020-01-01')
       on conflict (name) do update set done_for = '2020-01-01'`,
    );
    await stations.training.startSchedule();
  }
  const last = async () => {
    const runs = names.map((name) => `(select status from ${name}.training_runs order by started_at desc limit 1)`);
    const { rows } = await client.query<{ status: string }>(runs.join(' union all '));
    return rows;
  };
  let most = 0;
  for (;;) {
    const runs = await last();
    most = Math.max(most, runs.filter(({ status }) => status === 'running').length);
    if (runs.length === count && runs.every(({ status }) => status !== 'running')) {
      const states = runs.map(({ status }) => status);
      const of = (wanted: string) => states.filter((status) => status === wanted).length;
      console.log(
        `night of all: ${((performance.now() - begun) / 1_000).toFixed(0)} s, at most ${most} at once; ${of('succeeded')} succeeded, ${of('refused')} refused, ${of('failed')} failed; ${megabytes()} MB`,
      );
      break;
    }
    await pause(200);
  }
}
await client.end();
await again.stop();
await server.stop();
await rm(folder, { recursive: true, force: true });
