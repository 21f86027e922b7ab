import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resolveRecipe, trainIals } from '../../../models/collaborative-filtering/index.ts';
import { buildInteractions } from '../../../models/collaborative-filtering/interactions.ts';
import { mean } from '../../../models/statistics.ts';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import { exportFacts, lakeKinds, selectFactSources, selectLakeSource } from '../../../src/intake/index.ts';
import { createLogger } from '../../../src/log.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { chooseRecipes, createTraining, type TrainingRun } from '../../../src/training/index.ts';
import { factorFit } from '../../../src/training/learners/worked-out.ts';
import { factsBefore } from '../../../src/training/snapshot/list-facts.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { getVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { createTestService, type TestService, trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';
import { javaOptions } from '../../support/spark/class-archive.ts';
import { describeWithSpark } from '../../support/spark/describe-with-spark.ts';
import { type Bought, ndcgOf, ndcgOfFactors, rowsInOrder } from '../../support/spark/ndcg.ts';
import { inOneOrder, readBySpark } from '../../support/spark/read-facts.ts';
import { cellsOf, readHere } from '../../support/spark/read-here.ts';
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
    methods: { rp3beta: { weight: 0 }, ials: { weight: 1, dimensions: 16, epochs: 12 } },
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
  const beforeEnd = (minutes: number) => new Date(asOf.getTime() - 60_000 * minutes).toISOString();
  // Of some that are cancelled a piece had come back, as it was recorded, afterwards.
  const refunds = [...returned, ...cancelled.slice(0, 20)].map(({ order_id, lines }, place) => ({
    ...{ refund_id: `R${place}`, order_id, occurred_at: beforeEnd(place < returned.length ? 60 : 30) },
    lines: [{ item_id: lines[0].item_id, quantity: 1 }],
  }));
  // The generator has taken some back whole.
  expect((await intake.recordRefunds(refunds)).counts.facts).toBeGreaterThan(250);
  await intake.recordOrders(
    cancelled.map((order) => ({ ...order, statuses: [{ status: 'cancelled', occurred_at: beforeEnd(60) }] })),
  );
  const [{ customer_id }] = await database.query<{ customer_id: string }>(
    'select customer_id from customers join orders using (customer_key) group by 1 order by count(*) desc limit 1',
  );
  await intake.upsertCustomers([{ customer_id, profiling_allowed: false }]);
}

