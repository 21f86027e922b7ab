import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnectionBudget, type Database, openDatabase } from '../../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { until } from '../../support/shops/training-shop.ts';

let store: TestDatabase;
let opened: Database[] = [];
beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await store.drop();
});

/** The databases of several shops that share connections, by which the server knows them. */
function openShops(count: number, poolSize: number, name: string): Database[] {
  const budget = createConnectionBudget(poolSize);
  const connectionString = `${store.connectionString}?application_name=${name}`;
  const shops = Array.from({ length: count }, (_, place) =>
    openDatabase({ connectionString, schema: `shop_${place}`, poolSize, budget }),
  );
  opened = [...opened, ...shops];
  return shops.map((shop) => shop.for('requests'));
}
const takes = (milliseconds: number) => `select pg_sleep(${milliseconds / 1_000})`;

// Would see: pools that open as many as each shop could have alone, and connections that are let go but still open on the server.
test('the server never has more of them than are allowed', async () => {
  const shops = openShops(6, 4, 'bounded');
  let isOver = false;
  const counts: number[] = [];
  const watch = (async () => {
    while (!isOver) {
      const [{ open }] = await store.database.query<{ open: number }>(
        `select count(*)::int as open from pg_stat_activity where application_name = 'bounded'`,
      );
      counts.push(open);
    }
  })();
  for (let round = 0; round < 12; round++) {
    const asked = shops.flatMap((shop) => [1, 2].map(() => shop.query<{ schema: string }>('show search_path')));
    const answers = await Promise.all(asked);
    expect(answers.map(([row]) => Object.values(row)[0])).toEqual(shops.flatMap(({ schema }) => [schema, schema]));
  }
  isOver = true;
  await watch;
  expect(counts.length).toBeGreaterThan(20);
  expect(Math.max(...counts)).toBe(4);
});

// Would see: first come, first served, and places that are held by who waits for a connection of their own shop's pool.
test('a shop that asks for much keeps no other from its turn', async () => {
  const [first, second, modest] = openShops(3, 4, 'turns');
  await Promise.all([first, second, modest].map((shop) => shop.query('select 1')));
  let done = 0;
  const much = [first, second].flatMap((shop) =>
    Array.from({ length: 20 }, () => shop.query(takes(15)).then(() => done++)),
  );
  await modest.query(takes(1));
  // Two turns of the four places.
  expect(done).toBeLessThanOrEqual(8);
  await Promise.all(much);
});

test('a shop alone has half of them at most, and the others find the rest free', async () => {
  const [greedy, modest] = openShops(2, 4, 'half');
  await Promise.all([greedy, modest].map((shop) => shop.query('select 1')));
  let done = 0;
  const much = Array.from({ length: 6 }, () => greedy.query(takes(200)).then(() => done++));
  await modest.query('select 1');
  expect(done).toBe(0);
  await Promise.all(much);
});

// Would see: whoever waits for a turn of a shop that is at its end, and is never told.
test('who waits for a turn of a shop that stops is told so', async () => {
  const [first, second, stopping] = openShops(3, 4, 'stops');
  let isFree = false;
  const much = Promise.all([first, second].flatMap((shop) => [1, 2].map(() => shop.query(takes(600))))).then(() => {
    isFree = true;
  });
  const waiting = stopping.query('select 1').then(
    () => 'answered',
    ({ code }) => code,
  );
  await opened.pop()?.close();
  expect(await waiting).toBe('unavailable');
  expect(isFree).toBe(false);
  await much;
});

// Would see: connections that are given up while the server is still at work for them, and are not counted any more.
test('a statement that is broken off makes room once the server has given it up', async () => {
  openShops(2, 2, 'cut');
  const [hung, next] = opened.slice(-2);
  const long = 'select pg_sleep(60)';
  const count = async () => {
    const [counts] = await store.database.query<{ open: number; hung: number }>(
      `select count(*)::int as open, (count(*) filter (where state = 'active' and query = $1))::int as hung
       from pg_stat_activity where application_name = 'cut'`,
      [long],
    );
    return counts;
  };
  const broken = [1, 2].map(() =>
    hung
      .transaction(async (tx) => {
        // As servers do that look for nobody at the other end.
        await tx.query('set local client_connection_check_interval = 0');
        await tx.query(long);
      })
      .catch(() => 'broken off'),
  );
  await until(async () => (await count()).hung === 2);
  hung.abandon();
  expect(await Promise.all(broken)).toEqual(['broken off', 'broken off']);
  await next.query('select 1');
  const { open, hung: left } = await count();
  expect(left).toBe(0);
  expect(open).toBeLessThanOrEqual(2);
});
