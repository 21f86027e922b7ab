import { availableParallelism } from 'node:os';
import { reckonOrderBytes } from '../../../models/collaborative-filtering/index.ts';
import type { Database } from '../../db/index.ts';
import { selectLatestFact, selectPairCount, selectSnapshotSize } from '../../intake/index.ts';
import { type PublishedRelease, readPublishedRelease, removeUnattachedTables } from '../../versions/index.ts';
import type { Engine } from '../engines/engine.ts';
import type { Evaluation } from '../evaluation/evaluate-lists.ts';
import { decide, type GateVerdict } from '../evaluation/gate.ts';
import { learnersOf, servedTables } from '../learners/index.ts';
import type { AnyLearner, LearnerKind, RunSettings, ServedLearner } from '../learners/learner.ts';
import { readSnapshot } from '../snapshot/read-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { selectWatermark } from '../snapshot/store.ts';
import { type LearntModel, partLearnt } from './learnt-model.ts';
import { loadVersions, prepareKept } from './load-learnt.ts';
import { publishRun, type RunEnd } from './publish-run.ts';
import { memoryLimitMb, reckonMemory } from './reckon-memory.ts';
import type { Job } from './run.ts';
import { type RunUnderWay, settleRecipes, settlingStages } from './settle-recipes.ts';
import { createStages, type Stages } from './stages.ts';
import { selectLastStages, updateWarnings, updateWatermark } from './store.ts';
import { warnOfOldData } from './warn-of-old-data.ts';

/**
 * One training run from snapshot to release: snapshot, recipes, models, gate, tables, and one short transaction that publishes. A
 * run that fails or is refused leaves untouched what is served and what decides about coupons.
 */
export async function runTraining(db: Database, asked: Job, engine: Engine): Promise<void> {
  const restricted = engine.ahead?.restrict(asked.recipes);
  const job = restricted ? { ...asked, recipes: restricted.recipes } : asked;
  const settings: RunSettings = {
    asOf: new Date(job.asOf),
    seed: job.seed,
    threads: availableParallelism(),
    minorDigits: job.minorDigits,
    timeZone: job.timeZone,
    predictedAttributes: job.predictedAttributes ?? [],
    barredAttributes: job.barredAttributes ?? [],
  };
  await refuseTooLarge(db, job, settings.asOf);
  const due = await findDue(db, job, settings);
  const names = ['snapshot', ...settlingStages(due, engine), ...due.map(({ kind }) => kind), 'loading', 'publishing'];
  const stages = createStages(db, job, names, await selectLastStages(db, job.models));
  await removeUnattachedTables(db, Object.values(servedTables).flat());
  const published = await readPublishedRelease(db);

  const snapshot = await stages.run('snapshot', () => readSnapshot(db, settings.asOf));
  await updateWatermark(db, job.trainingRunId, snapshot.watermark);
  await updateWarnings(db, job.trainingRunId, [
    ...warnOfOldData(job, await selectLatestFact(db, settings.asOf)),
    ...(restricted?.reasons ?? []),
  ]);
  const { evaluation, learntModels } = await learnAll(stages, db, { job, due, settings, engine, snapshot, published });
  const { served, kept } = partLearnt(learntModels);
  const verdict = judge(served, evaluation, published);
  const { versions, writers } = await stages.run('loading', async () => ({
    versions: await loadVersions(db, job, served, engine.runner),
    writers: await prepareKept(db, kept, settings),
  }));
  const end: RunEnd = {
    verdict,
    versions,
    writers,
    counts: Object.assign(countFacts(snapshot), ...learntModels.map(({ learner, learnt }) => learner.counts?.(learnt))),
    metrics: {
      ...(evaluation && { evaluation }),
      ...Object.assign({}, ...learntModels.map(({ learner, learnt }) => learner.metrics?.(learnt))),
      peak_memory_bytes: process.resourceUsage().maxRSS * 1_024,
    },
  };
  await stages.run('publishing', () => publishRun(db, job, { snapshot, published, end }));
}

/** @throws what says why, and what helps, before a run begins whose memory would end it */
async function refuseTooLarge(db: Database, { recipes, memoryMb }: Job, asOf: Date): Promise<void> {
  if (memoryMb === undefined) return;
  const lists = recipes['collaborative-filtering'];
  const { refusal } = await reckonMemory(await selectSnapshotSize(db, asOf), {
    limitMb: memoryLimitMb(memoryMb),
    pairs: lists && (async () => selectPairCount(db, asOf, await selectWatermark(db))),
    orderBytes: lists && ((customers) => reckonOrderBytes(lists, customers)),
  });
  if (refusal !== undefined) throw new Error(refusal);
}

/**
 * Settles the recipes and learns by them, each learner in its stage, what it needs first. What served that alone is let go of: memory is
 * at its peak where lists are written.
 */
async function learnAll(
  stages: Stages,
  db: Database,
  run: RunUnderWay,
): Promise<{ evaluation: Evaluation | undefined; learntModels: LearntModel[] }> {
  const { due, settings, engine, snapshot, published } = run;
  const { recipes, searched, evaluation, workedOut, taught } = await settleRecipes(stages, run);
  const learntModels = new Map<LearnerKind, LearntModel>();
  const learntBy = (other: { kind: LearnerKind }) => learntModels.get(other.kind)?.learnt as never;
  for (const learner of due) {
    const { kind } = learner;
    const recipe = recipes[kind];
    const learnt = await stages.run(kind, async () => {
      const beside = await learner.gather?.({ db, snapshot, recipe, settings, published, learntBy });
      return engine.learn(learner, { snapshot, recipe, beside, settings, workedOut, taught });
    });
    const trials = searched?.kind === kind ? searched.trials : undefined;
    learntModels.set(kind, { learner, learnt, recipe, snapshot, trials, evaluation });
  }
  return { evaluation, learntModels: [...learntModels.values()] };
}

/** The learners of the run that have something to learn from. */
async function findDue(db: Database, job: Job, settings: RunSettings): Promise<AnyLearner[]> {
  const due: AnyLearner[] = [];
  for (const learner of learnersOf(job.models)) {
    if ((await learner.hasWork?.(db, settings)) ?? true) due.push(learner);
  }
  return due;
}

function judge(
  learntModels: readonly LearntModel<ServedLearner>[],
  evaluation: Evaluation | undefined,
  published: PublishedRelease | undefined,
): GateVerdict {
  const faults = learntModels.flatMap(
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

function countFacts({ sold, events, itemKeys, customerKeys }: Snapshot): Record<string, number> {
  return {
    orders: (sold.orders.at(-1) ?? -1) + 1,
    order_lines: sold.orders.length,
    events: events.times.length,
    items: itemKeys.length,
    customers: customerKeys.length,
  };
}
