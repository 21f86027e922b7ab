import { execFile } from 'node:child_process';
import { projectPath } from '../../../src/project.ts';
import type { TestService } from '../service/service.ts';
import { javaOptions } from './class-archive.ts';
import type { SparkOnThisMachine } from './find-spark.ts';

/** A sale line: customer, item, time, quantity, amount, unit price, list price, whether it is goods, category. */
type Line = (number | string | boolean | null)[];

/** What one reader has of a shop. */
export interface ReadFacts {
  lines: { order: string; line: Line; refunds: number[][] }[];
  /** customer, item, type, time */
  events: (number | string)[][];
  /** customer, item, value: what factors are learnt from */
  cells: number[][];
  /** of each start, by item: its key, and its factors */
  factors: number[][][];
}

/** What Spark's job reads by these plans and makes of it, by its own functions in a Spark of one process. */
export async function readBySpark<Name extends string>(
  spark: SparkOnThisMachine,
  { connectionString, database }: TestService,
  plans: Record<Name, object>,
): Promise<Record<Name, ReadFacts>> {
  const { home, python, jar } = spark;
  const { hostname, port, pathname, username, password } = new URL(connectionString);
  const url = `jdbc:postgresql://${hostname}:${port}${pathname}?currentSchema=${database.schema}`;
  const env = {
    ...process.env,
    SPARK_HOME: home,
    SPARK_LOCAL_IP: '127.0.0.1',
    PYSPARK_PYTHON: python,
    PYSPARK_SUBMIT_ARGS: `--jars ${jar} --conf spark.ui.enabled=false --driver-java-options "${await javaOptions(spark)}" pyspark-shell`,
    PANNIER_SPARK_DATABASE: JSON.stringify({ url, user: username, password }),
  };
  const script = projectPath('test/support/spark/read-facts.py');
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      python,
      [script, projectPath('src/training/engines/spark')],
      { env, maxBuffer: 2 ** 28 },
      (error, told, words) => (error ? reject(new Error(words.slice(-4_000))) : resolve(told)),
    );
    child.stdin!.end(JSON.stringify(plans));
  });
  return JSON.parse(text);
}

/** Facts that two readers have alike are alike here: orders by what is in them, whatever they are called, and all in one order. */
export function inOneOrder({ lines, events }: Pick<ReadFacts, 'lines' | 'events'>) {
  const orders = new Map<string, string[]>();
  for (const { order, line, refunds } of lines) {
    if (!orders.has(order)) orders.set(order, []);
    orders.get(order)!.push(JSON.stringify([line, refunds.map((refund) => JSON.stringify(refund)).sort()]));
  }
  return {
    orders: Array.from(orders.values(), (each) => each.sort().join('\n')).sort(),
    events: events.map((event) => JSON.stringify(event)).sort(),
  };
}
