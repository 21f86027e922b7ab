import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Config, readConfig } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { type Service, startService } from '../../../src/service.ts';
import { spawnTrainer } from '../../../src/training/engines/local/supervise.ts';
import { createTraining, type Training, type TrainingRun } from '../../../src/training/index.ts';
import { readPublishedRelease } from '../../../src/versions/index.ts';
import { send } from '../../support/service/contract.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { trainerEntry } from '../../support/service/service.ts';
import { fillShop, shopEnd, unsearched, until } from '../../support/shops/training-shop.ts';

let opened: TestDatabase;
let service: Service;
let config: Config;
let headers: Record<string, string>;
const log = createLogger('silent');

beforeAll(async () => {
  opened = await createTestDatabase();
  config = readConfig({ PANNIER_LOG_LEVEL: 'silent', PANNIER_PORT: '0', PANNIER_NIGHT: 'off' });
  const { token } = await createKey(opened.database, 'test', ['recommend']);
  headers = { Authorization: `Bearer ${token}` };
  service = await startService({ ...opened, config, log, trainerEntry });
  const { intake, training } = service.stations;
  await fillShop(intake, 150);
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
  expect(await training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
  await until(async () => (await askForList()).json.release_id !== null);
});
afterAll(async () => {
  await service.stop();
  await opened.drop();
});

async function publishedRelease(): Promise<number | undefined> {
  return (await readPublishedRelease(opened.database))?.releaseId;
}

function askForList(customer = 1) {
  const id = `C${String(customer).padStart(6, '0')}`;
  return send(service.url, { method: 'GET', path: `/v1/customers/${id}/recommendations?limit=5`, headers });
}

/** Asks for lists all the while that `work` goes on; every answer must be right. */
async function whileLists(work: () => Promise<void>): Promise<void> {
  const faulty: unknown[] = [];
  let asked = 0;
  let asking = true;
  const done = (async () => {
    while (asking) {
      const { status, json } = await askForList(1 + (asked++ % 120)).catch((error) => ({
        status: String(error),
        json: {},
      }));
      if (status !== 200 || json.items.length !== 5 || json.degraded) faulty.push({ status, json });
      // A pause, because the trainer takes what the server leaves.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  try {
    await work();
  } finally {
    asking = false;
    await done;
  }
  expect(asked).toBeGreaterThan(20);
  expect(faulty).toEqual([]);
}

async function expectNextRunToWork(training: Training): Promise<TrainingRun> {
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
  const run = await training.waitForRun(trainingRunId);
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(await publishedRelease()).toBe(run.releaseId);
  const orphans = await opened.database.query(
    `select relname from pg_class where relname ~ '_v[0-9]+$' and relkind = 'r' and not relispartition`,
  );
  expect(orphans).toEqual([]);
  return run;
}

/** A stage may be over before it is seen: then another run is waited for. */
async function killAt(stage: string, training: Training): Promise<{ before: number | undefined; run: TrainingRun }> {
  for (;;) {
    const before = await publishedRelease();
    const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
    const isThere = await until(
      async () => {
        const { status, progress } = await training.readRun(trainingRunId);
        return progress.stage === stage ? 'there' : status !== 'running' && 'over';
      },
      30_000,
      1,
    );
    const trainer = training.trainerProcessId();
    if (isThere === 'there' && trainer) process.kill(trainer, 'SIGKILL');
    const run = await training.waitForRun(trainingRunId);
    if (run.status === 'failed') return { before, run };
  }
}

describe('a trainer that dies', () => {
  test.each(['snapshot', 'collaborative-filtering', 'loading'])(
    'by SIGKILL while at %s: lists go on, the release stays, the next run works',
    (stage) =>
      whileLists(async () => {
        const { training } = service.stations;
        const { before, run } = await killAt(stage, training);
        expect(run).toMatchObject({ status: 'failed', releaseId: null, verdict: null });
        expect(run.error).toContain('SIGKILL');
        expect(await publishedRelease()).toBe(before);
        await expectNextRunToWork(training);
      }),
    180_000,
  );

  test('for want of memory: the same, and the run says which setting to raise', async () => {
    const poor = createTraining({
      db: opened.database,
      connectionString: opened.connectionString,
      config: { ...config, trainerMemoryMb: 12 },
      clock: () => new Date(),
      log,
      trainerEntry,
    });
    await whileLists(async () => {
      const before = await publishedRelease();
      const { trainingRunId } = await poor.startRun({ asOf: shopEnd, recipes: unsearched });
      const run = await poor.waitForRun(trainingRunId);
      await poor.stop();
      expect(run).toMatchObject({ status: 'failed', releaseId: null });
      expect(run.error).toMatch(/memory/);
      expect(run.error).toContain('12 MB');
      expect(await publishedRelease()).toBe(before);
      await expectNextRunToWork(service.stations.training);
    });
  });
});

describe('a run that is stopped', () => {
  test('by the end of its service fails at once, and another instance can train', async () => {
    const other = createTraining({
      db: opened.database,
      connectionString: opened.connectionString,
      config,
      clock: () => new Date(),
      log,
      trainerEntry,
    });
    const { trainingRunId } = await other.startRun({ asOf: shopEnd, recipes: unsearched });
    await expect(service.stations.training.startRun({ asOf: shopEnd, recipes: unsearched })).rejects.toMatchObject({
      code: 'training_in_progress',
    });
    const processId = other.trainerProcessId()!;
    await other.stop();
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
    expect(await other.readRun(trainingRunId)).toMatchObject({ status: 'failed' });
    await expectNextRunToWork(service.stations.training);
  });

  test('without the lease it publishes nothing, whatever it learnt', async () => {
    const trainer = spawnTrainer(
      trainerEntry,
      {
        connectionString: opened.connectionString,
        schema: 'pannier',
        trainingRunId: 0,
        models: ['popularity'],
        asOf: shopEnd.toISOString(),
        seed: 1,
        recipes: {},
        publish: 'never',
        reason: 'publish',
        evaluationDays: 28,
        minorDigits: 2,
        timeZone: 'UTC',
        lease: { name: 'training', holder: 'nobody', seconds: 30 },
      },
      512,
    );
    const before = await opened.database.query('select max(version) as newest from model_versions');
    expect(await trainer.ended).toBeDefined();
    expect(await opened.database.query('select max(version) as newest from model_versions')).toEqual(before);
  });
});

describe('a run that lost its lease', () => {
  test('does not publish', async () => {
    const { training } = service.stations;
    const before = await publishedRelease();
    const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
    await opened.database.query(`update leases set expires_at = '-infinity' where name = 'training'`);
    const run = await training.waitForRun(trainingRunId);
    expect(run).toMatchObject({ status: 'failed', releaseId: null });
    expect(run.error).toMatch(/lease/);
    expect(await publishedRelease()).toBe(before);
    await expectNextRunToWork(training);
  });

  test('and was given up by another instance stays given up', async () => {
    const { training } = service.stations;
    const before = await publishedRelease();
    const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
    await opened.database.query(
      `update training_runs set status = 'failed', error = 'given up', finished_at = clock_timestamp() where training_run_id = $1`,
      [trainingRunId],
    );
    await until(async () => training.trainerProcessId() === undefined, 30_000);
    expect(await training.readRun(trainingRunId)).toMatchObject({ status: 'failed', error: 'given up' });
    expect(await publishedRelease()).toBe(before);
  });
});

// Would see: a lease that nobody can renew while a run publishes, so that it ends under a release that takes long.
test('a run that takes long to publish leaves its lease to be renewed', async () => {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
  await opened.database.transaction(async (tx) => {
    await tx.query('lock table model_versions in share row exclusive mode');
    await until(async () => {
      const publishing = await opened.database.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into model_versions%'`,
      );
      return publishing.length > 0;
    }, 30_000);
    const free = await opened.database.query(`select from leases where name = 'training' for update skip locked`);
    expect(free).toHaveLength(1);
  });
  expect(await training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
});
