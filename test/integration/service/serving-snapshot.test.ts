import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Config, readConfig } from '../../../src/config.ts';
import { createKey, revokeKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type OpenDatabase, openConfiguredDatabase } from '../../../src/open-database.ts';
import { createServingMemory } from '../../../src/recommendations/memory/serving-memory.ts';
import { type Service, startService } from '../../../src/service.ts';
import { readSnapshot, writeSnapshot } from '../../../src/serving-snapshot/file.ts';
import { snapshotPath } from '../../../src/serving-snapshot/keeper.ts';
import { type BreakableConnection, createBreakableConnection } from '../../support/service/breakable-connection.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

/** `serve` again and again at a database that is there, goes away and comes back. */
let folder: string;
let store: TestDatabase;
let connection: BreakableConnection;
let port: number;
let config: Readonly<Config>;
let path: string;
let headers: { Authorization: string };
let running: { opened: OpenDatabase; service: Service } | undefined;
const log = createLogger('silent');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-snapshot-'));
  store = await createTestDatabase();
  const address = new URL(store.connectionString);
  port = Number(address.port);
  connection = await createBreakableConnection(port);
  address.port = String(connection.port);
  config = configured({ DATABASE_URL: address.href });
  path = snapshotPath(config);
  await store.database.query(
    `insert into items (item_id, title) select id, 'The ' || id from unnest(array['tea', 'cup', 'lamp', 'pot', 'jug']) as id`,
  );
  await store.database.query(`insert into customers (customer_id) select unnest(array['anna-the-customer', 'ben'])`);
});
afterAll(async () => {
  await connection.close();
  await store.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  connection.mend(port);
  await store.database.query('update items set hidden = false, stock = null');
  await publish(['tea', 'cup', 'jug', 'pot', 'lamp']);
});
afterEach(stop);

function configured(env: Record<string, string>): Readonly<Config> {
  return readConfig({
    PANNIER_DATA_DIR: folder,
    PANNIER_PORT: '0',
    PANNIER_NIGHT: 'off',
    PANNIER_LOG_LEVEL: 'silent',
    DATABASE_URL: config?.databaseUrl ?? '',
    ...env,
  });
}

function publish(popularity: string[]): Promise<void> {
  return publishContent(store.database, {
    asOf: new Date(),
    popularity,
    neighbours: { tea: ['pot', 'cup'] },
    rules: [
      { antecedent: ['tea'], consequent: 'lamp', confidence: 0.9 },
      { antecedent: ['tea'], consequent: 'cup', confidence: 0.5 },
    ],
    lists: { 'anna-the-customer': [{ item: 'lamp', source: 1 }] },
  });
}

async function start(with_ = config): Promise<Service> {
  const opened = await openConfiguredDatabase(with_, log, { orSnapshot: true });
  const service = await startService({ ...opened, log, trainerEntry }).catch(async (error) => {
    await opened.close();
    throw error;
  });
  running = { opened, service };
  return service;
}

async function stop(): Promise<void> {
  await running?.service.stop();
  await running?.opened.close();
  running = undefined;
}

/** A whole run that leaves a snapshot. */
async function runOnce(during: () => Promise<unknown> = async () => {}): Promise<void> {
  const service = await start();
  await until(async () => service.stations.recommendations.isServing().fresh);
  const { token } = await createKey(store.database, 'shop', ['recommend', 'segments', 'ingest']);
  headers = { Authorization: `Bearer ${token}` };
  await service.stations.keys.reload();
  await during();
  await stop();
}

async function ask(route: string, init: RequestInit = {}): Promise<{ status: number; json: any }> {
  const response = await fetch(running!.service.url + route, { headers, ...init });
  return { status: response.status, json: await response.json() };
}

const idsOf = ({ json }: { json: any }) => json.items.map((item: { item_id: string }) => item.item_id);
const popular = async () => idsOf(await ask('/v1/popular-items'));
const hide = (item_id: string, hidden: boolean) =>
  store.database.query('update items set hidden = $2 where item_id = $1', [item_id, hidden]);

