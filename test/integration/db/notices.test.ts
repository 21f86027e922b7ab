import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { type Listener, listen, type Notice, notify } from '../../../src/db/index.ts';
import { createKey, revokeKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { startService } from '../../../src/service.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

let opened: TestDatabase;
let listener: Listener;
let heard: Notice[];
beforeEach(async () => {
  opened = await createTestDatabase();
  heard = [];
  listener = listen(
    { connectionString: opened.connectionString, schema: 'pannier' },
    { onNotice: (notice) => heard.push(notice), onConnect: () => {}, onError: () => {} },
  );
  await until(async () => listener.connected);
});
afterEach(async () => {
  await listener.close();
  await opened.drop();
});

test('of a change of more than a notice holds every key is told, once', async () => {
  // The longest keys there are: what is too long for one notice would be refused.
  const keys = Array.from({ length: 1_501 }, (_, index) => 2_147_483_647 - index);
  await opened.database.transaction(async (tx) => {
    await notify(tx, 'pannier', { about: 'items', keys });
    await notify(tx, 'pannier', { about: 'release' });
  });
  await until(async () => heard.some(({ about }) => about === 'release'));
  expect(heard.flatMap((notice) => ('keys' in notice ? notice.keys : []))).toEqual(keys);
});

test('of another shop in the same database nothing is heard, nor of what was rolled back', async () => {
  const { database: db } = opened;
  await notify(db, 'other', { about: 'items', keys: [1] });
  const undone = db.transaction(async (tx) => {
    await notify(tx, 'pannier', { about: 'items', keys: [2] });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await notify(db, 'pannier', { about: 'keys' });
  await until(async () => heard.length > 0);
  expect(heard).toEqual([{ about: 'keys' }]);
});

test('a key that is made elsewhere is good in an instance at once, and refused as soon as it is revoked there', async () => {
  const { database, connectionString } = opened;
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' });
  const service = await startService({ database, connectionString, config, log: createLogger('silent'), trainerEntry });
  try {
    const { keyId, token } = await createKey(database, 'elsewhere', ['recommend']);
    const isGood = async () => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${service.url}/v1/popular-items`, { headers })).status === 200;
    };
    // Much sooner than keys are read again without being told.
    await until(isGood, 5_000);
    // They are also read when the listening connection is open, which may be about to come.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await revokeKey(database, keyId);
    await until(async () => !(await isGood()), 5_000);
  } finally {
    await service.stop();
  }
});
