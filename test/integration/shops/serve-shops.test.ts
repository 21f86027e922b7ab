import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markNightDone } from '../../../src/db/index.ts';
import { createTurns } from '../../../src/shops/turns.ts';
import { runCli } from '../../support/service/cli.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { openSeveralShops, type SeveralShops } from '../../support/shops/several-shops.ts';
import { until } from '../../support/shops/training-shop.ts';
import { readArchive } from '../intake/lake/archived-events.ts';

let shops: SeveralShops;
let archive: string;
beforeAll(async () => {
  archive = await makeScratchFolder('shops-archive');
  shops = await openSeveralShops(
    {
      north: { hosts: ['north.example', 'www.north.example'], settings: { PANNIER_SCHEMA: 'pannier' } },
      south: { settings: { PANNIER_CURRENCY: 'JPY', PANNIER_TIME_ZONE: 'Asia/Tokyo' } },
    },
    { PANNIER_POOL_SIZE: '4', PANNIER_EVENT_ARCHIVE_DIR: archive },
  );
}, 60_000);
afterAll(async () => {
  await shops.stop();
  await rm(archive, { recursive: true });
});

const item = (price: string) => ({ items: [{ item_id: 'A', title: 'Tea', price }] });

test('a shop answers under each of its host names, whatever their case and port', async () => {
  const headers = await shops.admin('north');
  for (const host of ['north.example', 'WWW.North.Example:8080', 'north.example.']) {
    expect((await shops.ask(host, 'GET', '/v1/keys', { headers })).status).toBe(200);
  }
  expect((await shops.ask('south.localhost', 'GET', '/v1/keys', { headers })).status).toBe(401);
  const nobody = await shops.ask('other.example', 'GET', '/v1/keys', { headers });
  expect([nobody.status, nobody.json.code]).toEqual([404, 'not_found']);
});

test('each shop has its own currency, and so its own money', async () => {
  const [north, south] = [await shops.admin('north'), await shops.admin('south')];
  const put = async (host: string, headers: Record<string, string>) =>
    (await shops.ask(host, 'PUT', '/v1/items', { headers, body: item('1.50') })).status;
  expect([await put('north.example', north), await put('south.localhost', south)]).toEqual([200, 200]);
  const [settled] = await shops
    .shop('south')
    .database.query<{ currency: string; time_zone: string }>('select currency, time_zone from shop');
  expect(settled).toEqual({ currency: 'JPY', time_zone: 'Asia/Tokyo' });
});

test('the console lies at the root of each shop, and under no other name', async () => {
  const headers = { Accept: 'text/html' };
  const status = async (host: string) => (await shops.ask(host, 'GET', '/', { headers })).status;
  expect([await status('north.example'), await status('south.localhost'), await status('127.0.0.1')]).toEqual([
    200, 200, 404,
  ]);
});

test('health and metrics tell of all shops by address, and under a name of this one alone', async () => {
  await shops.ask('south.localhost', 'GET', '/v1/keys');
  const ready = await shops.ask('127.0.0.1', 'GET', '/readyz');
  expect([ready.status, ready.json]).toEqual([200, { status: 'ok', checks: { north: 'ok', south: 'ok' } }]);
  expect((await shops.ask('127.0.0.1', 'GET', '/livez')).json.status).toBe('ok');
  const all = (await shops.ask('127.0.0.1', 'GET', '/metrics')).text;
  expect(all).toMatch(/pannier_request_seconds_count\{[^}]*shop="south"/);
  expect(all).toContain('process_resident_memory_bytes');
  const own = (await shops.ask('north.example', 'GET', '/metrics')).text;
  expect([/shop="north"/.test(own), /south/.test(own)]).toEqual([true, false]);
});

