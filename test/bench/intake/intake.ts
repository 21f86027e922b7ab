import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { type Database, migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { databaseSeconds, processorSeconds } from '../process-usage.ts';
import { fillCatalogue } from './made-up-events.ts';
import type { EventLoad, Posted } from './post-events.ts';
import type { IntakeServerRole, OwnEvents } from './server.ts';

/**
 * Events over HTTP, one a request and in batches, beside a bare node:http server that does nothing but read them and write them
 * by one unnest into the same tables and keys, and beside that unnest without HTTP. Rounds interleaved, medians told; processor time
 * an event of the serving process and of Postgres tells the same with less noise. Commits are durable.
 *
 *     npm run bench:intake [-- small batches] [rounds=5]
 */
const words = process.argv.slice(2);
const rounds = Number(words.find((word) => word.startsWith('rounds='))?.slice(7) ?? 5);
const parts = {
  small: { size: 1, count: 10_000, connections: 64 },
  batches: { size: 500, count: 100_000, connections: 8 },
};

const children: ChildProcess[] = [];
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

interface Round extends Partial<Posted> {
  eventsPerSecond: number;
  node: number;
  postgres: number;
}

async function start(asked: IntakeServerRole): Promise<{ url: string; process: ChildProcess }> {
  const child = fork(new URL('./server.js', import.meta.url), {
    execArgv: process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [],
  });
  children.push(child);
  child.send(asked);
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, process: child };
}

async function post(load: EventLoad): Promise<Posted> {
  const child = fork(new URL('./post-events.js', import.meta.url), { execArgv: [] });
  children.push(child);
  child.send(load);
  const [posted] = await once(child, 'message');
  return posted;
}

const begun = Date.now() - 5 * 86_400_000;
let runs = 0;
/** Ids and a quarter of an hour of its own, in which nobody did anything before. */
function newRun(): Pick<EventLoad, 'run' | 'since'> {
  runs++;
  return { run: `run-${process.pid}-${runs}`, since: begun + runs * 1_200_000 };
}

/** @param serving whose processor time counts */
async function overHttp(
  folder: string,
  serving: { url: string; process: ChildProcess },
  load: Pick<EventLoad, 'token' | 'count' | 'size' | 'connections'>,
): Promise<Round> {
  const before = { node: processorSeconds(serving.process.pid!), postgres: databaseSeconds(folder) };
  const posted = await post({ url: serving.url, ...load, ...newRun() });
  if (posted.lost > 0) throw new Error(`${posted.lost} events were not taken`);
  const perEvent = (seconds: number) => (seconds * 1e6) / load.count;
  return {
    ...posted,
    eventsPerSecond: load.count / posted.seconds,
    node: perEvent(processorSeconds(serving.process.pid!) - before.node),
    postgres: perEvent(databaseSeconds(folder) - before.postgres),
  };
}

/** The unnest alone. */
async function byItself(
  folder: string,
  bare: ChildProcess,
  { count, size, connections }: Pick<EventLoad, 'count' | 'size' | 'connections'>,
) {
  const own: OwnEvents = { ...newRun(), count, size, atOnce: connections };
  const before = databaseSeconds(folder);
  bare.send(own);
  const [{ node, seconds }] = await once(bare, 'message');
  const perEvent = (seconds: number) => (seconds * 1e6) / count;
  return {
    eventsPerSecond: count / seconds,
    node: perEvent(node),
    postgres: perEvent(databaseSeconds(folder) - before),
  };
}

async function run(folder: string, db: Database, connectionString: string): Promise<void> {
  await migrate(db);
  await fillCatalogue(db);
  const { token } = await createKey(db, 'bench', ['ingest']);
  const app = await start({ role: 'app', connectionString });
  // Makes the people whose keys the bare one reads.
  await overHttp(folder, app, { token, ...parts.batches });
  // Otherwise it is chance beside whom the tables are cleaned up.
  const tables = await db.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass union all select 'event_keys'`,
  );
  for (const { name } of tables) await db.query(`alter table ${name} set (autovacuum_enabled = false)`);
  await db.query('vacuum analyze');
  const bare = await start({ role: 'bare', connectionString });
  console.log(`${cpus().length} cores, Node ${process.version}, ${rounds} rounds`);
  for (const [name, part] of Object.entries(parts)) {
    if (words.some((word) => word in parts) && !words.includes(name)) continue;
    const contestants: Record<string, () => Promise<Round>> = {
      Pannier: () => overHttp(folder, app, { token, ...part }),
      'bare node:http, one unnest a request': () => overHttp(folder, bare, { token, ...part }),
      'the unnest without HTTP': () => byItself(folder, bare.process, part),
    };
    const taken: Record<string, Round[]> = {};
    for (let round = 0; round <= rounds; round++)
      for (const [contestant, measure] of Object.entries(contestants)) {
        const measured = await measure();
        if (round > 0) (taken[contestant] ??= []).push(measured);
      }
    report(`${part.size} events a request, ${part.connections} connections`, taken);
  }
}

function report(title: string, taken: Record<string, Round[]>): void {
  const of = (rounds: Round[], figure: (round: Round) => number | undefined) =>
    median(rounds.map((round) => figure(round) ?? Number.NaN));
  const work = (rounds: Round[]) => of(rounds, ({ node, postgres }) => node + postgres);
  const least = work(taken['the unnest without HTTP']);
  console.log(`\n${title}`);
  console.table(
    Object.fromEntries(
      Object.entries(taken).map(([name, rounds]) => [
        name,
        {
          'events/s': Math.round(of(rounds, ({ eventsPerSecond }) => eventsPerSecond)),
          'p50 ms': of(rounds, ({ p50Ms }) => p50Ms),
          'p99 ms': of(rounds, ({ p99Ms }) => p99Ms),
          'Node µs/event': Number(of(rounds, ({ node }) => node).toFixed(1)),
          'Postgres µs/event': Number(of(rounds, ({ postgres }) => postgres).toFixed(1)),
          'of the unnest': Number((work(rounds) / least).toFixed(2)),
        },
      ]),
    ),
  );
}

const folder = await makeScratchFolder('intake');
const server = await startEmbeddedServer({ folder });
const db = openDatabase({ connectionString: server.connectionString, schema: 'pannier', poolSize: 4 });
try {
  await run(folder, db, server.connectionString);
} finally {
  for (const child of children) if (child.connected) child.disconnect();
  await db.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
