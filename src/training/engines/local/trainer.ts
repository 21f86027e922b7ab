import { createInterface } from 'node:readline';
import { openDatabase } from '../../../db/index.ts';
import type { Job } from '../../runs/run.ts';
import { runTraining } from '../../runs/run-training.ts';
import { finishRun } from '../../runs/store.ts';
import { localEngine } from './engine.ts';

/**
 * The trainer's own process: its job comes as a line on standard input, its progress goes to the run's row. When the input
 * closes, whoever started it is gone, and so is the reason to go on.
 */
async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin });
  const job = await new Promise<Job>((resolve) => input.once('line', (line) => resolve(JSON.parse(line))));
  input.once('close', () => process.exit(1));
  const database = openDatabase({ connectionString: job.connectionString, schema: job.schema, poolSize: 3 });
  try {
    await runTraining(database, job, localEngine);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await finishRun(database, job.trainingRunId, { status: 'failed', error: message });
    process.exitCode = 1;
  }
  await database.close();
  process.exit();
}

await main();
