import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import { exportFacts, lakeKinds } from '../../../src/intake/index.ts';
import { createLogger } from '../../../src/log.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createTraining, type TrainingRun } from '../../../src/training/index.ts';
import { getVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { createTestService, type TestService, trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';
import { describeWithSpark } from '../../support/spark/describe-with-spark.ts';
import { type SparkCluster, startSparkCluster } from '../../support/spark/spark-cluster.ts';

const end = new Date('2026-03-01T00:00:00Z');
/** Runs know nothing of the four weeks after, by which their lists are judged here. */
const asOf = new Date('2026-02-01T00:00:00Z');
/** The gateway is guarded by Spark's own filter. */
const secret = 'VmlzdWFsbHkgaW5zcGVjdCB0aGlzIGtleSwgcGxlYXNl';
const dayMs = 86_400_000;
/** Some 100,000 order lines and events. */
const shop = { seed: 7, customers: 1_700, items: 800, days: 365, end };

/** Factors make the lists, and the clusters are many enough to be told apart. */
const recipes = {
  'collaborative-filtering': {
    tuning: { trials: 0 },
    methods: { rp3beta: { weight: 0 }, ials: { weight: 1, dimensions: 16, epochs: 8 } },
    blend: { collaborative: 10, popularityPower: 0 },
    // What order the lists have is learnt from what is listed, and multiplies what differs.
    ranking: { use: 'no' },
  },
  segmentation: { clusters: 4 },
};

/** Some come back, some orders are cancelled, and somebody lets nothing be learnt: all of it matters to what is read. */
async function undoSome({ database, stations: { intake } }: TestService): Promise<void> {
  const lately = [...generateSampleShop(shop).orders()].filter(
    ({ occurred_at }) =>
      Date.parse(occurred_at) < asOf.getTime() && Date.parse(occurred_at) > asOf.getTime() - 20 * dayMs,
  );
  const [returned, cancelled] = [lately.slice(0, 300), lately.slice(-40)];
  const time = new Date(asOf.getTime() - 3_600_000).toISOString();
  const refunds = returned.map(({ order_id, lines }, place) => ({
    ...{ refund_id: `R${place}`, order_id, occurred_at: time },
    lines: [{ item_id: lines[0].item_id, quantity: 1 }],
  }));
  // The generator has taken some back whole.
  expect((await intake.recordRefunds(refunds)).counts.facts).toBeGreaterThan(250);
  await intake.recordOrders(
    cancelled.map((order) => ({ ...order, statuses: [{ status: 'cancelled', occurred_at: time }] })),
  );
  const [{ customer_id }] = await database.query<{ customer_id: string }>(
    'select customer_id from customers join orders using (customer_key) group by 1 order by count(*) desc limit 1',
  );
  await intake.upsertCustomers([{ customer_id, profiling_allowed: false }]);
}

describeWithSpark('a cluster of Spark', (spark) => {
  let cluster: SparkCluster;
  let service: TestService;

  beforeAll(async () => {
    cluster = await startSparkCluster(spark, 2, { secret });
    const env = {
      PANNIER_ENGINE: 'spark',
      PANNIER_SPARK_GATEWAY: cluster.gateway,
      PANNIER_SPARK_GATEWAY_SECRET: secret,
      PANNIER_SPARK_PROPERTIES: cluster.properties,
    };
    service = await createTestService({ env });
    await recordShop(service.stations.intake, generateSampleShop(shop), () => {});
  });
  afterAll(async () => {
    await service.stop();
    await cluster.stop();
  });

  async function train(training = service.stations.training, more: object = {}): Promise<TrainingRun> {
    const { trainingRunId } = await training.startRun({ asOf, recipes, ...more });
    return training.waitForRun(trainingRunId);
  }

  /** Another instance's, with settings of its own. */
  const otherTraining = (env: Record<string, string>) =>
    createTraining({
      db: service.database,
      connectionString: service.connectionString,
      config: readConfig({ PANNIER_LOG_LEVEL: 'silent', ...env }),
      clock: () => new Date(),
      log: createLogger('silent'),
      trainerEntry,
    });
  const publishedRelease = async () => (await readPublishedRelease(service.database))?.releaseId;
  /** NDCG@20 of a version's lists by what their customers bought afterwards, whether they bought it before or not. */
  async function ndcgOfLists({ versions }: TrainingRun): Promise<number> {
    const customers = await service.database.query<{ list: Buffer; bought: number[] }>(
      `select list, array_agg(distinct item_key) as bought
       from customer_lists join orders using (customer_key) join order_lines using (order_key)
       where version = $1 and occurred_at >= $2 group by customer_key, list`,
      [versions['collaborative-filtering'], asOf],
    );
    expect(customers.length).toBeGreaterThan(500);
    const gain = (place: number) => 1 / Math.log2(place + 2);
    const places = Array.from({ length: 20 }, (_, place) => place);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const ndcgs = customers.map(({ list, bought }) => {
      const shown = places.slice(0, list.length / 13).map((place) => list.readInt32BE(place * 4));
      const gained = sum(shown.map((item, place) => (bought.includes(item) ? gain(place) : 0)));
      return gained / sum(places.slice(0, bought.length).map(gain));
    });
    return sum(ndcgs) / ndcgs.length;
  }
  /** Processes that drive the job of a run. */
  const driversOf = (run: number) =>
    spawnSync('pgrep', ['-f', `learn.py ${run}$`], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
  const inStage = (run: number, stage: string) =>
    until(async () => (await service.stations.training.readRun(run)).progress.stage === stage, 240_000, 200);

  /** What both engines learn of the shop before any of it is undone, once for all tests. */
  let learnt: Promise<{ local: TrainingRun; there: TrainingRun }> | undefined;
  const learnByBoth = () => {
    learnt ??= (async () => {
      const here = otherTraining({});
      const local = await train(here, { publish: 'gate' });
      await here.stop();
      return { local, there: await train() };
    })();
    return learnt;
  };

  test('learns what the local engine learns; what was published before can be gone back to', async () => {
    const { local, there } = await learnByBoth();
    expect(local).toMatchObject({ status: 'succeeded', error: null });
    expect(there).toMatchObject({ error: null });

    const rules = async ({ versions }: TrainingRun) =>
      (await getVersion(service.database, 'association-rules', versions['association-rules']!)).checksum;
    expect(there.metrics['itemsets_by_length']).toEqual(local.metrics['itemsets_by_length']);
    expect(await rules(there)).toBe(await rules(local));
    const inertia = [there, local].map(({ metrics }) => metrics['inertia'] as number);
    expect(Math.abs(inertia[0] / inertia[1] - 1)).toBeLessThan(0.001);
    const ndcg = [await ndcgOfLists(there), await ndcgOfLists(local)];
    expect(Math.abs(ndcg[0] - ndcg[1])).toBeLessThan(0.005);
    for (const { versions } of [there, local]) {
      await service.stations.training.publish('segmentation', versions.segmentation!);
      expect((await readPublishedRelease(service.database))?.versions.segmentation).toBe(versions.segmentation);
    }
  }, 600_000);

  test('learns the same from Parquet by day, and says so where a day is not whole', async () => {
    await learnByBoth();
    await undoSome(service);
    const folder = await makeScratchFolder('lake');
    const exporting = { kinds: lakeKinds, minorDigits: 2, timeZone: 'UTC' };
    await exportFacts(service.database, folder, exporting);
    const lake = otherTraining({
      PANNIER_ENGINE: 'spark',
      PANNIER_SPARK_GATEWAY: cluster.gateway,
      PANNIER_SPARK_GATEWAY_SECRET: secret,
      PANNIER_SPARK_PROPERTIES: cluster.properties,
      PANNIER_SPARK_SOURCE: `file://${folder}`,
    });
    // Of factors as many as show that the same behaviours were read.
    const ials = { weight: 1, dimensions: 8, epochs: 4 };
    const few = {
      ...recipes,
      'collaborative-filtering': { ...recipes['collaborative-filtering'], methods: { rp3beta: { weight: 0 }, ials } },
    };
    const [byJdbc, byParquet] = [
      await train(service.stations.training, { recipes: few }),
      await train(lake, { recipes: few }),
    ];
    expect([byJdbc.error, byParquet.error]).toEqual([null, null]);
    expect(byParquet.metrics['itemsets_by_length']).toEqual(byJdbc.metrics['itemsets_by_length']);
    const rules = async ({ versions }: TrainingRun) =>
      (await getVersion(service.database, 'association-rules', versions['association-rules']!)).checksum;
    expect(await rules(byParquet)).toBe(await rules(byJdbc));
    const inertia = [byParquet, byJdbc].map(({ metrics }) => metrics['inertia'] as number);
    expect(Math.abs(inertia[0] / inertia[1] - 1)).toBeLessThan(0.001);
    expect(Math.abs((await ndcgOfLists(byParquet)) - (await ndcgOfLists(byJdbc)))).toBeLessThan(0.005);

    const [{ day, rows }] = await service.database.query<{ day: string; rows: number }>(
      `select (occurred_at at time zone 'UTC')::date::text as day, count(*)::int as rows
       from orders join order_lines using (order_key) where occurred_at < $1 group by 1 order by 1 limit 1`,
      [asOf],
    );
    const stranger = otherTraining({
      PANNIER_ENGINE: 'spark',
      PANNIER_SPARK_GATEWAY: cluster.gateway,
      PANNIER_SPARK_GATEWAY_SECRET: secret.replace('V', 'W'),
      PANNIER_SPARK_PROPERTIES: cluster.properties,
    });
    expect(await train(stranger, { models: ['association-rules'], recipes: undefined })).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/PANNIER_SPARK_GATEWAY_SECRET/),
    });
    await stranger.stop();
    await rm(join(folder, 'order_lines', `day=${day}`), { recursive: true });
    const before = await publishedRelease();
    expect(await train(lake, { models: ['association-rules'], recipes: undefined })).toMatchObject({
      status: 'failed',
      error: `Spark failed: PANNIER_SPARK_SOURCE: of order_lines on ${day} there are 0 rows, in the database ${rows}: write them with \`export facts\``,
    });
    expect(await publishedRelease()).toBe(before);
    await lake.stop();
    await rm(folder, { recursive: true });
  }, 900_000);

  test('ends within ten seconds after its run does', async () => {
    const before = await publishedRelease();
    const { trainingRunId } = await service.stations.training.startRun({ asOf, recipes });
    await inStage(trainingRunId, 'spark-facts');
    expect(driversOf(trainingRunId).length).toBeGreaterThan(0);
    const asked = performance.now();
    await service.database.query(
      `update training_runs set status = 'failed', error = 'given up', finished_at = clock_timestamp()
       where training_run_id = $1`,
      [trainingRunId],
    );
    await until(async () => driversOf(trainingRunId).length === 0, 30_000);
    expect(performance.now() - asked).toBeLessThan(10_000);
    await service.stations.training.waitForRun(trainingRunId);
    expect(await publishedRelease()).toBe(before);
  }, 600_000);

  test('is reached by spark-submit as well, and its failure is told in its words', async () => {
    const submit = (master: string) =>
      otherTraining({
        PANNIER_ENGINE: 'spark',
        PANNIER_SPARK_SUBMIT: `${spark.home}/bin/spark-submit --master ${master}`,
        PANNIER_SPARK_PROPERTIES: `spark.jars=${spark.jar};spark.pyspark.python=${spark.python};spark.pyspark.driver.python=${spark.python}`,
      });
    const rules = { models: ['association-rules'], recipes: undefined };
    const there = submit('local[2]');
    expect(await train(there, rules)).toMatchObject({ status: 'succeeded', error: null });
    await there.stop();
    const nowhere = submit('nonsense');
    const failed = await train(nowhere, rules);
    await nowhere.stop();
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringMatching(/^spark-submit ended with code 1/) });
  }, 600_000);
});
