import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import type { Database } from '../../../src/db/index.ts';
import { selectPairCount, selectSnapshotSize } from '../../../src/intake/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { projectPath } from '../../../src/project.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createStations } from '../../../src/stations.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { childrenOf, commandOf, residentMegabytes } from '../process-usage.ts';

/**
 * `pannier train` of a shop of so many order lines and events: its time and its memory, or the sentence that says no.
 *
 *     node dist/test/bench/nights/large-shop.js 20000000 --memory 12288 [--folder FOLDER] [-- arguments of train]
 *
 * A shop of some 100,000 is recorded as a storefront would, and its customers with their orders and events are copied in Postgres until
 * there are enough: so recording takes minutes instead of hours, and the facts have the same shape. `--folder` keeps the database, and
 * copies on where there are fewer than are asked for.
 */
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, memory: { type: 'string', default: '2048' } },
});
const [wanted = 1_000_000, ...trainArguments] = [Number(positionals[0]), ...positionals.slice(1)];
const asOf = new Date('2026-10-01T00:00:00Z');
/** what `copyShop` leaves on disk of a line or event, with its indexes */
const diskBytes = 400;

const folder = options.folder ?? (await makeScratchFolder('large-shop'));
mkdirSync(folder, { recursive: true, mode: 0o755 });
const environment = { PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off', PANNIER_TRAINER_MEMORY_MB: options.memory };
const seconds = (from: number) => ((performance.now() - from) / 1_000).toFixed(0);
try {
  await prepare();
  await train();
} finally {
  if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
}
process.exit();

async function prepare(): Promise<void> {
  const isRecorded = existsSync(join(folder, 'recorded'));
  const { bavail, bsize } = await statfs(folder);
  if (!isRecorded && bavail * bsize < wanted * diskBytes) {
    throw new Error(`${wanted} take ${wanted * diskBytes} bytes of disk, and ${bavail * bsize} are free in ${folder}`);
  }
  const log = createLogger('warn');
  const opened = await openConfiguredDatabase(readConfig(environment), log);
  const { database } = opened;
  try {
    const from = performance.now();
    if (!isRecorded) {
      const trainerEntry = pathToFileURL(projectPath('dist/service/training/engines/local/trainer.js'));
      const { intake } = createStations({ ...opened, log, trainerEntry });
      const shop = { customers: 10_000, items: 10_000, days: 365, pace: 10 / 60, seed: 1, end: asOf };
      await recordShop(intake, generateSampleShop(shop), () => {});
      writeFileSync(join(folder, 'recorded'), '');
    }
    await copyShop(database);
    const size = await selectSnapshotSize(database, asOf);
    console.log(`${JSON.stringify(size)} recorded in ${seconds(from)} s`);
    const counting = performance.now();
    const pairs = await selectPairCount(database, asOf, new Date());
    console.log(`${pairs} pairs of customer and item, counted in ${seconds(counting)} s`);
  } finally {
    await opened.close();
  }
}

/** Doubles the shop, and at last copies a part of its customers. */
async function copyShop(db: Database): Promise<void> {
  const factsOf = async () => {
    const { orderLines, events } = await selectSnapshotSize(db, asOf);
    return orderLines + events;
  };
  if ((await factsOf()) < wanted * 0.999) await dropReferences(db);
  for (let facts = await factsOf(); facts < wanted * 0.999; facts = await factsOf()) {
    const share = Math.min(1, wanted / facts - 1);
    // A copy's keys are the old ones and as many more.
    const [{ customers, orders }] = await db.query<{ customers: number; orders: number }>(
      'select (select max(customer_key) from customers) as customers, (select max(order_key) from orders)::float8 as orders',
    );
    const copied = Math.round(customers * share);
    const copy = async (table: string, changes: Record<string, string>, where: string) => {
      const columns = await db.query<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
        [table],
      );
      const names = columns.map(({ name }) => name).filter((name) => name !== 'event_key');
      const values = names.map((name) => changes[name] ?? name);
      await db.query(
        `insert into ${table} (${names.join()}) overriding system value select ${values.join()} from ${table} where ${where}`,
      );
    };
    const customerKey = { customer_key: `customer_key + ${customers}` };
    const orderKey = { order_key: `order_key + ${orders}` };
    await copy(
      'customers',
      { ...customerKey, customer_id: `(customer_key + ${customers})::text` },
      `customer_key <= ${copied}`,
    );
    await copy(
      'orders',
      { ...customerKey, ...orderKey, order_id: `(order_key + ${orders})::text` },
      `customer_key <= ${copied}`,
    );
    await copy('order_lines', orderKey, `order_key in (select order_key from orders where customer_key <= ${copied})`);
    await copy('events', { ...customerKey, event_id: `event_id || '+'` }, `customer_key <= ${copied}`);
    await db.query('analyze customers, orders, order_lines, events');
  }
}

/** Copies of what was checked need no check, which takes half of the time in which rows come in. */
async function dropReferences(db: Database): Promise<void> {
  const references = await db.query<{ table: string; name: string }>(
    `select conrelid::regclass::text as table, conname as name from pg_constraint
     where contype = 'f' and conparentid = 0
       and conrelid in ('customers'::regclass, 'orders'::regclass, 'order_lines'::regclass, 'events'::regclass)`,
  );
  for (const { table, name } of references) await db.query(`alter table ${table} drop constraint ${name}`);
}

async function train(): Promise<void> {
  console.log(`${Math.round(freemem() / 2 ** 20)} MB free; the trainer may have ${options.memory}`);
  const from = performance.now();
  const entry = projectPath('dist/service/cli.js');
  const asked = ['train', '--as-of', asOf.toISOString(), '--no-publish', ...trainArguments];
  const child = spawn(process.execPath, [entry, ...asked], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, ...trainersOf(child.pid!).map(residentMegabytes));
  }, 200);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  console.log(`pannier train ended with ${code} after ${seconds(from)} s; the trainer took ${Math.round(most)} MB`);
}

/** The trainers among the processes that a process has started. */
function trainersOf(processId: number): number[] {
  return childrenOf(processId).filter((each) => commandOf(each).includes('trainer'));
}
