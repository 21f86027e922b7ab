import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createRecommendations, type Recommendations } from '../../../src/recommendations/index.ts';
import { wholeText } from '../../../src/recommendations/lists/made-list.ts';
import { holdIntervals } from '../../support/jest/fake-time.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { type BreakableConnection, createBreakableConnection } from '../../support/service/breakable-connection.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

const patienceMs = 200;

let store: TestDatabase;
let connection: BreakableConnection;
let database: Database;
let port: number;
let recommendations: Recommendations;

beforeAll(async () => {
  store = await createTestDatabase();
  const server = new URL(store.connectionString);
  port = Number(server.port);
  connection = await createBreakableConnection(port);
  server.port = String(connection.port);
  database = openDatabase({ connectionString: server.href, schema: 'pannier', poolSize: 4 });
  await store.database.query(
    `insert into items (item_id, title) select id, 'The ' || id from unnest(array['tea', 'cup', 'lamp', 'pot']) id`,
  );
  await store.database.query(`insert into customers (customer_id) select unnest(array['anna', 'ben', 'dora'])`);
  await publish();
});

const publish = () =>
  publishContent(store.database, {
    asOf: new Date(),
    popularity: ['tea', 'cup'],
    neighbours: { tea: ['pot'] },
    rules: [],
    lists: {
      anna: [{ item: 'lamp', source: 1 }],
      ben: [{ item: 'pot', source: 1 }],
      dora: [{ item: 'pot', source: 1 }],
    },
  });
afterAll(async () => {
  await recommendations?.stop();
  await database.close();
  await connection.close();
  await store.drop();
});

beforeEach(async () => {
  await recommendations?.stop();
  connection.mend(port);
  recommendations = createRecommendations({
    db: database,
    config: { cacheCustomers: 100, minorDigits: 2, timeZone: 'UTC' },
    clock: () => new Date(),
    log: createLogger('silent'),
    isSegment: async (id) =>
      (await database.query('select from defined_segments where segment_id = $1', [id])).length > 0,
    patienceMs,
  });
});

async function listFor(customerId: string, limit = 1) {
  const list = JSON.parse(wholeText(await recommendations.listForCustomer(customerId, { limit }, 'test')));
  return {
    items: list.items.map((item: { item_id: string }) => item.item_id),
    from: list.served_from,
    degraded: list.degraded,
  };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 200) throw new Error('it did not come to pass');
    await sleep(25);
  }
}

const isWhole = () => recommendations.isServing().fresh;

/** The pool may still hold connections that the test before has broken. */
async function startWhole(): Promise<void> {
  await recommendations.start();
  await until(isWhole);
}

test('while the database is away lists come from memory, at once and marked; afterwards all is as before', async () => {
  await startWhole();
  expect(await listFor('anna')).toEqual({ items: ['lamp'], from: 'database', degraded: false });
  connection.cut();

  const begun = Date.now();
  expect(await listFor('ben')).toEqual({ items: ['tea'], from: 'memory', degraded: true });
  expect(await listFor('anna')).toEqual({ items: ['lamp'], from: 'memory', degraded: true });
  for (let asked = 0; asked < 200; asked++) await listFor(`C${asked}`);
  expect(await recommendations.explainList('ben', { limit: 1 })).toMatchObject({ is_known: false, degraded: true });
  const visitor = JSON.parse(await recommendations.listFor({ visitor_id: 'v', limit: 1 }));
  expect(visitor).toMatchObject({ degraded: true, items: [{ item_id: 'tea' }] });
  expect(Date.now() - begun).toBeLessThan(atThisLoad(1_000));
  expect(recommendations.isServing()).toMatchObject({ release: true, fresh: false });

  // What changes meanwhile, through another instance, is known after the return.
  await store.database.query(`update items set hidden = true where item_id = 'lamp'`);
  connection.mend(port);
  await until(isWhole);
  expect(await listFor('ben')).toEqual({ items: ['pot'], from: 'database', degraded: false });
  expect(await recommendations.explainList('ben', { limit: 1 })).toMatchObject({ is_known: true, degraded: false });
  expect((await listFor('anna')).items).toEqual(['tea']);
  await store.database.query(`update items set hidden = false where item_id = 'lamp'`);
});

test('who is held in memory is read anew after an outage: what they did meanwhile went unheard', async () => {
  await startWhole();
  expect((await listFor('anna')).items).toEqual(['lamp']);
  expect(await listFor('anna')).toEqual({ items: ['lamp'], from: 'memory', degraded: false });
  connection.cut();
  await until(() => !isWhole());
  await store.database.query(`update customers set profiling_allowed = false where customer_id = 'anna'`);
  connection.mend(port);
  await until(isWhole);
  expect(await listFor('anna')).toEqual({ items: ['tea'], from: 'database', degraded: false });
  await store.database.query(`update customers set profiling_allowed = true where customer_id = 'anna'`);
});

