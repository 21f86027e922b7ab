// Several small shops in one process: its memory and connections, how long a start takes, and a night of all of them with one that
// is broken, beside which a shop is asked for lists all the time.
// node dist/test/bench/shops/many-shops.js 20 [night|-] [customers of each] [PANNIER_POOL_SIZE]
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { readShops } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openServer } from '../../../src/open-database.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { type ServedShops, serveShops } from '../../../src/shops/serve-shops.ts';
import { send } from '../../support/service/contract.ts';

const [countText = '20', what = '-', customersText = '200', poolSize = '10', filledFrom] = process.argv.slice(2);
const [count, customers] = [Number(countText), Number(customersText)];
const folder = await mkdtemp(join(tmpdir(), 'pannier-many-shops-'));
const file = join(folder, 'shops.json');
const names = Array.from({ length: count }, (_, place) => `shop_${place + 1}`);
await writeFile(file, JSON.stringify(Object.fromEntries(names.map((name) => [name, {}]))));
const shops = readShops({
  ...{ PANNIER_SHOPS: file, PANNIER_DATA_DIR: join(folder, 'data'), PANNIER_PORT: '0', PANNIER_NIGHT: 'off' },
  ...{ PANNIER_POOL_SIZE: poolSize, ...(filledFrom && { DATABASE_URL: filledFrom }) },
})!;
const log = createLogger('error');
const server = await openServer(shops[0].config, log);
const trainerEntry = new URL('../../../service/training/engines/local/trainer.js', import.meta.url);
const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);

async function start(what: string): Promise<ServedShops> {
  const started = performance.now();
  const served = await serveShops({ shops, server, log, trainerEntry });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${what}: ${served.shops.size} of ${count} shops in ${seconds} s, ${megabytes()} MB`);
  return served;
}

/** In a process of its own, so that its memory is not counted. */
async function fill(): Promise<void> {
  const served = await start('first start, schemas made');
  for (const [place, { stations }] of [...served.shops.values()].entries()) {
    const shop = generateSampleShop({ seed: place + 1, customers, items: 100, days: 120, end: new Date() });
    await stations.intake.upsertItems(shop.items);
    await stations.intake.upsertCustomers([...shop.customers()]);
    const orders = [...shop.orders()];
    for (let at = 0; at < orders.length; at += 1_000) await stations.intake.recordOrders(orders.slice(at, at + 1_000));
  }
  await served.stop();
}

if (filledFrom) {
  await fill();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}
const filling: ChildProcess = fork(fileURLToPath(import.meta.url), [
  ...[countText, what, customersText, poolSize, server.connectionString],
]);
const [code] = await once(filling, 'exit');
if (code !== 0) throw new Error('the shops were not filled');

// On connections of its own: those of the shops are what is measured.
const client = new pg.Pool({ connectionString: server.connectionString, max: 2 });
const most = { connections: 0 };
async function countConnections(): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    `select count(*)::int as open from pg_stat_activity where application_name = 'pannier ${process.pid}'`,
  );
  most.connections = Math.max(most.connections, rows[0].open);
  return rows[0].open;
}
const watch = setInterval(() => void countConnections(), 50);
const countSessions = async () =>
  Number(
    (await client.query<{ sessions: string }>('select sum(sessions) as sessions from pg_stat_database')).rows[0]
      .sessions,
  );

const again = await start(`started again, ${customers} customers each, PANNIER_POOL_SIZE ${poolSize}`);
await pause(10_000);
const [sessions, spent] = [await countSessions(), process.cpuUsage()];
await pause(20_000);
const { user, system } = process.cpuUsage(spent);
console.log(
  `nobody asks: ${megabytes()} MB, ${await countConnections()} connections, ${most.connections} at most; ` +
    `${((await countSessions()) - sessions) / 20} new ones a second, ${((user + system) / 2e5).toFixed(1)} % of a processor`,
);

if (what === 'night') {
  await client.query(`alter table ${names[0]}.orders rename to orders_away`);
  const asked = names[count - 1];
  const { token } = await createKey(again.shops.get(asked)!.database, 'bench', ['recommend']);
  await again.shops.get(asked)!.stations.keys.reload();
  const answers: { status: number; ms: number }[] = [];
  const ask = async () => {
    const from = performance.now();
    const headers = { Host: `${asked.replace('_', '-')}.localhost`, Authorization: `Bearer ${token}` };
    const { status } = await send(again.url, { method: 'GET', path: '/v1/popular-items', headers });
    answers.push({ status, ms: performance.now() - from });
  };
  const asking = setInterval(() => void ask(), 100);
  most.connections = 0;
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
  let atOnce = 0;
  for (;;) {
    const runs = await last();
    atOnce = Math.max(atOnce, runs.filter(({ status }) => status === 'running').length);
    if (runs.length === count && runs.every(({ status }) => status !== 'running')) {
      const states = runs.map(({ status }) => status);
      const of = (wanted: string) => states.filter((status) => status === wanted).length;
      const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
      console.log(
        `night of all: ${seconds} s, at most ${atOnce} at once; ${of('succeeded')} succeeded, ${of('refused')} refused, ` +
          `${of('failed')} failed; ${megabytes()} MB, ${most.connections} connections at most`,
      );
      break;
    }
    await pause(200);
  }
  clearInterval(asking);
  const took = answers.map(({ ms }) => ms).sort((one, other) => one - other);
  const at = (share: number) => took[Math.floor((took.length - 1) * share)].toFixed(0);
  const good = answers.filter(({ status }) => status === 200).length;
  console.log(
    `meanwhile ${good} of ${answers.length} requests for lists answered: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
}
clearInterval(watch);
await again.stop();
await client.end();
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit();
