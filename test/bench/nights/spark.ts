// What a job of Spark takes with one worker of one core, and with two of them: stages by the clock, of a generated shop; and whether what
// comes of it is what the local engine learns.
// TEST_SPARK=… TEST_SPARK_JAR=… node dist/test/bench/nights/spark.js [order lines and events] [workers by comma] [factors]
// With `factors` at the end nothing else is learnt, by as many starts of Spark as of the local engine, a job each.
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import {
  buildInteractions,
  type IalsRecipe,
  resolveRecipe,
  type SparseMatrix,
  trainIals,
} from '../../../models/collaborative-filtering/index.ts';
import { startWhereFactorsLive } from '../../../models/collaborative-filtering/search/start-of-factors.ts';
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

const [interactionsText = '1000000', workersText = '1,2', part] = process.argv.slice(2);
const factorsAlone = part === 'factors';
const interactions = Number(interactionsText);
const spark = findSpark();
if (!spark) throw new Error('TEST_SPARK names no Python with pyspark and numpy, or TEST_SPARK_JAR no JDBC driver');
const end = new Date('2026-10-01T00:00:00Z');
/** Nothing is known of the four weeks after, by which factors are judged. */
const asOf = new Date(end.getTime() - 28 * 86_400_000);
/** Lists of factors differ by where these start. */
const starts = [1, 2, 3, 4];
const everything = ['association-rules', 'collaborative-filtering', 'segmentation'] as const;
const models = factorsAlone ? (['collaborative-filtering'] as const) : everything;
const recipes = chooseRecipes(everything, { 'collaborative-filtering': { tuning: { trials: 0 } } });
const nightly = recipes['collaborative-filtering']!;
// As the engine has it.
const regularisedBy = 'cells';
const listRecipe = {
  ...nightly,
  methods: { ...nightly.methods, ials: { ...nightly.methods.ials, regularisedBy } },
} as const;
const recipe = resolveRecipe(listRecipe);

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
  const { behaviours } = factsBefore(snapshot, snapshot.asOf, listRecipe);
  const matrix = buildInteractions(behaviours, recipe);
  // The recipe's first values, or those at which factors live.
  const ials = resolveRecipe(startWhereFactorsLive(listRecipe, matrix)).methods.ials;
  const { unobservedWeight, regularisation } = ials;
  console.log(`factors by ${JSON.stringify({ unobservedWeight, regularisation, dimensions: ials.dimensions })}`);
  const shopFacts: ShopFacts = { snapshot, matrix, ials, bought };
  const here = learnHere(shopFacts);
  const taken: number[] = [];
  for (const workers of workersText.split(',').map(Number)) taken.push(await time(workers, shopFacts, here));
  const times = taken.map((seconds) => (taken[0] / seconds).toFixed(2));
  console.log(`against the first: ${times.join(', ')} times as fast`);
} finally {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit();

/** What is learnt from, and what factors are judged by. */
interface ShopFacts {
  snapshot: Snapshot;
  matrix: SparseMatrix;
  ials: IalsRecipe;
  bought: readonly Bought[];
}

/** What the local engine makes of the snapshot, or of what was worked out for it; factors by each of its starts. */
function learnHere({ snapshot, matrix, ials, bought }: ShopFacts, workedOut?: WorkedOut) {
  const known = workedOut?.factors.map(({ items }) => ({ seed: 1, items }));
  const ndcgs = (known ?? starts.map((seed) => ({ seed }))).map((start) =>
    ndcgOfFactors(snapshot, trainIals(matrix, ials, { threads: availableParallelism(), ...start }), bought),
  );
  if (factorsAlone) return { ndcgs };
  const { itemsets } = learnRules(snapshot, recipes['association-rules']!, { timeZone: 'UTC' }, workedOut?.mined);
  const { clustering } = learnSegments(snapshot, recipes.segmentation!, {
    ...{ seed: 1, minorDigits: 2, timeZone: 'UTC', previous: undefined },
    centroids: workedOut?.centroids,
  });
  return { ndcgs, itemsets: `${itemsets.countsByLength}`, inertia: clustering.inertia };
}

type Learnt = ReturnType<typeof learnHere>;

/** Jobs by as many workers, one or one a start; the seconds of the first. */
async function time(workers: number, facts: ShopFacts, here: Learnt): Promise<number> {
  const learnt: Learnt[] = [];
  const taken: number[] = [];
  for (const seed of factorsAlone ? starts : starts.slice(0, 1)) {
    const { seconds, there } = await work(workers, facts, seed);
    taken.push(seconds);
    learnt.push(there);
  }
  const [first] = learnt;
  if (!factorsAlone) {
    console.log(`  itemsets by length ${first.itemsets === here.itemsets ? 'equal' : 'DIFFER'}: ${first.itemsets}`);
    console.log(`  inertia ${(100 * (first.inertia! / here.inertia! - 1)).toFixed(4)} % beside the local one`);
  }
  const describe = (ndcgs: readonly number[]) =>
    `${mean(ndcgs).toFixed(4)} (${ndcgs.map((ndcg) => ndcg.toFixed(4)).join(', ')})`;
  console.log(`  NDCG@20 by factors ${describe(learnt.flatMap(({ ndcgs }) => ndcgs))}; local ${describe(here.ndcgs)}`);
  return taken[0];
}

/** One job. */
async function work(workers: number, facts: ShopFacts, seed: number): Promise<{ seconds: number; there: Learnt }> {
  const { snapshot, ials } = facts;
  const cluster = await startSparkCluster(spark!, 1, { workers });
  // What lives for minutes is worth the better compiler.
  const properties = `${cluster.properties};spark.executor.extraJavaOptions=-XX:+UseSerialGC;spark.driver.extraJavaOptions=-XX:+UseSerialGC`;
  const config = readConfig({
    PANNIER_ENGINE: 'spark',
    PANNIER_SPARK_GATEWAY: cluster.gateway,
    PANNIER_SPARK_PROPERTIES: properties,
  });
  const run = await insertRun(db, { models: [...models], asOf, seed, recipes, codeVersion: 'bench' });
  const { trainingRunId } = run;
  const lease = { name: 'training', holder: 'bench', seconds: 3_600 };
  await takeLease(db, lease.name, lease.holder, lease.seconds);
  const job: Job = {
    ...{ connectionString, schema: db.schema, trainingRunId, models: [...models], recipes, lease },
    ...{ asOf: asOf.toISOString(), seed, publish: 'never', reason: 'publish' },
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
  const settings = { asOf, seed, threads: availableParallelism(), minorDigits: 2, timeZone: 'UTC' };
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
    return { seconds, there: learnHere(facts, learnt) };
  } finally {
    await finishRun(db, trainingRunId, { status: 'failed', error: 'a bench' });
    await releaseLease(db, lease.name, lease.holder);
    await cluster.stop();
  }
}
