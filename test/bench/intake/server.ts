import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openDatabase } from '../../../src/db/index.ts';
import { createHttpServer } from '../../../src/http/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createStations } from '../../../src/stations.ts';
import { type MadeUpEvent, madeUpEvent } from './made-up-events.ts';

/** One contestant in a process of its own: told by message what to be, answers with its port. */
export interface IntakeServerRole {
  role: 'app' | 'bare';
  connectionString: string;
}

/** What the bare one may be asked to write by itself, without HTTP. */
export interface OwnEvents {
  run: string;
  count: number;
  size: number;
  since: number;
  atOnce: number;
}

/** The service itself: every station, Express, key check, validation. */
async function appServer(connectionString: string): Promise<Server> {
  const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 10 });
  const config = readConfig({ PANNIER_LOG_LEVEL: 'warn' });
  const log = createLogger(config.logLevel);
  const stations = createStations({ database, connectionString, config, log });
  await stations.keys.reload();
  await stations.recommendations.start();
  return createHttpServer(createApp({ ...stations, config, log }));
}

const insert = `with keys as (insert into event_keys (event_id, occurred_at) select * from unnest($1::text[], $2::timestamptz[]))
  insert into events (event_id, occurred_at, type, visitor_key, customer_key, item_key, session_id, path, device)
  select * from unnest($1::text[], $2::timestamptz[], $3::event_type[], $4::bigint[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[])`;

/** Writes events into the same tables and keys as the service does, and does nothing else. */
async function createBareWriter(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10, options: '-c search_path=pannier' });
  const keysOf = async (table: string) => {
    const { rows } = await pool.query(`select ${table}_id as id, ${table}_key as key from ${table}s`);
    return new Map<string | undefined, number>(rows.map(({ id, key }) => [id, Number(key)]));
  };
  const [visitors, customers, items] = await Promise.all([keysOf('visitor'), keysOf('customer'), keysOf('item')]);
  return (events: readonly MadeUpEvent[]) =>
    pool.query({
      name: 'insert',
      text: insert,
      values: [
        events.map((event) => event.event_id),
        events.map((event) => event.occurred_at),
        events.map((event) => event.type),
        events.map((event) => visitors.get(event.visitor_id) ?? null),
        events.map((event) => customers.get(event.customer_id) ?? null),
        events.map((event) => items.get(event.item_id) ?? null),
        events.map((event) => event.session_id),
        events.map((event) => event.page?.path ?? null),
        events.map((event) => event.page?.device ?? null),
      ],
    });
}

type Write = Awaited<ReturnType<typeof createBareWriter>>;

/** Bare node:http that reads a batch, writes it, and answers as many bytes an event as a verdict has. */
function bareServer(write: Write): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: MadeUpEvent[] };
      await write(events);
      const body = JSON.stringify({
        verdicts: events.map(({ event_id: id }, index) => ({ index, id, status: 'accepted' })),
      });
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
}

async function writeOwn(write: Write, { run, count, size, since, atOnce }: OwnEvents) {
  const batches: MadeUpEvent[][] = [];
  for (let n = 0; n < count; n += size)
    batches.push(Array.from({ length: size }, (_, place) => madeUpEvent(run, n + place, since)));
  const [before, started] = [process.cpuUsage(), performance.now()];
  const writer = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await write(batch);
  };
  await Promise.all(Array.from({ length: atOnce }, writer));
  const { user, system } = process.cpuUsage(before);
  return { node: (user + system) / 1e6, seconds: (performance.now() - started) / 1_000 };
}

process.once('message', async ({ role, connectionString }: IntakeServerRole) => {
  const write = role === 'bare' ? await createBareWriter(connectionString) : undefined;
  const server = write ? bareServer(write) : await appServer(connectionString);
  process.on('message', async (own: OwnEvents) => process.send!(await writeOwn(write!, own)));
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit(0));