// Would see: pools that open as many connections as each shop could have alone, or that starve one for another.
test('connections are bounded for all shops together, and idle ones of one go where another needs them', async () => {
  const databases = ['north', 'south'].map((name) => shops.shop(name).database.for('requests'));
  const most = { open: 0 };
  const count = async () => {
    const [{ open }] = await shops.store.database.query<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity where datname = current_database() and query like '%of both%' and pid <> pg_backend_pid()`,
    );
    most.open = Math.max(most.open, open);
  };
  for (let round = 0; round < 5; round++) {
    const asked = databases.flatMap((database) =>
      Array.from({ length: 8 }, () =>
        database.query<{ schema: string }>(`select current_schema() as schema, pg_sleep(0.02) /* of both */`),
      ),
    );
    await count();
    const answers = await Promise.all(asked);
    expect(answers.map(([{ schema }]) => schema)).toEqual([...Array(8).fill('pannier'), ...Array(8).fill('south')]);
    await count();
  }
  expect(most.open).toBeGreaterThan(0);
  expect(most.open).toBeLessThanOrEqual(4);
});

test('turns: so many at once, in order; one that fails makes room, and one that hangs is not waited for', async () => {
  const turns = createTurns(1, 50);
  const begun: string[] = [];
  const work = (name: string, outcome: () => Promise<unknown>) =>
    turns(() => {
      begun.push(name);
      return outcome();
    });
  const broken = work('broken', () => Promise.reject(new Error('no'))).catch(() => 'failed');
  void work('hanging', () => new Promise(() => {}));
  const last = work('last', async () => 'done');
  expect(begun).toEqual(['broken']);
  expect(await broken).toBe('failed');
  await until(async () => begun.length > 1);
  expect(begun).toEqual(['broken', 'hanging']);
  expect(await last).toBe('done');
});

test('a night that breaks keeps no other shop from its own', async () => {
  const [broken, sound] = ['north', 'south'].map((name) => shops.shop(name));
  for (const { database } of [broken, sound]) {
    await database.query(
      `insert into leases (name, holder, expires_at) values ('night', '', '-infinity') on conflict do nothing`,
    );
    await markNightDone(database, '2020-01-01');
  }
  // Nothing of this shop can be learnt from.
  await broken.database.query('alter table orders rename to orders_away');
  try {
    await broken.stations.training.startSchedule();
    await sound.stations.training.startSchedule();
    const last = async (shop: typeof sound) => (await shop.stations.training.listRuns(1))[0];
    const both = () => Promise.all([broken, sound].map(last));
    await until(async () => (await both()).every((run) => run && run.status !== 'running'));
    const runs = await both();
    expect([runs[0].status, runs[1].error]).toEqual(['failed', null]);
    // One after the other, whichever came first.
    const [first, second] = runs.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
    expect(second.startedAt.getTime()).toBeGreaterThanOrEqual(first.finishedAt!.getTime());
  } finally {
    await broken.database.query('alter table orders_away rename to orders');
  }
}, 90_000);

test('a command is about the shop that it names, and where it names none says which there are', async () => {
  const settings = { PANNIER_SHOPS: shops.file, PANNIER_SCHEMA: '' };
  const pannier = (line: string) => runCli(shops.store.connectionString, line, settings);
  const made = await pannier('--shop south keys create told --scope view');
  expect([made.code, made.errors]).toEqual([0, expect.not.stringContaining('shop')]);
  const namesIn = async (name: string) =>
    (await shops.shop(name).database.query<{ name: string }>('select name from api_keys')).map((key) => key.name);
  expect([(await namesIn('south')).includes('told'), (await namesIn('north')).includes('told')]).toEqual([true, false]);
  const [unnamed, unknown] = await Promise.all([pannier('keys list'), pannier('--shop west keys list')]);
  expect([unnamed.code, unnamed.errors]).toEqual([2, 'Say by --shop which one is meant: north, south\n']);
  expect([unknown.code, unknown.errors]).toEqual([2, 'PANNIER_SHOP: there is no shop west, only north, south\n']);
});

test('events whose time is over are archived in a folder of their own for each shop', async () => {
  const now = new Date('2040-01-01T00:00:00Z');
  for (const name of ['north', 'south']) {
    const { intake, ring } = shops.shop(name).stations;
    const event = { event_id: name, type: 'custom', name, visitor_id: 'V', occurred_at: new Date().toISOString() };
    await intake.recordEvents([event] as never);
    const chore = ring.flatMap(({ chores = [] }) => chores).find(({ name: of }) => of === 'partitions of events')!;
    await chore.tidy(now, new AbortController().signal);
    const rows = await readArchive(join(archive, name));
    expect(rows.map((row) => JSON.parse(row).event_id)).toEqual([name]);
  }
  expect((await readdir(archive)).sort()).toEqual(['north', 'south']);
});

// Would see: a shop that takes longer to start than the time to the next try, and so is started twice and never stopped.
test('a shop that cannot be started answers 503, is tried again, and the others are served and start once', async () => {
  const settings = { PANNIER_SCHEMA: 'pannier' };
  const half = await openSeveralShops(
    { north: { settings }, south: { settings: { PANNIER_SCHEMA: 'pg_south' } } },
    {},
    { retryMs: 1 },
  );
  try {
    // Names that begin so are Postgres' own.
    const [north, south] = [
      await half.ask('north.localhost', 'GET', '/readyz'),
      await half.ask('south.localhost', 'GET', '/readyz'),
    ];
    expect([north.status, south.status, south.json.code]).toEqual([200, 503, 'unavailable']);
    const whole = await half.ask('127.0.0.1', 'GET', '/readyz');
    expect([whole.status, whole.json]).toEqual([
      200,
      { status: 'degraded', checks: { north: 'ok', south: 'unavailable' } },
    ]);
    await half.served.stop();
    // It says `listen`, and then asks whether the connection is there.
    const [{ listening }] = await half.store.database.query<{ listening: number }>(
      `select count(*)::int as listening from pg_stat_activity
       where datname = current_database() and (query like 'listen %' or query = 'select 1')`,
    );
    expect(listening).toBe(0);
  } finally {
    await half.stop();
  }
}, 30_000);
