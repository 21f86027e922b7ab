// Who is not in memory, read beside a streaming replica and without one, in turns over the same shop while somebody writes: how long it
// takes, and how many of the reads the replica answers.
// node dist/test/bench/serving/replica.js [seconds of a turn]
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { startService } from '../../../src/service.ts';
import { send } from '../../support/service/contract.ts';
import { startReplicatedPostgres } from '../../support/service/replicated-postgres.ts';

const seconds = Number(process.argv[2] ?? 8);
const [customers, atOnce, rounds] = [2_000, 8, 2];
const postgres = await startReplicatedPostgres();
const log = createLogger('silent');
const trainerEntry = new URL('../../../service/training/engines/local/trainer.js', import.meta.url);

async function open(readUrl: string | undefined) {
  const config = readConfig({
    ...{ DATABASE_URL: postgres.connectionString, ...(readUrl && { DATABASE_READ_URL: readUrl }) },
    ...{ PANNIER_CACHE_CUSTOMERS: '1', PANNIER_PORT: '0', PANNIER_NIGHT: 'off', PANNIER_LOG_LEVEL: 'silent' },
  });
  const opened = await openConfiguredDatabase(config, log);
  return { opened, service: await startService({ ...opened, log, trainerEntry }) };
}

const instances = { without: await open(undefined), beside: await open(postgres.replicaConnectionString) };
const { intake } = instances.without.service.stations;
const shop = generateSampleShop({ seed: 1, customers, items: 200, days: 120, end: new Date() });
await intake.upsertItems(shop.items);
await intake.upsertCustomers([...shop.customers()]);
const orders = [...shop.orders()];
for (let at = 0; at < orders.length; at += 1_000) await intake.recordOrders(orders.slice(at, at + 1_000));
const { token } = await createKey(instances.without.opened.database, 'bench', ['admin']);
const headers = { Authorization: `Bearer ${token}` };
const ids = [...new Set(orders.flatMap(({ customer_id }) => (customer_id ? [customer_id] : [])))];
await pause(5_000);

async function run(name: keyof typeof instances) {
  const { url } = instances[name].service;
  const until = performance.now() + seconds * 1_000;
  const took: number[] = [];
  let [next, written] = [0, 0];
  const read = async () => {
    while (performance.now() < until) {
      const id = ids[(next++ * 7_919) % ids.length];
      const from = performance.now();
      const { status } = await send(url, {
        ...{ method: 'GET', path: `/v1/customers/${encodeURIComponent(id)}/recommendations`, headers },
      });
      if (status !== 200) throw new Error(`${status} for ${id}`);
      took.push(performance.now() - from);
    }
  };
  // Elsewhere somebody writes all the time, as in a shop.
  const write = async () => {
    for (; performance.now() < until; written++) {
      await intake.recordEvents([
        {
          ...{ event_id: `${name}-${Math.random()}`, type: 'view', customer_id: ids[written % ids.length] },
          ...{ item_id: shop.items[0].item_id, occurred_at: new Date().toISOString() },
        },
      ] as never);
      await pause(20);
    }
  };
  await Promise.all([...Array.from({ length: atOnce }, read), write()]);
  took.sort((one, other) => one - other);
  const at = (share: number) => took[Math.floor((took.length - 1) * share)].toFixed(1);
  const rate = Math.round(took.length / seconds);
  return { p50: at(0.5), p99: at(0.99), rate, written };
}

async function countReads() {
  const text = await (await fetch(`${instances.beside.service.url}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)![1]);
  return { replica: read('pannier_replica_reads_total'), primary: read('pannier_replica_fallbacks_total') };
}

console.log(`${ids.length} customers, none in memory; ${atOnce} ask at once for ${seconds} s a turn, somebody writes`);
for (let round = 0; round < rounds; round++) {
  for (const name of ['without', 'beside'] as const) {
    const before = await countReads();
    const { p50, p99, rate, written } = await run(name);
    const after = await countReads();
    const [replica, primary] = [after.replica - before.replica, after.primary - before.primary];
    const share =
      replica + primary > 0 ? `, ${((100 * replica) / (replica + primary)).toFixed(1)} % by the replica` : '';
    console.log(`${name}: p50 ${p50} ms, p99 ${p99} ms, ${rate}/s, ${written} writes${share}`);
  }
}
for (const { service, opened } of Object.values(instances)) {
  await service.stop();
  await opened.close();
}
await postgres.stop();
process.exit();
