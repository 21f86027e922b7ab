import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/main.ts';
import { createTraining, type Training } from '../../src/training/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { trainerEntry } from '../support/service.ts';
import { until } from '../support/training-shop.ts';

/** Nights over an empty shop: what a run comes to does not matter here, only when there is one. */
let opened: TestDatabase;
let now: Date;
let instances: Training[];

beforeEach(async () => {
  opened = await createTestDatabase();
  now = new Date('2026-05-10T12:00:00Z');
  instances = [];
});
afterEach(async () => {
  for (const instance of instances) await instance.stop();
  await opened.drop();
});

/** One more instance of the service at one database, with the schedule on. */
async function startInstance(hour = 3): Promise<Training> {
  const training = createTraining({
    db: opened.database,
    connectionString: opened.connectionString,
    config: readConfig({ PANNIER_NIGHT_HOUR: String(hour), PANNIER_TIME_ZONE: 'Europe/Berlin' }),
    clock: () => now,
    log: createLogger('silent'),
    trainerEntry,
  });
  instances.push(training);
  await training.startSchedule();
  return training;
}

async function stopInstances(): Promise<void> {
  for (const instance of instances.splice(0)) await instance.stop();
}

const runs = async (training: Training) => training.listRuns(10);
const settle = () => new Promise((resolve) => setTimeout(resolve, 500));

async function claimedNight(): Promise<string | undefined> {
  const [lease] = await opened.database.query<{ night: string }>(
    `select done_for::text as night from leases where name = 'night'`,
  );
  return lease?.night;
}

test('the first start of a shop has missed nothing', async () => {
  const training = await startInstance();
  await until(async () => (await claimedNight()) === '2026-05-10');
  await settle();
  expect(await runs(training)).toEqual([]);
}, 30_000);

test('a missed night is made up once at the next start, however many nights were missed and instances start', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-14T09:00:00Z');
  const [training] = await Promise.all([startInstance(), startInstance(), startInstance()]);
  await until(async () => (await runs(training)).length > 0);
  const [run] = await runs(training);
  await training.waitForRun(run!.trainingRunId);
  expect(run!.asOf).toEqual(now);
  await until(async () => (await claimedNight()) === '2026-05-14');
  await stopInstances();
  await startInstance();
  await settle();
  expect(await runs(training)).toHaveLength(1);
}, 60_000);

test('before its hour the night has not begun', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T00:59:00Z');
  const training = await startInstance();
  await settle();
  expect(await runs(training)).toEqual([]);
  await stopInstances();
  now = new Date('2026-05-11T01:00:00Z');
  await startInstance();
  await until(async () => (await runs(training)).length === 1);
}, 60_000);

test('a night that a run by hand stands in the way of is made up after it', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T09:00:00Z');
  await opened.database.query(
    `insert into leases (name, holder, expires_at) values ('training', 'somebody', clock_timestamp() + interval '3 s')`,
  );
  const training = await startInstance();
  await settle();
  expect(await runs(training)).toEqual([]);
  await opened.database.query(`update leases set expires_at = '-infinity' where name = 'training'`);
  await stopInstances();
  await startInstance();
  await until(async () => (await runs(training)).length === 1);
}, 60_000);

test('a night that the end of its service cut short is made up at the next start', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T09:00:00Z');
  const training = await startInstance();
  await until(async () => (await runs(training)).length === 1);
  await stopInstances();
  const [cut] = await runs(training);
  expect(cut!.status).toBe('failed');
  await startInstance();
  await until(async () => (await runs(training)).length === 2);
}, 60_000);
