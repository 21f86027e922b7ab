import type { TaskRunner } from '../../../models/collaborative-filtering/index.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { type NewVersion, nextVersionNumber } from '../../versions/index.ts';
import type { KeptLearner, RunSettings, ServedLearner } from '../learners/learner.ts';
import type { LearntModel } from './learnt-model.ts';
import type { Job } from './run.ts';

/** Copies what was learnt into tables of new versions, which nobody reads before they are attached. */
export async function loadVersions(
  db: Database,
  job: Job,
  learntModels: readonly LearntModel<ServedLearner>[],
  runner: TaskRunner,
): Promise<NewVersion[]> {
  const versions: NewVersion[] = [];
  for (const { learner, ...made } of learntModels) {
    const { kind, served } = learner;
    if (served.refusal?.(made.learnt) !== undefined) continue;
    const version = await nextVersionNumber(db);
    versions.push({
      kind,
      version,
      trainingRunId: job.trainingRunId,
      asOf: new Date(job.asOf),
      seed: job.seed,
      recipe: { ...(made.recipe as object) },
      metrics: served.metrics(made),
      summary: served.summary(made),
      tables: await served.load(db, version, made, runner),
    });
  }
  return versions;
}

export type Writer = (tx: Transaction, trainingRunId: number) => Promise<void>;

/** Works out what is kept elsewhere than in versions. @returns what writes it */
export async function prepareKept(
  db: Database,
  learntModels: readonly LearntModel<KeptLearner>[],
  settings: RunSettings,
): Promise<Writer[]> {
  const writers: Writer[] = [];
  for (const { learner, learnt } of learntModels) {
    const prepared = await learner.kept.prepare(db, learnt, settings);
    writers.push((tx, trainingRunId) => learner.kept.keep(tx, trainingRunId, prepared));
  }
  return writers;
}