test('a database that hangs keeps one answer waiting for its patience, and the next not at all', async () => {
  await startWhole();
  await listFor('anna');
  connection.hang();
  const timeOf = async (customerId: string) => {
    const begun = performance.now();
    const { degraded } = await listFor(customerId);
    expect(degraded).toBe(true);
    return performance.now() - begun;
  };
  expect(await timeOf('ben')).toBeLessThan(patienceMs + 300);
  expect(await timeOf('dora')).toBeLessThan(50);
  expect(await listFor('anna')).toMatchObject({ items: ['lamp'], degraded: true });
  connection.mend(port);
  await until(isWhole);
  expect(await listFor('dora')).toEqual({ items: ['pot'], from: 'database', degraded: false });
});

test('an outage is noticed although nobody asks the database anything', async () => {
  await startWhole();
  await listFor('anna');
  connection.cut();
  await until(async () => (await listFor('anna')).degraded);
  expect((await listFor('anna')).items).toEqual(['lamp']);
});

test('a start without a database is unavailable until the database comes, and then serves', async () => {
  connection.cut();
  await recommendations.start();
  expect(() => recommendations.popular({ limit: 1 }, 'test')).toThrow(expect.objectContaining({ code: 'unavailable' }));
  await expect(listFor('anna')).rejects.toMatchObject({ code: 'unavailable' });
  connection.mend(port);
  await until(isWhole);
  expect(await listFor('anna')).toEqual({ items: ['lamp'], from: 'database', degraded: false });
});

test('changed items that cannot be read are withheld until they can', async () => {
  await startWhole();
  const [{ item_key }] = await store.database.query<{ item_key: number }>(
    `update items set hidden = true where item_id = 'tea' returning item_key`,
  );
  connection.cut();
  await recommendations.onNotice({ about: 'items', keys: [item_key] });
  expect(JSON.parse(recommendations.popular({ limit: 1 }, 'test')).items[0].item_id).toBe('cup');
  await store.database.query(`update items set hidden = false where item_id = 'tea'`);
  connection.mend(port);
  await until(isWhole);
  expect(JSON.parse(recommendations.popular({ limit: 1 }, 'test')).items[0].item_id).toBe('tea');
});

// Would see: a list that is refused, or waits, because nobody can say what segments there are.
test('best sellers of a segment that cannot be looked up are everybody’s', async () => {
  await startWhole();
  const ask = () => recommendations.popularInSegment('list-vip', { limit: 1 }, 'test');
  await expect(ask()).rejects.toThrow('segment is no segment');
  connection.cut();
  expect(JSON.parse(await ask())).toMatchObject({ best_sellers_of: 'all', items: [{ item_id: 'tea' }] });
});

test('lists served meanwhile are logged when the database is back', async () => {
  await startWhole();
  connection.cut();
  const served: string[] = [];
  for (let asked = 0; asked < 20; asked++)
    served.push(JSON.parse(recommendations.popular({ limit: 2 }, 'test')).list_id);
  await sleep(1_300);
  connection.mend(port);
  await until(isWhole);
  await until(async () => {
    const rows = await store.database.query('select from served_lists where list_id = any($1)', [served]);
    return rows.length === served.length;
  });
});

test('what no notice told of is known in the end: a release after ten seconds, a change of an item after ten minutes', async () => {
  const intervals = holdIntervals();
  try {
    await recommendations.start();
    await until(() => {
      if (!isWhole()) intervals.pass(1_000);
      return isWhole();
    });
    const popular = () => JSON.parse(recommendations.popular({ limit: 1 }, 'test')).items[0];
    const before = popular();
    const other = ['tea', 'cup', 'pot'].find((id) => id !== before.item_id)!;
    await publishContent(store.database, {
      asOf: new Date(),
      popularity: [other],
      neighbours: {},
      rules: [],
      lists: {},
    });
    intervals.pass(10_000);
    await until(() => popular().item_id === other);
    await store.database.query(`update items set title = 'Renamed' where item_id = $1`, [other]);
    intervals.pass(600_000);
    await until(() => popular().title === 'Renamed');
  } finally {
    intervals.restore();
    await publish();
  }
});

// Would see: a catalogue that takes longer to read than from one beat to the next, and is read without end.
test('everything is read anew once, however long that takes', async () => {
  let reads = 0;
  const query: Database['query'] = async (text, ...rest) => {
    if (/^\s*select items\.item_key/.test(text)) {
      reads++;
      await sleep(1_300);
    }
    return database.query(text, ...rest);
  };
  const slow = createRecommendations({
    db: database,
    reports: new Proxy(database, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) }),
    config: { cacheCustomers: 100, minorDigits: 2, timeZone: 'UTC' },
    clock: () => new Date(),
    log: createLogger('silent'),
    patienceMs,
  });
  try {
    await slow.start();
    await until(() => slow.isServing().fresh);
    const before = reads;
    await slow.refresh();
    await sleep(4_000);
    expect([reads - before, slow.isServing().fresh]).toEqual([1, true]);
  } finally {
    await slow.stop();
  }
});
