import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '../../../src/project.ts';
import { until } from '../shops/training-shop.ts';
import type { SparkOnThisMachine } from './find-spark.ts';

/** Everything here lives for a minute or two: what only pays later is left out. */
const shortLived = '-Xss16m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/**
 * Options of each Java that belongs to Spark: with the ten thousand classes that a session loads in an archive, which the first file of a
 * run makes for all, a session takes half of the processor's time.
 */
export async function javaOptions(spark: SparkOnThisMachine): Promise<string> {
  const folder = process.env['TEST_FOLDER'];
  if (!folder) throw new Error('TEST_FOLDER is not set: run the tests through npm test');
  const archive = join(folder, 'spark.jsa');
  try {
    await mkdir(join(folder, 'spark'));
    await makeArchive(spark, `${archive}.unfinished`);
    await rename(`${archive}.unfinished`, archive);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await until(async () => existsSync(archive), 240_000, 100);
  }
  return `${shortLived} -XX:SharedArchiveFile=${archive}`;
}

async function makeArchive({ home, python }: SparkOnThisMachine, file: string): Promise<void> {
  const env = {
    ...process.env,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    PYSPARK_PYTHON: python,
    PYSPARK_SUBMIT_ARGS: `--conf spark.ui.enabled=false --driver-java-options "${shortLived} -XX:ArchiveClassesAtExit=${file}" pyspark-shell`,
  };
  await promisify(execFile)(python, [projectPath('test/support/spark/load-classes.py')], { env });
}
