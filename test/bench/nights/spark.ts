// What a job of Spark takes with one worker of one core, and with two of them: stages by the clock, of a generated shop; and whether what
// comes of it is what the local engine learns.
// TEST_SPARK=… TEST_SPARK_JAR=… node dist/test/bench/nights/spark.js [order lines and events] [workers by comma]
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { buildInteractions, resolveRecipe, trainIals } from '../../../models/collaborative-filtering/index.ts';
import { mean } from '../../../models/statistics.ts';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import { releaseLease, takeLease } from '../../../src/db/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { projectPath } from '../../../src/project.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createStations } from '../../../src/stations.ts';
import type { RunStage } from '../../../src/training/engines/engine.ts';
import { createLocalEngine } from '../../../src/training/engines/local/engine.ts';
import { createSparkEngine } from '../../../src/training/engines/spark/engine.ts';
import { chooseRecipes } from '../../../src/training/index.ts';
import { learnRules } from '../../../src/training/learners/association-rules.ts';
import { learnersOf } from '../../../src/training/learners/index.ts';
import { learnSegments } from '../../../src/training/learners/segmentation.ts';
import { factorFit, type WorkedOut } from '../../../src/training/learners/worked-out.ts';
import type { Job } from '../../../src/training/runs/run.ts';
import { finishRun, insertRun } from '../../../src/training/runs/store.ts';
import { factsBefore } from '../../../src/training/snapshot/list-facts.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import type { Snapshot } from '../../../src/training/snapshot/snapshot.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { findSpark } from '../../support/spark/find-spark.ts';
import { type Bought, ndcgOfFactors } from '../../support/spark/ndcg.ts';
import { startSparkCluster } from '../../support/spark/spark-cluster.ts';

const [interactionsText = '1000000', workersText = '1,2'] = process.argv.slice(2);
const interactions = Number(interactionsText);
const spark = findSpark();
if (!spark) throw new Error('TEST_SPARK names no Python with pyspark and numpy, or TEST_SPARK_JAR no JDBC driver');
const end = new Date('2026-10-01T00:00:00Z');
/** Nothing is known of the four weeks after, by which factors are judged. */
const asOf = new Date(end.getTime() - 28 * 86_400_000);
/** Of the local engine's, whose lists differ by where they start. */
const starts = [1, 2, 3, 4];
const models = ['association-rules', 'collaborative-filtering', 'segmentation'] as const;
const recipes = chooseRecipes(models, { 'collaborative-filtering': { tuning: { trials: 0 } } });

const recipe = resolveRecipe(recipes['collaborative-filtering']!);
const ials = { ...recipe.methods.ials, dimensions: 32, epochs: 12 };

