import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a test needs of Spark. */
export interface SparkOnThisMachine {
  /** a Python with pyspark and numpy */
  python: string;
  home: string;
  /** JDBC driver of Postgres */
  jar: string;
}

/** By TEST_SPARK and TEST_SPARK_JAR; undefined: there is none. */
export function findSpark(): SparkOnThisMachine | undefined {
  const [python, jar] = [process.env['TEST_SPARK'], process.env['TEST_SPARK_JAR']];
  if (!python || !jar || !existsSync(jar)) return undefined;
  const told = spawnSync(python, ['-c', 'import numpy, pyspark; print(pyspark.__path__[0])'], { encoding: 'utf8' });
  return told.status === 0 ? { python, jar, home: told.stdout.trim() } : undefined;
}
