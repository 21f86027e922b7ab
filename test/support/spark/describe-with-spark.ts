import { describe } from '@jest/globals';
import { findSpark, type SparkOnThisMachine } from './find-spark.ts';

/** A suite that needs it; skipped, saying so, where there is none. `.ci/run` lets none be skipped. */
export function describeWithSpark(name: string, suite: (spark: SparkOnThisMachine) => void): void {
  const spark = findSpark();
  const missing =
    '[skipped: TEST_SPARK names no Python with pyspark and numpy, or TEST_SPARK_JAR no JDBC driver of Postgres]';
  if (spark === undefined) describe.skip(`${name} ${missing}`, () => suite({ python: '', home: '', jar: '' }));
  else describe(name, () => suite(spark));
}
