import { availableParallelism } from 'node:os';
import { type Database, renewLease, type Transaction } from '../../db/index.ts';
import { findErased, holdOffErasure, selectLatestFact } from '../../intake/index.ts';
import { eraseFromRecommendations } from '../../recommendations/index.ts';
import { eraseFromSegments } from '../../segments/index.ts';
import {
  attachVersion,
  type NewVersion,
  nextVersionNumber,
  type PublishedRelease,
  publishRelease,
  readPublishedRelease,
  removeUnattachedTables,
} from '../../versions/index.ts';
import type { Engine } from '../engines/engine.ts';
import { decide, type Verdict } from '../evaluation/gate.ts';
import { followRelease, learnersOf, servedTables } from '../learners/index.ts';
import type { AnyLearner, KeptLearner, LearnerKind, Made, RunSettings, ServedLearner } from '../learners/learner.ts';
import { readSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { Job } from './run.ts';
import { type SettledRecipes, settleRecipes, settlingStages } from './settle-recipes.ts';
import { createStages } from './stages.ts';
import { finishRun, selectLastStages, updateWarnings, updateWatermark } from './store.ts';
import { warnOfOldData } from './warn-of-old-data.ts';

/** A learner with what it has learnt in this run. */
interface Lesson<Of extends AnyLearner = AnyLearner> extends Made {
  learner: Of;
}

/**
 * One training run from snapshot to release: snapshot, recipes, models, gate, tables, and one short transaction that publishes. A
 * run that fails or is refused leaves untouched what is served and what decides about coupons.
 */
export async function runTraining(db: Database, job: Job, engine: Engine): Promise<void> {
  const settings: RunSettings = {
    asOf: new Date(job.asOf),
    seed: job.seed,
    threads: availableParallelism(),
    minorDigits: job.minorDigits,
    timeZone: job.timeZone,
  };
  const due = await findDue(db, job, settings.asOf);
  const names = ['snapshot', ...settlingStages(due), ...due.map(({ kind }) => kind), 'loading', 'publishing'];
  const stages = createStages(db, job, names, await selectLastStages(db, job.models));
  await removeUnattachedTables(db, Object.values(servedTables).flat());
  const published = await readPublishedRelease(db);

  const snapshot = await stages.run('snapshot', () => readSnapshot(db, settings.asOf));
  await updateWatermark(db, job.trainingRunId, snapshot.watermark);
  await updateWarnings(db, job.trainingRunId, warnOfOldData(job, await selectLatestFact(db, settings.asOf)));
  const settled = await settleRecipes(stages, { job, due, settings, snapshot, published });
  const { recipes, trials, evaluation } = settled;

  const lessons = new Map<LearnerKind, Lesson>();
  const learntBy = (other: { kind: LearnerKind }) => lessons.get(other.kind)?.learnt as never;
  for (const learner of due) {
    const { kind } = learner;
    const recipe = recipes[kind];
    const learnt = await stages.run(kind, async () => {
      const beside = await learner.gather?.({ db, snapshot, recipe, settings, published, learntBy });
      return engine.learn(learner, { snapshot, recipe, beside, settings });
    });
    lessons.set(kind, { learner, learnt, recipe, snapshot, trials: trials.get(kind), evaluation });
  }

  const all = [...lessons.values()];
  const served = all.filter((lesson): lesson is Lesson<ServedLearner> => lesson.learner.served !== undefined);
  const kept = all.filter((lesson): lesson is Lesson<KeptLearner> => lesson.learner.served === undefined);
  const verdict = judge(served, settled, published);
  const { versions, prepared } = await stages.run('loading', async () => ({
    versions: await loadVersions(db, job, served),
    prepared: await prepareAll(db, kept, settings),
  }));
  const passes = verdict.passed && job.publish === 'gate';
  const end = {
    counts: Object.assign(countFacts(snapshot), ...all.map(({ learner, learnt }) => learner.counts?.(learnt))),
    metrics: {
      ...(evaluation && { evaluation }),
      ...Object.assign({}, ...all.map(({ learner, learnt }) => learner.metrics?.(learnt))),
      peak_memory_bytes: process.resourceUsage().maxRSS * 1_024,
    },
    verdict: { ...verdict },
    versions: Object.fromEntries(versions.map(({ kind, version }) => [kind, version])),
  };
  await stages.run('publishing', () =>
    db.transaction(async (tx) => {
      // Asked again here, because a leader that was paused for long must not publish.
      const { name, holder, seconds } = job.lease;
      if (!(await renewLease(tx, name, holder, seconds)))
        throw new Error('the lease was lost: another run may be under way');
      for (const version of versions) await attachVersion(tx, version);
      await forgetErased(tx, snapshot.customerKeys);
      if (passes) for (const keep of prepared) await keep(tx, job.trainingRunId);
      const release = passes
        ? await publishRelease(tx, db.schema, {
            versions: end.versions,
            reason: job.reason,
            trainingRunId: job.trainingRunId,
            judgedBeside: published?.releaseId ?? null,
          })
        : undefined;
      if (release) {
        for (const { kind, version } of versions) await followRelease(tx, kind, published?.versions[kind], version);
      }
      const status = verdict.passed ? 'succeeded' : 'refused';
      const finished = await finishRun(tx, job.trainingRunId, {
        ...end,
        status,
        error: null,
        releaseId: release?.releaseId ?? null,
      });
      if (!finished) throw new Error('the run was ended from outside');
    }),
  );
}

/** The learners of the run that have something to learn from. */
async function findDue(db: Database, job: Job, asOf: Date): Promise<AnyLearner[]> {
  const due: AnyLearner[] = [];
  for (const learner of learnersOf(job.models)) {
    if ((await learner.hasWork?.(db, asOf)) ?? true) due.push(learner);
  }
  return due;
}

function judge(
  lessons: readonly Lesson<ServedLearner>[],
  { evaluation }: SettledRecipes,
  published: PublishedRelease | undefined,
): Verdict {
  const faults = lessons.flatMap(
    ({ learner: { kind, served }, learnt }) => served.faults?.(learnt, published?.models[kind]) ?? [],
  );
  const judged = evaluation ?? { customers: Number.POSITIVE_INFINITY, comparisons: [], winner: 'served-list' };
  return decide({
    customers: judged.customers,
    comparisons: judged.comparisons,
    faults,
    keepsBetter: judged.winner === 'published-recipe',
    isFirst: published === undefined,
  });
}

/** Copies what was learnt into tables of new versions, which nobody reads before they are attached. */
async function loadVersions(db: Database, job: Job, lessons: readonly Lesson<ServedLearner>[]): Promise<NewVersion[]> {
  const versions: NewVersion[] = [];
  for (const { learner, ...made } of lessons) {
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
      tables: await served.load(db, version, made),
    });
  }
  return versions;
}

/** Works out what is kept elsewhere than in versions. @returns what writes it */
async function prepareAll(db: Database, lessons: readonly Lesson<KeptLearner>[], settings: RunSettings) {
  const writers: ((tx: Transaction, trainingRunId: number) => Promise<void>)[] = [];
  for (const { learner, learnt } of lessons) {
    const prepared = await learner.kept.prepare(db, learnt, settings);
    writers.push((tx, trainingRunId) => learner.kept.keep(tx, trainingRunId, prepared));
  }
  return writers;
}

/** Whoever was erased while the run was under way must not come back with it. */
async function forgetErased(tx: Transaction, customerKeys: Int32Array): Promise<void> {
  await holdOffErasure(tx);
  for (const customerKey of await findErased(tx, customerKeys)) {
    await eraseFromRecommendations(tx, customerKey);
    await eraseFromSegments(tx, customerKey);
  }
}

function countFacts({ sold, events, itemKeys, customerKeys }: Snapshot): Record<string, number> {
  return {
    orders: (sold.orders.at(-1) ?? -1) + 1,
    order_lines: sold.orders.length,
    events: events.times.length,
    items: itemKeys.length,
    customers: customerKeys.length,
  };
}
