import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '../../../src/log.ts';
import { findCustomer } from '../../../src/recommendations/lists/audience/find-audience.ts';
import { makePersonalList } from '../../../src/recommendations/lists/personal-list.ts';
import { createServingMemory, type ServingMemory } from '../../../src/recommendations/memory/serving-memory.ts';
import { publishVersion } from '../../../src/versions/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

const publishes = 200;
const customers = Array.from({ length: 20 }, (_, number) => `c${number}`);
const items = Array.from({ length: 200 }, (_, number) => `i${number}`);
const log = createLogger('silent');

let opened: TestDatabase;
let memory: ServingMemory;
let collectGarbage: () => void;

beforeAll(async () => {
  setFlagsFromString('--expose_gc');
  collectGarbage = runInNewContext('gc');
  opened = await createTestDatabase();
  const { database: db } = opened;
  await db.query('insert into items (item_id, title) select id, id from unnest($1::text[]) as id', [items]);
  await db.query('insert into customers (customer_id) select unnest($1::text[])', [customers]);
  const list = items.slice(0, 50).map((item) => ({ item, source: 1 }));
  const content = {
    asOf: new Date(),
    popularity: items,
    neighbours: Object.fromEntries(items.map((item) => [item, items.slice(0, 50)])),
    rules: [],
    lists: Object.fromEntries(customers.map((customer) => [customer, list])),
  };
  await publishContent(db, content);
  await publishContent(db, content);
  memory = createServingMemory({ db, log, cacheCustomers: 1_000, minorDigits: 2 });
  await memory.start();
});
afterAll(async () => {
  memory.stop();
  await opened.drop();
});

/** Everybody asks twice, so that lists are kept of them. */
async function serveEverybody(): Promise<void> {
  for (const _ of [1, 2]) {
    const audiences = await Promise.all(customers.map((id) => findCustomer(memory, id, log)));
    for (const audience of audiences)
      expect(makePersonalList(memory, audience, { limit: 10 }, Date.now()).itemKeys).not.toBe('');
  }
}

async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
  }
}

test(`after ${publishes} publishes at most two releases are alive, and their arrays are let go`, async () => {
  const { database: db } = opened;
  const numbers = await db.query<{ version: number }>(
    `select version from model_versions where kind = 'collaborative-filtering' order by version`,
  );
  const seen = new Map<number, WeakRef<object>>();
  const alive = () => [...seen].filter(([, release]) => release.deref() !== undefined).map(([id]) => id);
  let early = 0;
  for (let publish = 0; publish < publishes; publish++) {
    await publishVersion(db, 'collaborative-filtering', numbers[publish % 2].version);
    await memory.follow({ about: 'release' });
    seen.set(memory.release.releaseId!, new WeakRef(memory.release));
    await serveEverybody();
    if (publish === 20) {
      await settle();
      early = process.memoryUsage().arrayBuffers;
    }
  }
  await settle();
  expect(seen.size).toBe(publishes);
  expect(alive().length).toBeLessThanOrEqual(2);
  expect(alive()).toContain(memory.release.releaseId);
  // A release holds 200 * 50 neighbours and weights: 80 kB. A tenth of what those after the twentieth would add.
  expect(process.memoryUsage().arrayBuffers - early).toBeLessThan((publishes - 20) * 8_000);
});
