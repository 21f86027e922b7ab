import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createListening, type Database, type Listening, type Purpose } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type Service, startService } from '../../../src/service.ts';
import { type BreakableConnection, createBreakableConnection } from '../../support/service/breakable-connection.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

let store: TestDatabase;
let connection: BreakableConnection;
let port: number;
let service: Service;
let headers: { Authorization: string };

/** Only the listening connection can be broken: the database itself is there all the time. */
beforeAll(async () => {
  store = await createTestDatabase();
  const address = new URL(store.connectionString);
  port = Number(address.port);
  connection = await createBreakableConnection(port);
  address.port = String(connection.port);
  await store.database.query(`insert into items (item_id) values ('tea'), ('cup')`);
  await publishContent(store.database, {
    asOf: new Date(),
    popularity: ['tea', 'cup'],
    neighbours: {},
    rules: [],
    lists: {},
  });
  headers = { Authorization: `Bearer ${(await createKey(store.database, 'first', ['recommend'])).token}` };
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' });
  const log = createLogger('silent');
  service = await startService({ database: store.database, connectionString: address.href, config, log });
});
afterAll(async () => {
  await service.stop();
  await connection.close();
  await store.drop();
});

const popular = async (token = headers.Authorization) => {
  const response = await fetch(`${service.url}/v1/popular-items`, { headers: { Authorization: token } });
  const { items } = (await response.json()) as { items?: { item_id: string }[] };
  return { status: response.status, items: items?.map(({ item_id: id }) => id) };
};

test('what was said while the listening connection was broken is known soon after it is back', async () => {
  await until(async () => (await popular()).items?.length === 2);
  connection.cut();
  // Nobody is told of these: without reading anew, a key is found after 30 s and an item after 10 minutes.
  await store.database.query(`update items set hidden = true where item_id = 'tea'`);
  const { token } = await createKey(store.database, 'second', ['recommend']);
  expect(await popular()).toEqual({ status: 200, items: ['tea', 'cup'] });
  connection.mend(port);
  await until(async () => (await popular(`Bearer ${token}`)).status === 200, 5_000);
  await until(async () => (await popular()).items?.join() === 'cup', 5_000);
}, 30_000);

// Would see: a start that reads the catalogue twice, and a change between reading and hearing that nobody knows of.
test.each([
  ['soon', 0, 1],
  ['only when all has been read', 2_500, 2],
])('an instance that begins to hear %s (after %i ms) has read the catalogue %i times', async (_, delayMs, times) => {
  const log = createLogger('silent');
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' });
  const { database, connectionString } = store;
  let reads = 0;
  const counted = (db: Database): Database =>
    new Proxy(db, {
      get(target, name) {
        if (name === 'for') return (purpose: Purpose) => counted(target.for(purpose));
        if (name !== 'query') return Reflect.get(target, name);
        return (text: string, ...rest: []) => {
          if (/^\s*select items\.item_key/.test(text)) reads++;
          return target.query(text, ...rest);
        };
      },
    });
  const own = createListening(connectionString);
  const listening: Listening = {
    ...own,
    listen(schema, handlers) {
      const onConnect = () => void setTimeout(handlers.onConnect, delayMs);
      return own.listen(schema, { ...handlers, onConnect });
    },
  };
  const other = await startService({ database: counted(database), connectionString, config, log, listening });
  try {
    await until(async () => reads >= times, 5_000);
    await sleep(500);
    expect(reads).toBe(times);
  } finally {
    await other.stop();
  }
});
