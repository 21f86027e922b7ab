import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Database, openDatabase } from '../../../db/index.ts';
import type { ExplorationAnswer, ExplorationJob } from '../../explorations/exploration.ts';
import type { Job } from '../../runs/run.ts';
import { finishRun } from '../../runs/store.ts';

/**
 * The trainer's own process: its job comes as a line on standard input. A run's progress goes to its row; an exploration is
 * answered on standard output. When the input closes, whoever started it is gone, and so is the reason to go on. It loads
 * only what its job asks for: an exploration waits for a third of the modules.
 */
async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin });
  const line = await new Promise<string>((resolve) => input.once('line', resolve));
  const job = JSON.parse(line) as Job | ExplorationJob;
  input.once('close', () => process.exit(1));
  const database = openDatabase({ connectionString: job.connectionString, schema: job.schema, poolSize: 3 });
  if ('exploration' in job) await answerExploration(database, job);
  else await train(database, job);
  await database.close();
  process.exit();
}

async function train(database: Database, job: Job): Promise<void> {
  try {
    const [{ runTraining }, { createLocalEngine }, { createSparkEngine }, { startTaskThreads }] = await Promise.all([
      import('../../runs/run-training.ts'),
      import('./engine.ts'),
      import('../spark/engine.ts'),
      import('./task-threads.ts'),
    ]);
    // They lie beside this process's entry, wherever this module came to lie.
    const beside = (name: string) => new URL(name, pathToFileURL(process.argv[1]));
    const runner = startTaskThreads(beside('./task-worker.js'), availableParallelism());
    const { spark } = job;
    const program = spark?.program ?? fileURLToPath(beside('../spark/learn.py'));
    const engine = spark ? createSparkEngine({ db: database, job, program, runner }, spark) : createLocalEngine(runner);
    await runTraining(database, job, engine);
  } catch (error) {
    // As where this thread itself is out of memory: whoever started the process reads it in its last words.
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    await finishRun(database, job.trainingRunId, { status: 'failed', error: messageOf(error) });
    process.exitCode = 1;
  }
}

async function answerExploration(database: Database, { exploration }: ExplorationJob): Promise<void> {
  const { clusterSample } = await import('../../explorations/cluster-sample.ts');
  const answer = await clusterSample(database, exploration).catch((error): ExplorationAnswer => {
    process.exitCode = 1;
    return { failure: messageOf(error) };
  });
  await new Promise((done) => process.stdout.write(`${JSON.stringify(answer)}\n`, done));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
