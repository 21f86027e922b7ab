import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { codeVersion } from '../../../src/project.ts';
import { type Service, startService } from '../../../src/service.ts';
import { holdIntervals } from '../../support/jest/fake-time.ts';
import { contractFaults } from '../../support/service/contract.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { type ServeProcess, startServeProcess } from '../../support/service/serve-process.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

let store: TestDatabase;
let service: Service;
let token: string;
let intervals: ReturnType<typeof holdIntervals>;
let other: ServeProcess | undefined;
beforeAll(async () => {
  store = await createTestDatabase();
  token = (await createKey(store.database, 'page', ['view'])).token;
  intervals = holdIntervals();
  service = await start();
});
afterAll(async () => {
  await other?.kill();
  intervals.restore();
  await service.stop();
  await store.drop();
});

/** @param clock of the machine that it runs on */
function start(clock = () => new Date()): Promise<Service> {
  const config = readConfig({ PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' });
  const { database, connectionString } = store;
  return startService({ database, connectionString, config, log: createLogger('silent'), trainerEntry, clock });
}

interface Told {
  instance_id: string;
  is_answering: boolean;
  last_seen_at: string;
  started_at: string;
}

async function list({ url } = service): Promise<Told[]> {
  const response = await fetch(`${url}/v1/instances`, { headers: { Authorization: `Bearer ${token}` } });
  const json: any = await response.json();
  const contentType = response.headers.get('content-type')!;
  expect(
    contractFaults('listInstances', { status: response.status, contentType, headers: {}, text: '', json }),
  ).toEqual([]);
  return json.items;
}

const age = (instanceId: string, seconds: number) =>
  store.database.query(
    `update instances set last_seen_at = clock_timestamp() - make_interval(secs => $2) where instance_id = $1`,
    [instanceId, seconds],
  );

// Would see: an instance that is not told of, or one that was killed and stays.
test('a second process is there, and gone a minute after it was killed', async () => {
  const [own, ...none] = await list();
  expect(none).toEqual([]);
  expect(own).toEqual({
    instance_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    version: codeVersion,
    release_id: null,
    started_at: expect.any(String),
    last_seen_at: expect.any(String),
    is_answering: true,
  });
  other = await startServeProcess(store.connectionString);
  await until(async () => (await list()).length === 2, 20_000);
  const second = (await list())[1];
  expect(second).toMatchObject({ is_answering: false });
  await other.kill();
  await age(second.instance_id, 55);
  expect((await list()).map((one) => one.instance_id)).toEqual([own.instance_id, second.instance_id]);
  await age(second.instance_id, 60);
  expect((await list()).map((one) => one.instance_id)).toEqual([own.instance_id]);
});

// Would see: an instance whose own clock is wrong, taken for one that is gone; a stopped one that stays.
test('times are the database clock, whatever the instance has; who stops is gone at once', async () => {
  const early = await start(() => new Date('2001-01-01T00:00:00Z'));
  const found = (await list(early)).find(({ is_answering }) => is_answering)!;
  expect(Math.abs(Date.parse(found.last_seen_at) - Date.now())).toBeLessThan(30_000);
  expect(await list()).toHaveLength(2);
  await early.stop();
  expect(await list()).toHaveLength(1);
});

// Would see: an instance that says once that it is there, and a start that moves each time.
test('an instance that is there says so every ten seconds, and is back when it was taken for gone', async () => {
  const [before] = await list();
  await age(before.instance_id, 61);
  expect(await list()).toEqual([]);
  await store.database.query('delete from instances');
  intervals.pass(10_000);
  await until(async () => (await list()).length === 1);
  const [after] = await list();
  expect(after).toMatchObject({ instance_id: before.instance_id, started_at: before.started_at });
});

test('what is gone is tidied away, what is there is not', async () => {
  // One that another test killed.
  await store.database.query(
    'delete from instances where version <> $1 or last_seen_at < clock_timestamp() - $2::interval',
    [codeVersion, '60 seconds'],
  );
  await store.database.query(
    `insert into instances values (gen_random_uuid(), 'old', null, now(), clock_timestamp() - interval '61 seconds')`,
  );
  const chores = service.stations.ring.flatMap(({ chores: all = [] }) => all);
  const chore = chores.find(({ name }) => name === 'instances that are gone')!;
  expect(await chore.tidy(new Date(), new AbortController().signal)).toBe(1);
  expect(await store.database.query('select version from instances')).toEqual([{ version: codeVersion }]);
});

test('only who may see the shop is told', async () => {
  const { token: sender } = await createKey(store.database, 'sender', ['ingest']);
  await service.stations.keys.reload();
  const { status } = await fetch(`${service.url}/v1/instances`, { headers: { Authorization: `Bearer ${sender}` } });
  expect(status).toBe(403);
});
