import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import type { SparkPatience } from '../../../src/training/engines/spark/engine.ts';
import type { SparkSettings } from '../../../src/training/engines/spark/settings.ts';
import { submit } from '../../../src/training/engines/spark/submission.ts';
import { selectRun } from '../../../src/training/runs/store.ts';
import { type BreakableConnection, createBreakableConnection } from '../../support/service/breakable-connection.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, until } from '../../support/shops/training-shop.ts';
import { describeWithSpark } from '../../support/spark/describe-with-spark.ts';
import { type SparkCluster, startSparkCluster } from '../../support/spark/spark-cluster.ts';
import { type SparkRun, trainHere } from '../../support/spark/train-here.ts';

const patience: SparkPatience = {
  ...{ pollMs: 100, answerMs: 10_000, takeSeconds: 240, workerSeconds: 240 },
  ...{ doubtSeconds: 6, silentSeconds: 60, gatewaySeconds: 60 },
};
const program = projectPath('src/training/engines/spark/learn.py');

/** Each fault comes in the middle of a night; nothing is published by it, and the next night works. */
describeWithSpark('faults of a cluster', (spark) => {
  let cluster: SparkCluster;
  let service: TestService;
  let relay: BreakableConnection;
  let settings: SparkSettings;
  let before: number;
  let goOn = () => {};

  beforeAll(async () => {
    [cluster, service] = await Promise.all([startSparkCluster(spark, 1), createTestService()]);
    await fillShop(service.stations.intake, 60);
    relay = await createBreakableConnection(Number(new URL(service.connectionString).port));
    settings = { gateway: cluster.gateway, properties: propertiesOf(cluster.properties) };
  }, 600_000);
  afterAll(async () => {
    await relay.close();
    await service.stop();
    await cluster.stop();
  });
  afterEach(() => goOn());
  beforeEach(async () => {
    before = await countReleases();
  });

  /** Begins a night of rules alone; its driver reaches the database through the relay. */
  async function beginNight() {
    const connection = new URL(service.connectionString);
    connection.port = String(relay.port);
    let over: ReturnType<typeof trainHere> | undefined;
    const trainingRunId = await new Promise<number>((resolve) => {
      const run: SparkRun = {
        ...{ settings, patience, program, models: ['association-rules'], onStart: resolve },
        recipes: { 'association-rules': { minimumCount: 3, minimumSupport: 0, itemsetsPerItem: 0 } },
        connectionString: connection.href,
      };
      over = trainHere(service, run);
    });
    return { trainingRunId, over: over! };
  }
  /** Begins one and holds it in the middle: the cluster reads order lines that are locked until `goOn`. */
  async function beginAndHold() {
    const night = await beginNight();
    const inStage = (stage: string) =>
      until(async () => {
        const run = await selectRun(service.database, night.trainingRunId);
        if (run?.status === 'failed') throw new Error(run.error!);
        return run?.progress.stage === stage;
      }, 240_000);
    await inStage('spark-submitting');
    const holder = openDatabase({ connectionString: service.connectionString, schema: 'pannier', poolSize: 1 });
    const held = new Promise<void>((locked, failed) => {
      holder
        .transaction(async (connection) => {
          await connection.query('lock table order_lines in access exclusive mode');
          locked();
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
        })
        .catch(failed)
        .finally(() => holder.close());
    });
    await held;
    await inStage('spark-facts');
    return night;
  }
  async function countReleases(): Promise<number> {
    const [{ count }] = await service.database.query<{ count: number }>('select count(*)::int as count from releases');
    return count;
  }
  const drivers = (run: number) => spawnSync('pgrep', ['-f', `learn.py ${run}$`], { encoding: 'utf8' }).stdout;
  const expectNextNightToWork = async () => {
    const { over } = await beginNight();
    expect((await over).failure).toBeUndefined();
    expect(await countReleases()).toBe(before + 1);
  };
  const expectNothingOf = async (run: number) => {
    await until(async () => drivers(run) === '', 60_000, 200);
    expect(await countReleases()).toBe(before);
    expect(await service.database.query('select 1 from engine_jobs')).toEqual([]);
    expect(await service.database.query('select 1 from engine_results')).toEqual([]);
  };

  test('its workers are killed', async () => {
    const night = await beginAndHold();
    await cluster.killWorkers();
    goOn();
    expect((await night.over).failure).toBe('the Spark driver is ERROR');
    await expectNothingOf(night.trainingRunId);
    await cluster.startWorker();
    await expectNextNightToWork();
  }, 600_000);

  test('its master is killed and started anew, which ends what it does not know', async () => {
    const night = await beginAndHold();
    await cluster.killMaster();
    await cluster.startMaster();
    expect((await night.over).failure).toBe('the Spark master knows nothing of the driver any more');
    goOn();
    await expectNothingOf(night.trainingRunId);
    await expectNextNightToWork();
  }, 600_000);

  test('its driver reaches the database no more; of the next night, submitted twice, one driver makes one release', async () => {
    const night = await beginAndHold();
    relay.cut();
    goOn();
    expect((await night.over).failure).toBe('the Spark driver is FAILED');
    await expectNothingOf(night.trainingRunId);
    relay.mend(Number(new URL(service.connectionString).port));

    const { trainingRunId, over } = await beginAndHold();
    const { host, pathname, username, password } = new URL(service.connectionString);
    const url = `jdbc:postgresql://${host}${pathname}?currentSchema=pannier`;
    const local = { 'spark.master': 'local[1]', 'spark.pyspark.driver.python': spark.python };
    const twin = await submit(
      { submit: [`${spark.home}/bin/spark-submit`], properties: { ...settings.properties, ...local } },
      { file: program, run: trainingRunId, database: JSON.stringify({ url, user: username, password }) },
      patience.answerMs,
    );
    // As a driver ends that finds nothing to do.
    expect(await until(() => twin.failure(), 240_000, 100)).toMatch(/^spark-submit ended with code 3/);
    goOn();
    expect((await over).failure).toBeUndefined();
    expect(await countReleases()).toBe(before + 1);
  }, 600_000);
});

const propertiesOf = (text: string) =>
  Object.fromEntries(
    text.split(';').map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
