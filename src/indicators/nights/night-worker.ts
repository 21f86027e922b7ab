import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../db/index.ts';
import { explainSales } from '../sales-effects/explain-sales.ts';
import { forecastShop } from '../stock/forecast-shop.ts';
import { measureShop } from '../trends/measure-shop.ts';
import type { NightResult, NightTask } from './night-task.ts';

/** The thread's entry: reads, computes and writes with connections of its own, so that the server's thread waits for none of it. */
async function main(task: NightTask): Promise<void> {
  // Threads have a priority of their own on Linux alone; elsewhere it would be the whole server's.
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);
  const started = performance.now();
  const { connectionString, schema } = task;
  const database = openDatabase({ connectionString, schema, poolSize: 2 });
  try {
    const made = await forecastShop(database, task);
    await measureShop(database, task);
    await explainSales(database, task);
    const result: NightResult = { ...made, tookMs: Math.round(performance.now() - started) };
    parentPort!.postMessage(result);
  } finally {
    await database.close();
  }
}

await main(workerData as NightTask);
