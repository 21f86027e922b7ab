import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type Service, startService } from '../../../src/service.ts';
import { runCli } from '../../support/service/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

let store: TestDatabase;
let service: Service;
let headers: Record<string, string>;
let folder: string;

beforeAll(async () => {
  folder = await makeScratchFolder('imports');
  store = await createTestDatabase();
  const { database, connectionString } = store;
  await database.query(
    `insert into items (item_id, title) select id, 'The ' || id from unnest(array['tea', 'cup', 'lamp', 'pot']) id`,
  );
  await database.query(`insert into customers (customer_id) values ('anna'), ('ben')`);
  await publishContent(database, {
    asOf: new Date(),
    repurchase: 'exclude',
    popularity: ['cup', 'tea', 'pot', 'lamp'],
    neighbours: { tea: ['pot'] },
    rules: [],
    lists: { anna: [{ item: 'lamp', source: 1 }], ben: [{ item: 'lamp', source: 1 }] },
  });
  const config = readConfig({ PANNIER_LOG_LEVEL: 'silent', PANNIER_PORT: '0', PANNIER_NIGHT: 'off' });
  service = await startService({ database, connectionString, config, log: createLogger('silent'), trainerEntry });
  const { token } = await createKey(database, 'shop', ['recommend']);
  await service.stations.keys.reload();
  headers = { Authorization: `Bearer ${token}` };
});
afterAll(async () => {
  await service?.stop();
  await store.drop();
  await rm(folder, { recursive: true });
});

async function listFor(customer: string): Promise<{ from: string; ids: string[] }> {
  const response = await fetch(`${service.url}/v1/customers/${customer}/recommendations?limit=4`, { headers });
  const { served_from: from, items } = (await response.json()) as any;
  return { from, ids: items.map(({ item_id }: { item_id: string }) => item_id) };
}

const held = (customer: string) =>
  until(async () => {
    const list = await listFor(customer);
    return list.from === 'memory' && list.ids;
  });

/** Imports in a process of its own; of others a change is known within a second. */
async function importFile(kind: string, name: string, lines: string[]): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, `${lines.join('\n')}\n`);
  const answer = await runCli(store.connectionString, `import ${kind} ${file} --force --json`);
  expect([answer.code, answer.errors]).toEqual([0, '']);
}

const comes = (customer: string, isSo: (ids: string[]) => boolean) =>
  until(async () => isSo((await listFor(customer)).ids), 1_000);

const at = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString();
const head = 'order_id,item_id,quantity,unit_price,occurred_at,customer_id';

test('orders, their cancellation, events and objections imported by another process reach customers in memory', async () => {
  expect((await held('anna'))[0]).toBe('lamp');
  await importFile('orders', 'orders.csv', [head, `O1,lamp,1,5.00,${at(2)},anna`]);
  await comes('anna', (ids) => !ids.includes('lamp'));

  await held('anna');
  await importFile('orders', 'cancellation.csv', [head, `C1,lamp,-1,5.00,${at(1)},anna`]);
  await comes('anna', (ids) => ids.includes('lamp'));

  const before = await held('ben');
  expect(before.indexOf('pot')).toBeGreaterThan(before.indexOf('cup'));
  const event = { event_id: 'e1', type: 'favourite', customer_id: 'ben', item_id: 'tea', occurred_at: at(0) };
  await importFile('events', 'events.ndjson', [JSON.stringify(event)]);
  await comes('ben', (ids) => ids.indexOf('pot') < ids.indexOf('cup'));

  await held('ben');
  await importFile('customers', 'customers.ndjson', [JSON.stringify({ customer_id: 'ben', profiling_allowed: false })]);
  await comes('ben', (ids) => ids[0] === 'cup' && ids.indexOf('pot') > ids.indexOf('tea'));
});