describeWithSpark('a cluster of Spark', (spark) => {
  let cluster: SparkCluster;
  let service: TestService;
  /** all facts as Parquet */
  let folder: string;

  beforeAll(async () => {
    cluster = await startSparkCluster(spark, 2, { secret });
    const env = {
      PANNIER_ENGINE: 'spark',
      PANNIER_SPARK_GATEWAY: cluster.gateway,
      PANNIER_SPARK_GATEWAY_SECRET: secret,
      PANNIER_SPARK_PROPERTIES: cluster.properties,
    };
    service = await createTestService({ env });
    folder = await makeScratchFolder('lake');
    await recordShop(service.stations.intake, generateSampleShop(shop), () => {});
    await undoSome(service);
    await service.database.query('update events set list_position = 1 + event_key % 5 where event_key % 2 = 0');
    await exportFacts(service.database, folder, { kinds: lakeKinds, minorDigits: 2, timeZone: 'UTC' });
  }, 600_000);
  afterAll(async () => {
    await service.stop();
    await cluster.stop();
    await rm(folder, { recursive: true });
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
  const rulesOf = async ({ versions }: TrainingRun) =>
    (await getVersion(service.database, 'association-rules', versions['association-rules']!)).checksum;
  /** NDCG@20 of a version's lists by what their customers bought afterwards, whether they bought it before or not. */
  async function ndcgOfLists({ versions }: TrainingRun): Promise<number> {
    const customers = await service.database.query<{ list: Buffer; bought: number[] }>(
      `select list, array_agg(distinct item_key) as bought
       from customer_lists join orders using (customer_key) join order_lines using (order_key)
       where version = $1 and occurred_at >= $2 group by customer_key, list`,
      [versions['collaborative-filtering'], asOf],
    );
    expect(customers.length).toBeGreaterThan(500);
    const shown = (list: Buffer) =>
      Array.from({ length: Math.min(20, list.length / 13) }, (_, place) => list.readInt32BE(place * 4));
    return mean(customers.map(({ list, bought }) => ndcgOf(shown(list), bought)));
  }
  /** Processes that drive the job of a run. */
  const driversOf = (run: number) =>
    spawnSync('pgrep', ['-f', `learn.py ${run}$`], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
  const inStage = (run: number, stage: string) =>
    until(async () => (await service.stations.training.readRun(run)).progress.stage === stage, 240_000, 200);

  test('reads of Postgres and of Parquet what the local engine reads; factors of it are worth the same', async () => {
    const db = service.database;
    const placeWeights = [1, 0.5, 1.25, 2];
    const snapshot = { ...(await readSnapshot(db, asOf)), placeWeights };
    expect(new Set(snapshot.events.places)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    const at = asOf.getTime();
    const recipe = chooseRecipes(['collaborative-filtering', 'segmentation'], recipes)['collaborative-filtering']!;
    const { halfLifeDays, methods } = resolveRecipe(recipe);
    // Enough for what an epoch still changes to be less than what the start does.
    const ials = { ...methods.ials, epochs: 16 };
    const fit = factorFit(recipe, { cut: at, agedAt: at, halfLifeDays, placeWeights, ials });
    const { length: customerCount } = snapshot.customerKeys;
    const factors = [{ ...fit, customerCount, itemCount: snapshot.itemKeys.length }];
    const plan = { asOf: at, timeZone: 'UTC', minorDigits: 2, partitions: 4, factors };
    const lake = { ...(await selectLakeSource(db, asOf, snapshot.watermark, 'UTC')), path: `file://${folder}` };
    const there = await readBySpark(spark, service, {
      jdbc: { ...plan, sources: await selectFactSources(db, asOf, snapshot.watermark, 4), starts: [1, 2, 3, 4] },
      parquet: { ...plan, lake },
    });

    expect(snapshot.refunds.lines.length).toBeGreaterThan(250);
    const facts = inOneOrder(readHere(snapshot));
    expect(facts.orders.length).toBeGreaterThan(5_000);
    expect(facts.events.length).toBeGreaterThan(30_000);
    const interactions = buildInteractions(factsBefore(snapshot, at, recipe).behaviours, { halfLifeDays });
    const cells = cellsOf(snapshot, interactions);
    for (const read of [there.jdbc, there.parquet]) {
      expect(inOneOrder(read)).toEqual(facts);
      expect(read.cells.length).toBe(cells.size);
      // Singles here, doubles there.
      const off = ([customer, item, value]: number[]) => Math.abs(value / cells.get(`${customer} ${item}`)! - 1);
      expect(Math.max(...read.cells.map(off))).toBeLessThan(1e-6);
    }

    // By where they start the lists of one engine differ by .01 and more; so what is compared is the mean of several starts.
    const bought = await db.query<Bought>(
      `select customer_key as customer, array_agg(distinct item_key) as items from orders join order_lines using (order_key)
       where occurred_at >= $1 and customer_key is not null group by 1`,
      [asOf],
    );
    const worth = (options: { seed: number; items?: Float32Array }) =>
      ndcgOfFactors(snapshot, trainIals(interactions, ials, options), bought);
    const local = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => worth({ seed }));
    const theirs = there.jdbc.factors.map((rows) => worth({ seed: 1, items: rowsInOrder(snapshot, rows) }));
    expect(Math.abs(mean(theirs) - mean(local))).toBeLessThan(0.005);
  }, 600_000);

  test('learns what the local engine learns; what was published before can be gone back to', async () => {
    const here = otherTraining({});
    const local = await train(here, { publish: 'gate' });
    await here.stop();
    const there = await train();
    expect(local).toMatchObject({ status: 'succeeded', error: null });
    expect(there).toMatchObject({ error: null });
    expect(there.progress.stages.map(({ name }) => name)).toContain('spark-factors');

    expect(there.metrics['itemsets_by_length']).toEqual(local.metrics['itemsets_by_length']);
    expect(await rulesOf(there)).toBe(await rulesOf(local));
    const inertia = [there, local].map(({ metrics }) => metrics['inertia'] as number);
    expect(Math.abs(inertia[0] / inertia[1] - 1)).toBeLessThan(0.001);
    const ndcg = [await ndcgOfLists(there), await ndcgOfLists(local)];
    // Of one start each: what a start is worth is told by the test of factors.
    expect(Math.abs(ndcg[0] - ndcg[1])).toBeLessThan(0.015);
    for (const { versions } of [there, local]) {
      await service.stations.training.publish('segmentation', versions.segmentation!);
      expect((await readPublishedRelease(service.database))?.versions.segmentation).toBe(versions.segmentation);
    }
  }, 600_000);

  test('is reached by spark-submit as well, learns the same from Parquet, and says so where a day is not whole', async () => {
    const submitted = {
      PANNIER_ENGINE: 'spark',
      PANNIER_SPARK_SUBMIT: `${spark.home}/bin/spark-submit --master local[2]`,
      PANNIER_SPARK_PROPERTIES: [
        ...[`spark.jars=${spark.jar}`, 'spark.ui.enabled=false', `spark.pyspark.python=${spark.python}`],
        ...[`spark.pyspark.driver.python=${spark.python}`, `spark.driver.extraJavaOptions=${await javaOptions(spark)}`],
      ].join(';'),
    };
    const rules = { models: ['association-rules'], recipes: undefined };
    const [here, lake] = [otherTraining({}), otherTraining({ ...submitted, PANNIER_SPARK_SOURCE: `file://${folder}` })];
    const [local, there] = [await train(here, rules), await train(lake, rules)];
    await here.stop();
    expect(there).toMatchObject({ status: 'succeeded', error: null });
    expect(await rulesOf(there)).toBe(await rulesOf(local));

    const [{ day, rows }] = await service.database.query<{ day: string; rows: number }>(
      `select (occurred_at at time zone 'UTC')::date::text as day, count(*)::int as rows
       from orders join order_lines using (order_key) where occurred_at < $1 group by 1 order by 1 limit 1`,
      [asOf],
    );
    await rm(join(folder, 'order_lines', `day=${day}`), { recursive: true });
    const before = await publishedRelease();
    expect(await train(lake, rules)).toMatchObject({
      status: 'failed',
      error: `Spark failed: PANNIER_SPARK_SOURCE: of order_lines on ${day} there are 0 rows, in the database ${rows}: write them with \`export facts\``,
    });
    expect(await publishedRelease()).toBe(before);
    await lake.stop();
    const nowhere = otherTraining({
      ...submitted,
      PANNIER_SPARK_SUBMIT: `${spark.home}/bin/spark-submit --master nonsense`,
    });
    const failed = await train(nowhere, rules);
    await nowhere.stop();
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringMatching(/^spark-submit ended with code 1/) });
  }, 600_000);

  test('lets nobody in without the secret of its gateway', async () => {
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
  }, 60_000);

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
});
