// What Spark's job of a night takes with one worker of one core, and with two of them: stages by the clock.
// TEST_SPARK=… TEST_SPARK_JAR=… node dist/test/bench/nights/spark.js [order lines and events] [workers by comma]
import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { projectPath } from '../../../src/project.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { createStations } from '../../../src/stations.ts';
import { createTraining } from '../../../src/training/index.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { findSpark } from '../../support/spark/find-spark.ts';
import { startSparkCluster } from '../../support/spark/spark-cluster.ts';

const [interactionsText = '1000000', workersText = '1,2'] = process.argv.slice(2);
const interactions = Number(interactionsText);
const spark = findSpark();
if (!spark) throw new Error('TEST_SPARK names no Python with pyspark and numpy, or TEST_SPARK_JAR no JDBC driver');
const asOf = new Date('2026-10-01T00:00:00Z');
const recipes = {
  'collaborative-filtering': {
    tuning: { trials: 0 },
    methods: { rp3beta: { weight: 0 }, ials: { weight: 1, dimensions: 32, epochs: 8 } },
  },
};

const folder = await makeScratchFolder('spark-night');
const log = createLogger('warn');
const opened = await openConfiguredDatabase(readConfig({ PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off' }), log);
const trainerEntry = pathToFileURL(projectPath('dist/service/training/engines/local/trainer.js'));
try {
  const begun = performance.now();
  const shop = { customers: Math.round(interactions / 10), items: Math.round(interactions / 100), days: 365, seed: 1 };
  await recordShop(
    createStations({ ...opened, log, trainerEntry }).intake,
    generateSampleShop({ ...shop, pace: 10 / 60, end: asOf }),
    () => {},
  );
  console.log(`facts recorded in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
  for (const workers of workersText.split(',').map(Number)) {
    const cluster = await startSparkCluster(spark, 1, { workers });
    const training = createTraining({
      ...{ db: opened.database, connectionString: opened.connectionString, clock: () => new Date(), log, trainerEntry },
      config: readConfig({
        PANNIER_ENGINE: 'spark',
        PANNIER_SPARK_GATEWAY: cluster.gateway,
        // What lives for minutes is worth the better compiler.
        PANNIER_SPARK_PROPERTIES: `${cluster.properties};spark.executor.extraJavaOptions=-XX:+UseSerialGC;spark.driver.extraJavaOptions=-XX:+UseSerialGC`,
      }),
    });
    const { trainingRunId } = await training.startRun({ asOf, recipes, publish: 'never' });
    const { status, error, counts, progress } = await training.waitForRun(trainingRunId);
    const ofSpark = progress.stages.filter(({ name }) => name.startsWith('spark-'));
    const whole = ofSpark.reduce((sum, { seconds }) => sum + seconds, 0);
    console.log(`${workers} workers: ${status}${error ? `, ${error}` : ''}; ${JSON.stringify(counts)}`);
    console.log(
      `  Spark ${whole.toFixed(0)} s: ${ofSpark.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(', ')}`,
    );
    const others = progress.stages.filter(({ name }) => !name.startsWith('spark-'));
    console.log(`  here: ${others.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(', ')}`);
    await training.stop();
    await cluster.stop();
  }
} finally {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit();
