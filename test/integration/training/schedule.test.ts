import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, jest } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { overloaded } from '../../../src/db/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createTraining, type Training } from '../../../src/training/index.ts';
import { holdDate, holdIntervals } from '../../support/jest/fake-time.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

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
  jest.useRealTimers();
  for (const instance of instances) await instance.stop();
  await opened.drop();
});

/** One more instance of the service at one database, with the schedule on. */
async function startInstance(hour = 3, timeZone = 'Europe/Berlin'): Promise<Training> {
  const training = openInstance({ hour, timeZone });
  await training.startSchedule();
  return training;
}

function openInstance({
  db = opened.database,
  entry = trainerEntry,
  hour = 3,
  timeZone = 'Europe/Berlin',
} = {}): Training {
  const training = createTraining({
    db,
    connectionString: opened.connectionString,
    config: readConfig({ PANNIER_NIGHT_HOUR: String(hour), PANNIER_TIME_ZONE: timeZone }),
    clock: () => now,
    log: createLogger('silent'),
    trainerEntry: entry,
  });
  instances.push(training);
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

usually.test('the first start of a shop has missed nothing', async () => {
  const training = await startInstance();
  await until(async () => (await claimedNight()) === '2026-05-10');
  await settle();
  expect(await runs(training)).toEqual([]);
});

usually.test(
  'a missed night is made up once at the next start, however many nights were missed and instances start',
  async () => {
    await startInstance();
    await until(claimedNight);
    await stopInstances();
    now = new Date('2026-05-14T09:00:00Z');
    const [training] = await Promise.all([startInstance(), startInstance(), startInstance()]);
    await until(async () => (await runs(training)).length > 0);
    const [run] = await runs(training);
    await training.waitForRun(run.trainingRunId);
    expect(run.asOf).toEqual(now);
    await until(async () => (await claimedNight()) === '2026-05-14');
    await stopInstances();
    await startInstance();
    await settle();
    expect(await runs(training)).toHaveLength(1);
  },
);

thoroughly.test('a night that another instance runs between asking and beginning is not run again', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T09:00:00Z');
  const { database } = opened;
  let begin: (() => void) | undefined;
  const late = openInstance({
    db: {
      ...database,
      async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
        if (values?.[0] === 'training' && begin === undefined) await new Promise<void>((resolve) => (begin = resolve));
        return database.query(text, values, name);
      },
    },
  });
  await late.startSchedule();
  await until(async () => begin !== undefined);
  const training = await startInstance();
  await until(async () => (await claimedNight()) === '2026-05-11');
  await until(async () => (await runs(training))[0]?.status !== 'running');
  await until(async () => training.trainerProcessId() === undefined);
  begin!();
  await settle();
  expect(await runs(training)).toHaveLength(1);
});

thoroughly.test('a night that finds the database with too much to do is begun a little later', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T09:00:00Z');
  const { database } = opened;
  let refused = 0;
  const crowded = openInstance({
    db: {
      ...database,
      async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
        if (values?.[0] === 'training' && refused++ === 0) throw overloaded();
        return database.query(text, values, name);
      },
    },
  });
  await crowded.startSchedule();
  await until(async () => (await runs(crowded)).length === 1, 20_000);
  expect(refused).toBeGreaterThan(1);
});

usually.test('before its hour the night has not begun', async () => {
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
});

thoroughly.test('a night that a run by hand stands in the way of is made up after it', async () => {
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
});

// Would see: a trainer that begins when its service has stopped, and works on with nobody over it.
thoroughly.test('a run that is about to begin when its service stops ends with it', async () => {
  const { database } = opened;
  let goOn: (() => void) | undefined;
  const training = openInstance({
    db: {
      ...database,
      async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
        const rows = await database.query<Row>(text, values, name);
        if (text.startsWith('insert into training_runs')) await new Promise<void>((resolve) => (goOn = resolve));
        return rows;
      },
    },
  });
  const begun = training.startRun({});
  await until(async () => goOn !== undefined);
  let isStopped = false;
  const stopped = training.stop().then(() => {
    isStopped = true;
  });
  await settle();
  expect(isStopped).toBe(false);
  goOn!();
  await Promise.all([begun, stopped]);
  expect((await runs(training)).map(({ status }) => status)).toEqual(['failed']);
  expect(training.trainerProcessId()).toBeUndefined();
  await expect(training.startRun({})).rejects.toMatchObject({ code: 'unavailable' });
});

thoroughly.test('a night that the end of its service cut short is made up at the next start', async () => {
  await startInstance();
  await until(claimedNight);
  await stopInstances();
  now = new Date('2026-05-11T09:00:00Z');
  const training = await startInstance();
  await until(async () => (await runs(training)).length === 1);
  await stopInstances();
  const [cut] = await runs(training);
  expect(cut.status).toBe('failed');
  await startInstance();
  await until(async () => (await runs(training)).length === 2);
});

thoroughly.test.each([
  ['at its hour, to the second', 'Europe/Berlin', '2026-05-11T01:00:00Z'],
  ['at its hour where the hour is not that of UTC', 'Asia/Kathmandu', '2026-05-10T21:15:00Z'],
  ['ten minutes later where something stood in its way', 'Europe/Berlin', '2026-05-11T01:10:00Z'],
])(
  'a night that comes while the service runs is run %s',
  async (_, timeZone, rung) => {
    await startInstance(3, timeZone);
    await until(claimedNight);
    await stopInstances();
    now = new Date(Date.parse(rung) - 1_000);
    holdDate(now);
    await opened.database.query(
      `insert into leases (name, holder, expires_at) values ('training', 'somebody', 'infinity')`,
    );
    const training = await startInstance(3, timeZone);
    await settle();
    await opened.database.query(`delete from leases where name = 'training'`);
    expect(await runs(training)).toEqual([]);
    now = new Date(rung);
    jest.setSystemTime(now);
    await until(async () => (await runs(training)).length === 1);
  },
  60_000,
);

thoroughly.test('a run that takes longer than its lease keeps the lease until it is over', async () => {
  const intervals = holdIntervals();
  const entry = join(await makeScratchFolder('trainer'), 'trainer.mjs');
  await writeFile(entry, 'process.stdin.resume();');
  const training = openInstance({ entry: pathToFileURL(entry) });
  try {
    await training.startRun({});
    // The lease has as good as no time left, and the clock goes on by half of what it lasts.
    await opened.database.query(
      `update leases set expires_at = clock_timestamp() + interval '10 s' where name = 'training'`,
    );
    intervals.pass(15_000);
    await until(async () => {
      const [lease] = await opened.database.query<{ lasts: boolean }>(
        `select expires_at > clock_timestamp() + interval '20 s' as lasts from leases where name = 'training'`,
      );
      return lease.lasts;
    }, 8_000);
  } finally {
    intervals.restore();
  }
  await expect(openInstance().startRun({})).rejects.toMatchObject({ code: 'training_in_progress' });
});