const folder = await makeScratchFolder('spark-night');
// Where the archive of Spark's classes lies.
process.env['TEST_FOLDER'] = folder;
const log = createLogger('warn');
const opened = await openConfiguredDatabase(readConfig({ PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off' }), log);
const { database: db, connectionString } = opened;
const secondsSince = (time: number) => (performance.now() - time) / 1_000;
try {
  const begun = performance.now();
  const shop = { customers: Math.round(interactions / 10), items: Math.round(interactions / 100), days: 365, seed: 1 };
  const trainerEntry = pathToFileURL(projectPath('dist/service/training/engines/local/trainer.js'));
  const { intake } = createStations({ ...opened, log, trainerEntry });
  await recordShop(intake, generateSampleShop({ ...shop, pace: 10 / 60, end }), () => {});
  console.log(`facts recorded in ${secondsSince(begun).toFixed(0)} s`);
  const snapshot = await readSnapshot(db, asOf);
  const facts = { lines: snapshot.sold.orders.length, events: snapshot.events.times.length };
  console.log(
    `${JSON.stringify(facts)} of ${snapshot.customerKeys.length} customers and ${snapshot.itemKeys.length} items`,
  );
  const bought = await db.query<Bought>(
    `select customer_key as customer, array_agg(distinct item_key) as items from orders join order_lines using (order_key)
     where occurred_at >= $1 and customer_key is not null group by 1 order by md5(customer_key::text) limit 2000`,
    [asOf],
  );
  const here = learnHere(snapshot, bought);
  const taken: number[] = [];
  for (const workers of workersText.split(',').map(Number)) taken.push(await time(workers, snapshot, { here, bought }));
  const times = taken.map((seconds) => (taken[0] / seconds).toFixed(2));
  console.log(`against the first: ${times.join(', ')} times as fast`);
} finally {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit();

/** What the local engine makes of the snapshot, or of what was worked out for it. */
function learnHere(snapshot: Snapshot, bought: readonly Bought[], workedOut?: WorkedOut) {
  const { itemsets } = learnRules(snapshot, recipes['association-rules']!, { timeZone: 'UTC' }, workedOut?.mined);
  const { clustering } = learnSegments(snapshot, recipes.segmentation!, {
    ...{ seed: 1, minorDigits: 2, timeZone: 'UTC', previous: undefined },
    centroids: workedOut?.centroids,
  });
  const facts = factsBefore(snapshot, snapshot.asOf, recipes['collaborative-filtering']!);
  const interactions = buildInteractions(facts.behaviours, recipe);
  const known = workedOut?.factors.map(({ items }) => ({ seed: 1, items }));
  const ndcg = mean(
    (known ?? starts.map((seed) => ({ seed }))).map((start) =>
      ndcgOfFactors(snapshot, trainIals(interactions, ials, { threads: availableParallelism(), ...start }), bought),
    ),
  );
  return { itemsets: `${itemsets.countsByLength}`, inertia: clustering.inertia, ndcg };
}

/** One job, by as many workers; its seconds. */
async function time(
  workers: number,
  snapshot: Snapshot,
  { here, bought }: { here: ReturnType<typeof learnHere>; bought: readonly Bought[] },
): Promise<number> {
  const cluster = await startSparkCluster(spark!, 1, { workers });
  // What lives for minutes is worth the better compiler.
  const properties = `${cluster.properties};spark.executor.extraJavaOptions=-XX:+UseSerialGC;spark.driver.extraJavaOptions=-XX:+UseSerialGC`;
  const config = readConfig({
    PANNIER_ENGINE: 'spark',
    PANNIER_SPARK_GATEWAY: cluster.gateway,
    PANNIER_SPARK_PROPERTIES: properties,
  });
  const run = await insertRun(db, { models: [...models], asOf, seed: 1, recipes, codeVersion: 'bench' });
  const { trainingRunId } = run;
  const lease = { name: 'training', holder: 'bench', seconds: 3_600 };
  await takeLease(db, lease.name, lease.holder, lease.seconds);
  const job: Job = {
    ...{ connectionString, schema: db.schema, trainingRunId, models: [...models], recipes, lease },
    ...{ asOf: asOf.toISOString(), seed: 1, publish: 'never', reason: 'publish' },
    ...{ evaluationDays: 28, minorDigits: 2, timeZone: 'UTC' },
  };
  const program = projectPath('src/training/engines/spark/learn.py');
  const engine = createSparkEngine({ db, job, program, runner: createLocalEngine().runner }, config.spark!);
  const { halfLifeDays } = recipe;
  const fits = [factorFit(recipe, { cut: asOf.getTime(), agedAt: asOf.getTime(), halfLifeDays, ials })];
  const stages: string[] = [];
  const stage: RunStage = async (name, work) => {
    const from = performance.now();
    const result = await work();
    stages.push(`${name} ${secondsSince(from).toFixed(1)}`);
    return result;
  };
  const settings = { asOf, seed: 1, threads: availableParallelism(), minorDigits: 2, timeZone: 'UTC' };
  const begun = performance.now();
  try {
    const due = learnersOf([...models]);
    const learnt = await engine.ahead!.workOut(
      {
        due,
        settings: { ...settings, predictedAttributes: [], barredAttributes: [] },
        snapshot,
        recipes: recipes as never,
        fits,
      },
      stage,
    );
    const seconds = secondsSince(begun);
    console.log(`${workers} workers of a core: ${seconds.toFixed(0)} s`);
    console.log(`  ${stages.join(', ')}`);
    const there = learnHere(snapshot, bought, learnt);
    console.log(`  itemsets by length ${there.itemsets === here.itemsets ? 'equal' : 'DIFFER'}: ${there.itemsets}`);
    console.log(`  inertia ${(100 * (there.inertia / here.inertia - 1)).toFixed(4)} % beside the local one`);
    console.log(
      `  NDCG@20 by factors ${there.ndcg.toFixed(4)}, of one start; local ${here.ndcg.toFixed(4)}, mean of ${starts.length}`,
    );
    return seconds;
  } finally {
    await finishRun(db, trainingRunId, { status: 'failed', error: 'a bench' });
    await releaseLease(db, lease.name, lease.holder);
    await cluster.stop();
  }
}
