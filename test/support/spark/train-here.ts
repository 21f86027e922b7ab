import { expect } from '@jest/globals';
import { releaseLease, takeLease } from '../../../src/db/index.ts';
import { createLocalEngine } from '../../../src/training/engines/local/engine.ts';
import { createSparkEngine, type SparkPatience } from '../../../src/training/engines/spark/engine.ts';
import type { SparkSettings } from '../../../src/training/engines/spark/settings.ts';
import { chooseRecipes, type RecipeChanges } from '../../../src/training/index.ts';
import type { Job } from '../../../src/training/runs/run.ts';
import { runTraining } from '../../../src/training/runs/run-training.ts';
import { finishRun, insertRun } from '../../../src/training/runs/store.ts';
import type { ModelKind } from '../../../src/versions/index.ts';
import type { TestService } from '../service/service.ts';
import { shopEnd } from '../shops/training-shop.ts';

/** A run on Spark. */
export interface SparkRun {
  settings: SparkSettings;
  patience: SparkPatience;
  program: string;
  models: ModelKind[];
  recipes: RecipeChanges;
  /** where the driver finds the database; default: where the run does */
  connectionString?: string;
  /** called before the engine is asked */
  onStart?(trainingRunId: number): void;
}

/** Trains in the test's own process; a failed run is recorded as the trainer would. */
export async function trainHere(
  { database: db, connectionString }: TestService,
  { settings, patience, program, models, onStart, ...more }: SparkRun,
): Promise<{ trainingRunId: number; failure: string | undefined }> {
  const recipes = chooseRecipes(models, more.recipes);
  const { trainingRunId } = await insertRun(db, { models, asOf: shopEnd, seed: 1, recipes, codeVersion: 'test' });
  onStart?.(trainingRunId);
  const lease = { name: 'training', holder: 'test', seconds: 600 };
  expect(await takeLease(db, lease.name, lease.holder, lease.seconds)).toBe(true);
  const job: Job = {
    ...{ connectionString: more.connectionString ?? connectionString, schema: db.schema, trainingRunId, models },
    ...{ recipes, lease, asOf: shopEnd.toISOString(), seed: 1, publish: 'gate', reason: 'publish' },
    ...{ evaluationDays: 28, minorDigits: 2, timeZone: 'UTC' },
  };
  const { runner } = createLocalEngine();
  const engine = createSparkEngine({ db, job, program, runner }, settings, patience);
  const failure = await runTraining(db, job, engine).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (failure !== undefined) await finishRun(db, trainingRunId, { status: 'failed', error: failure });
  await releaseLease(db, lease.name, lease.holder);
  return { trainingRunId, failure };
}
