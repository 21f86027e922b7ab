import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';

/** What a test needs of Spark. */
export interface SparkOnThisMachine {
  /** a Python with pyspark and numpy */
  python: string;
  home: string;
  /** JDBC driver of Postgres */
  jar: string;
}

function findSpark(): SparkOnThisMachine | undefined {
  const [python, jar] = [process.env['TEST_SPARK'], process.env['TEST_SPARK_JAR']];
  if (!python || !jar || !existsSync(jar)) return undefined;
  const told = spawnSync(python, ['-c', 'import numpy, pyspark; print(pyspark.__path__[0])'], { encoding: 'utf8' });
  return told.status === 0 ? { python, jar, home: told.stdout.trim() } : undefined;
}

/** A suite that needs it; skipped, saying so, where there is none. `.ci/run` lets none be skipped. */
export function describeWithSpark(name: string, suite: (spark: SparkOnThisMachine) => void): void {
  const spark = findSpark();
  const missing =
    '[skipped: TEST_SPARK names no Python with pyspark and numpy, or TEST_SPARK_JAR no JDBC driver of Postgres]';
  if (spark === undefined) describe.skip(`${name} ${missing}`, () => suite({ python: '', home: '', jar: '' }));
  else describe(name, () => suite(spark));
}
