import { readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig } from '../../../src/config.ts';
import { type EmbeddedServer, migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { loadPopularityVersion } from '../../../src/recommendations/index.ts';
import { startService } from '../../../src/service.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** Servers of their own: each test starts one, and kills it or looks who may do what in it. */
let folder: string;
let stops: (() => Promise<unknown>)[];

beforeEach(async () => {
  folder = await makeScratchFolder('embedded');
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await rm(folder, { recursive: true });
});

async function startServer(): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ folder, disposable: true });
  stops.push(server.stop);
  return server;
}

async function as(connectionString: string, sql: string): Promise<any[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client.query(sql).then(
    ({ rows }) => client.end().then(() => rows),
    (error) => client.end().then(() => Promise.reject(error)),
  );
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

usually.test('the application is no superuser: it may neither read files nor run programs nor make roles', async () => {
  const { connectionString } = await startServer();
  const [role] = await as(connectionString, 'select * from pg_roles where rolname = current_user');
  expect(role).toMatchObject({
    rolname: 'pannier',
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
  });
  for (const forbidden of [
    `select pg_read_file('PG_VERSION')`,
    `create table t (x text); copy t from program 'id'`,
    'create role other',
    `alter system set work_mem = '1MB'`,
  ]) {
    await expect(as(connectionString, forbidden)).rejects.toMatchObject({ code: '42501' });
  }
});

thoroughly.test('a data folder that the superuser filled is taken over with all that is in it', async () => {
  const old = await startServer();
  const asSuperuser = openDatabase({ connectionString: old.adminConnectionString, schema: 'pannier', poolSize: 2 });
  await migrate(asSuperuser);
  await asSuperuser.query(`insert into items (item_id) values ('tea')`);
  await addVersion(asSuperuser, 'popularity', async (version) => [
    await loadPopularityVersion(asSuperuser, version, []),
  ]);
  await asSuperuser.close();
  await as(old.adminConnectionString, 'alter database postgres owner to postgres');
  await as(old.adminConnectionString, 'drop role pannier');
  await old.stop();
  await rm(join(folder, 'pannier-password'));

  const server = await startServer();
  const foreign = await as(
    server.adminConnectionString,
    `select relname from pg_class join pg_namespace n on n.oid = relnamespace
     where nspname = 'pannier' and relowner <> 'pannier'::regrole
     union all select proname from pg_proc join pg_namespace n on n.oid = pronamespace
     where nspname = 'pannier' and proowner <> 'pannier'::regrole
     union all select typname from pg_type join pg_namespace n on n.oid = typnamespace
     where nspname = 'pannier' and typowner <> 'pannier'::regrole`,
  );
  expect(foreign).toEqual([]);
  const db = openDatabase({ connectionString: server.connectionString, schema: 'pannier', poolSize: 2 });
  try {
    // What a later migration does is for owners only.
    expect(await migrate(db)).toEqual([]);
    await db.query('alter table items add column tried int');
    await db.query(`alter type event_type add value 'tried'`);
    await db.query('drop table popularity_scores_v1');
    await addVersion(db, 'popularity', async (version) => [await loadPopularityVersion(db, version, [])]);
    expect(await db.query('select item_id from items')).toEqual([{ item_id: 'tea' }]);
  } finally {
    await db.close();
  }
});

thoroughly.test(
  'a server that is killed is started again, the service says so meanwhile, and all is normal afterwards',
  async () => {
    const lines: { msg: string; level: number }[] = [];
    const sink = new PassThrough();
    sink.on('data', (line) => lines.push(JSON.parse(line)));
    const log = pino({ level: 'info' }, sink);
    const config = readConfig({ PANNIER_DATA_DIR: folder, PANNIER_PORT: '0', PANNIER_NIGHT: 'off' });
    const opened = await openConfiguredDatabase(config, log);
    stops.push(opened.close);
    const { url, stop } = await startService({ ...opened, log, trainerEntry });
    stops.push(stop);
    await opened.database.query(`insert into items (item_id, title) values ('tea', 'The tea')`);
    const { token } = await createKey(opened.database, 'test', ['recommend', 'ingest']);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(url + path, { headers, ...init });
      return { status: response.status, json: (await response.json()) as any };
    };
    const put = (item_id: string) =>
      ask('/v1/items', { method: 'PUT', body: JSON.stringify({ items: [{ item_id, title: item_id }] }) });
    const readiness = async () => (await ask('/readyz')).json;
    await until(async () => (await ask('/v1/popular-items')).status === 200);

    for (const round of [1, 2]) {
      const [before] = await opened.database.query<{ started: string }>(
        'select pg_postmaster_start_time()::text as started',
      );
      process.kill(await postmasterOf(opened.embeddedFolder!), 'SIGKILL');
      const away = await until(async () => {
        const told = await readiness();
        return told.checks.database !== 'ok' && told;
      });
      expect(away.status).toBe('degraded');
      expect((await ask('/v1/popular-items')).status).toBe(200);
      await until(async () => (await readiness()).status === 'ok', 30_000);
      const [after] = await opened.database.query<{ started: string }>(
        'select pg_postmaster_start_time()::text as started',
      );
      expect(after.started).not.toBe(before.started);
      await until(async () => (await put(`item ${round}`)).status === 200);
      await until(async () =>
        (await ask('/v1/popular-items')).json.items.some((item: any) => item.item_id === `item ${round}`),
      );
    }
    expect(lines.filter(({ msg }) => msg === 'the embedded Postgres has ended: starting it again')).toHaveLength(2);
    expect(lines.filter(({ msg }) => msg === 'the embedded Postgres runs again')).toHaveLength(2);
  },
);

thoroughly.test('a stop while it is being started again leaves no server behind', async () => {
  const server = await startServer();
  server.keepRunning(pino({ level: 'silent' }));
  const first = server.processId;
  process.kill(first, 'SIGKILL');
  await until(async () => !isAlive(first));
  await new Promise((resolve) => setTimeout(resolve, 150));
  await server.stop();
  // One that was on its way would be there by now.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const left = await postmasterOf(server.folder);
  expect(left !== 0 && isAlive(left)).toBe(false);
});

// Would see: a server that is left behind, and works on, because Ctrl-C came in the middle of long work.
thoroughly.test('a process that closes in the middle of a statement takes its server with it', async () => {
  const config = readConfig({ PANNIER_DATA_DIR: folder });
  const opened = await openConfiguredDatabase(config, pino({ level: 'silent' }));
  stops.push(opened.close);
  const server = await postmasterOf(opened.embeddedFolder!);
  const working = opened.database.query('select pg_sleep(60)').catch(() => 'broken off');
  await until(async () => (await opened.database.query(isAtWork)).length > 0);
  await opened.close();
  expect(isAlive(server)).toBe(false);
  expect(await working).toBe('broken off');
});

// Would see: statements that run to their end though whoever asked was killed.
(process.platform === 'linux' ? thoroughly.test : thoroughly.test.skip)(
  'what a process that is gone had asked is given up',
  async () => {
    const { connectionString } = await startServer();
    const client = new pg.Client({ connectionString });
    client.on('error', () => {});
    await client.connect();
    const working = client.query('select pg_sleep(60)').catch(() => 'broken off');
    await until(async () => (await as(connectionString, isAtWork)).length > 0);
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    expect(await working).toBe('broken off');
    await until(async () => (await as(connectionString, isAtWork)).length === 0, 20_000);
  },
);

const isAtWork = `select 1 from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'`;

/** The process that the lock file names; 0: there is none. */
async function postmasterOf(dataFolder: string): Promise<number> {
  const lock = await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '0');
  return Number(lock.split('\n')[0]);
}