describe('a start without the database', () => {
  test('serves lists of the snapshot, marked, with the truth of its time; whatever needs the database is refused', async () => {
    await hide('cup', true);
    await store.database.query(`update items set stock = 0 where item_id = 'jug'`);
    await runOnce();
    connection.cut();
    await start();
    expect(await ask('/readyz')).toEqual({
      status: 200,
      json: { status: 'degraded', checks: expect.objectContaining({ release: 'snapshot', database: 'unavailable' }) },
    });
    const list = await ask('/v1/popular-items');
    expect([list.status, list.json.degraded, list.json.items[0].title]).toEqual([200, true, 'The tea']);
    expect(idsOf(list)).toEqual(['tea', 'pot', 'lamp']);
    const personal = await ask('/v1/customers/anna-the-customer/recommendations');
    expect([personal.status, personal.json.degraded, idsOf(personal)]).toEqual([200, true, ['tea', 'pot', 'lamp']]);
    expect(idsOf(await ask('/v1/items/tea/related-items?limit=1'))).toEqual(['pot']);
    expect(idsOf(await ask('/v1/items/tea/complements?limit=1'))).toEqual(['lamp']);
    expect((await ask('/v1/association-rules')).json.items).toHaveLength(2);

    expect((await ask('/v1/popular-items', { headers: {} })).status).toBe(401);
    expect((await ask('/v1/coupon-holdouts')).status).toBe(403);
    expect((await ask('/v1/segments')).status).toBe(503);
    const body = JSON.stringify({ items: [{ item_id: 'tea', hidden: true }] });
    const write = { method: 'PUT', body, headers: { ...headers, 'Content-Type': 'application/json' } };
    expect((await ask('/v1/items', write)).status).toBe(503);
  });

  test('becomes a normal run when the database comes back, and knows what changed meanwhile', async () => {
    await hide('cup', false);
    await store.database.query(`update items set stock = null`);
    await runOnce();
    connection.cut();
    const service = await start();
    expect(await popular()).toEqual(['tea', 'cup', 'jug', 'pot', 'lamp']);
    await hide('tea', true);
    await publish(['lamp', 'tea', 'pot', 'jug', 'cup']);
    connection.mend(port);
    await until(async () => service.stations.recommendations.isServing().fresh);
    expect((await ask('/readyz')).json).toMatchObject({ status: 'ok', checks: { database: 'ok', release: 'ok' } });
    expect(await popular()).toEqual(['lamp', 'pot', 'jug', 'cup']);
    // On a busy machine one read may be too late, and is answered without it.
    const personal = await until(async () => {
      const answer = await ask('/v1/customers/anna-the-customer/recommendations?limit=1');
      return !answer.json.degraded && answer;
    });
    expect(idsOf(personal)).toEqual(['lamp']);
    // Notices arrive, and keys made since are known.
    const { token } = await createKey(store.database, 'later', ['segments']);
    const later = { headers: { Authorization: `Bearer ${token}` } };
    await until(async () => (await ask('/v1/segments', later)).status === 200);
    await hide('tea', false);
  });

  test('goes by the keys of the snapshot: one that was revoked before is refused', async () => {
    await runOnce(async () => {
      const [newest] = await store.database.query<{ key_id: number }>('select max(key_id) as key_id from api_keys');
      await revokeKey(store.database, newest.key_id);
      await running!.service.stations.keys.reload();
    });
    connection.cut();
    await start();
    expect((await ask('/v1/popular-items')).status).toBe(401);
  });

  test('is refused where there is no snapshot, it is damaged, or is of another database or currency', async () => {
    await runOnce();
    connection.cut();
    await expect(start(configured({ PANNIER_CURRENCY: 'GBP' }))).rejects.toThrow(
      'PANNIER_CURRENCY is GBP, set it to EUR',
    );
    await expect(start(configured({ PANNIER_SCHEMA: 'other' }))).rejects.toMatchObject({ code: 'unavailable' });
    const whole = await readFile(path);
    for (const at of [0, 18, 40, whole.length >> 1, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 1;
      await writeFile(path, damaged);
      await expect(start()).rejects.toMatchObject({ code: 'unavailable' });
    }
    for (const length of [0, 10, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      await expect(start()).rejects.toMatchObject({ code: 'unavailable' });
    }
    await writeFile(path, whole);
    await start();
    expect((await ask('/v1/popular-items')).status).toBe(200);
  });
});

describe('the snapshot', () => {
  test('names no customer and no key, and only its owner may read it', async () => {
    await runOnce();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const bytes = (await readFile(path)).toString('latin1');
    expect(bytes).toContain('The tea');
    expect(bytes).not.toContain('anna-the-customer');
    expect(bytes).not.toContain(headers.Authorization.slice('Bearer '.length));
  });

  test('is written soon after a release and after a change of the catalogue, while the service runs', async () => {
    await rm(path);
    await start();
    const written = async () => (await stat(path).catch(() => undefined))?.mtimeMs;
    const first = await until(written);
    await publish(['cup', 'tea', 'jug', 'pot', 'lamp']);
    const second = await until(async () => ((await written()) ?? 0) > first && (await written()));
    await hide('cup', true);
    await running!.service.stations.recommendations.refresh();
    await until(async () => ((await written()) ?? 0) > second);
    const [, release, items] = (await readSnapshot(path)) as any[];
    expect(release.releaseId).toBe(
      running!.service.stations.recommendations.pieces()![Symbol.iterator]().next().value.releaseId,
    );
    expect(items.filter((item: any) => item.hidden).map((item: any) => item.itemId)).toEqual(['cup']);
    await hide('cup', false);
  });

  test('is never written through a link, and what is too large leaves the one before', async () => {
    const target = join(folder, 'target');
    await writeFile(target, 'untouched');
    const file = join(folder, 'small.snapshot');
    await symlink(target, file);
    await symlink(target, `${file}.${process.pid}.new`);
    await writeSnapshot(file, [{ told: 1 }], 1_000);
    expect(await readFile(target, 'utf8')).toBe('untouched');
    expect(await readSnapshot(file)).toEqual([{ told: 1 }]);
    await expect(writeSnapshot(file, ['x'.repeat(2_000)], 1_000)).rejects.toThrow(RangeError);
    expect(await readSnapshot(file)).toEqual([{ told: 1 }]);
  });
});

test('goods of an earlier database are not shown at another, though keys are alike', async () => {
  const other = await createTestDatabase();
  const options = { log, cacheCustomers: 10, minorDigits: 2 };
  const before = createServingMemory({ db: store.database, ...options });
  const after = createServingMemory({ db: other.database, ...options });
  try {
    await before.start();
    await other.database.query(`insert into items (item_id, title) values ('soap', 'The soap')`);
    // Release numbers are alike too.
    const { releaseId } = before.release;
    await other.database.query(`alter table releases alter column release_id restart with ${releaseId}`);
    const soap = { asOf: new Date(), popularity: ['soap'], neighbours: {}, rules: [], lists: {} };
    await publishContent(other.database, soap);
    after.restore([...before.pieces()!] as Parameters<typeof after.restore>[0]);
    const shown = () => {
      const { catalogue } = after;
      const all = Array.from({ length: catalogue.size }, (_, item) => item);
      return all.filter((item) => catalogue.isSellable(item, Date.now())).map((item) => catalogue.record(item).itemId);
    };
    expect(shown()).toHaveLength(5);
    await after.start();
    expect([shown(), after.release.releaseId]).toEqual([['soap'], releaseId]);
    expect([...after.release.popularity!.items].map((item) => after.catalogue.record(item).itemId)).toEqual(['soap']);
    expect([after.catalogue.indexOf('soap'), after.catalogue.indexOf('tea')]).toEqual([0, undefined]);
  } finally {
    before.stop();
    after.stop();
    await other.drop();
  }
});
