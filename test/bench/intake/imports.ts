import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createIntake } from '../../../src/intake/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { databaseSeconds, processorSeconds } from '../process-usage.ts';
import { files, type MadeUpFile, writeFile } from './files.ts';
import { fillCatalogue } from './made-up-events.ts';
import type { EventLoad, Posted } from './post-events.ts';
import type { IntakeServerRole } from './server.ts';

/**
 * Imports of each kind of file by rows a second, of each size: what is linear takes as long a row of a large file as of a small one.
 * Beside files of events and orders the same facts are sent over HTTP in batches of 500, into an empty shop as well.
 *
 *     npm run bench:imports [-- sizes part-of-names…]       (10000,100000; 1000000 too takes half an hour)
 */
const [sizes = '10000,100000', ...names] = process.argv.slice(2);
/** A whole name means that file alone. */
const means = (part: string, name: string) =>
  files.some((file) => file.name === part) ? name === part : name.includes(part);
const asked = files.filter(({ name }) => names.length === 0 || names.some((part) => means(part, name)));

const folder = await makeScratchFolder('imports');
const server = await startEmbeddedServer({ folder });

interface Took {
  file: string;
  by: 'import' | 'HTTP';
  rows: number;
  'rows/s': number;
  'µs/row': number;
  /** of processors */
  Node: number;
  Postgres: number;
  'peak MB': number;
  facts: number;
}

let schemas = 0;

async function measure(file: MadeUpFile, rows: number): Promise<Took> {
  const path = join(folder, `file.${file.format}`);
  await writeFile(path, file, rows);
  const schema = `shop_${++schemas}`;
  const db = openDatabase({ connectionString: server.connectionString, schema, poolSize: 4 });
  try {
    await migrate(db);
    if (file.kind === 'events') await fillCatalogue(db);
    const config = { timeZone: 'Europe/Berlin', currency: 'EUR', minorDigits: 2, eventRetentionDays: 3_650 };
    const { importFile } = createIntake({ db, config, clock: () => new Date(Date.UTC(2026, 10, 29)) });
    global.gc?.();
    let peak = process.memoryUsage.rss();
    const watching = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 50);
    const [cpu, before, started] = [process.cpuUsage(), databaseSeconds(folder), performance.now()];
    const { report } = await importFile({ kind: file.kind, file: path, format: file.format, force: true });
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const postgres = databaseSeconds(folder) - before;
    clearInterval(watching);
    return {
      file: file.name,
      by: 'import',
      rows,
      'rows/s': Math.round(rows / seconds),
      'µs/row': Math.round((seconds * 1e6) / rows),
      Node: Math.round((user + system) / rows),
      Postgres: Math.round((postgres * 1e6) / rows),
      'peak MB': Math.round(peak / 2 ** 20),
      facts: report.rows.facts,
    };
  } finally {
    await db.query(`drop schema ${schema} cascade`);
    await db.close();
    await rm(path);
  }
}

/** Another process: what it answers first. */
async function started<Answer>(script: string, asked: object): Promise<{ answer: Answer; pid: number; end(): void }> {
  const child = fork(new URL(script, import.meta.url), { execArgv: process.execArgv });
  child.send(asked);
  const [answer] = await once(child, 'message');
  return { answer, pid: child.pid!, end: () => child.connected && child.disconnect() };
}

/** The same facts in requests. */
async function send(file: MadeUpFile, rows: number): Promise<Took> {
  const { connectionString } = server;
  const db = openDatabase({ connectionString, schema: 'pannier', poolSize: 4 });
  try {
    await migrate(db);
    if (file.kind === 'events') await fillCatalogue(db);
    const { token } = await createKey(db, 'bench', ['ingest']);
    const role: IntakeServerRole = { role: 'app', connectionString };
    const app = await started<number>('./server.js', role);
    const load: EventLoad = {
      ...{ url: `http://127.0.0.1:${app.answer}`, token, run: '', since: 0, size: 500, connections: 4 },
      ...{ count: rows / file.sent!.rowsEach, file: { name: file.name, rows } },
    };
    const before = [processorSeconds(app.pid), databaseSeconds(folder)];
    const poster = await started<Posted>('./post-events.js', load);
    const after = [processorSeconds(app.pid), databaseSeconds(folder)];
    const [node, postgres] = after.map((seconds, index) => Math.round(((seconds - before[index]) * 1e6) / rows));
    poster.end();
    app.end();
    const { seconds, lost } = poster.answer;
    return {
      ...{ file: file.name, by: 'HTTP', rows },
      'rows/s': Math.round(rows / seconds),
      'µs/row': Math.round((seconds * 1e6) / rows),
      ...{ Node: node, Postgres: postgres },
      'peak MB': Number.NaN,
      facts: load.count - lost,
    };
  } finally {
    await db.query('drop schema pannier cascade');
    await db.close();
  }
}

try {
  const took: Took[] = [];
  for (const file of asked)
    for (const size of sizes.split(','))
      for (const way of file.sent ? [measure, send] : [measure]) {
        const one = await way(file, Number(size));
        console.log(Object.values(one).join('  '));
        took.push(one);
      }
  console.table(took);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
