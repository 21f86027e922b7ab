import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { type Database, renewLease, type Transaction } from '../../db/index.ts';
import { type ChannelCount, findErased, holdOffErasure, selectLatestFact, streamChannels } from '../../intake/index.ts';
import { findTrials } from '../../outcomes/index.ts';
import { eraseFromRecommendations } from '../../recommendations/index.ts';
import {
  eraseFromSegments,
  recordSegmentChanges,
  type SegmentationSummary,
  streamCustomerSegments,
  streamCustomerValues,
} from '../../segments/index.ts';
import {
  attachVersion,
  kinds,
  type ModelKind,
  type PublishedRelease,
  publishRelease,
  readPublishedRelease,
  removeUnattachedTables,
} from '../../versions/index.ts';
import { evaluateLists, evaluationWindow } from '../evaluation/evaluate-lists.ts';
import { decide, ruleFaults, segmentationFaults, type Verdict } from '../evaluation/gate.ts';
import { fitLists, type ListRecipes, tuneLists } from '../learners/learn-lists.ts';
import { keepResponses, learnResponses, verdictsOf } from '../learners/learn-response.ts';
import { learnRules } from '../learners/learn-rules.ts';
import { learnSegments, type PreviousSegmentation } from '../learners/learn-segments.ts';
import { learnTags } from '../learners/learn-tags.ts';
import { learnValue, valueMetrics } from '../learners/learn-value.ts';
import { type Learnt, loadVersions } from '../learners/load-versions.ts';
import { nightlyRecipes, type Recipes, readRecipe } from '../learners/recipes.ts';
import { servedTables } from '../learners/served-tables.ts';
import { warnOfOldData } from '../snapshot/old-data.ts';
import { readSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { Job, Progress } from './run.ts';
import { finishRun, selectLastStages, updateProgress, updateWarnings, updateWatermark } from './store.ts';

/**
 * One training run from snapshot to release: snapshot, models, evaluation, gate, tables, and one short transaction that
 * publishes. A run that fails or is refused leaves untouched what is served and what decides about coupons.
 */
export async function runTraining(db: Database, job: Job): Promise<void> {
  const wants = (kind: ModelKind) => job.models.includes(kind);
  const wantsLists = wants('popularity') || wants('collaborative-filtering');
  // A whole night learns from campaigns too; a run of some models alone does not.
  const trials = kinds.every(wants) ? await findTrials(db, new Date(job.asOf)) : [];
  const names = [
    'snapshot',
    ...(wants('association-rules') ? ['association-rules'] : []),
    ...(wants('collaborative-filtering') ? ['tuning'] : []),
    ...(wantsLists ? ['evaluation', 'collaborative-filtering'] : []),
    ...(wants('segmentation') ? ['segmentation'] : []),
    ...(wants('customer-value') ? ['customer-value'] : []),
    ...(wants('customer-tags') ? ['customer-tags'] : []),
    ...(trials.length > 0 ? ['coupon-response'] : []),
    'loading',
    'publishing',
  ];
  const stages = createStages(db, job, names, await selectLastStages(db, job.models));
  await removeUnattachedTables(db, Object.values(servedTables).flat());
  const published = await readPublishedRelease(db);
  let recipes = recipesBeside(published, job);

  const snapshot = await stages.run('snapshot', () => readSnapshot(db, new Date(job.asOf)));
  await updateWatermark(db, job.trainingRunId, snapshot.watermark);
  await updateWarnings(db, job.trainingRunId, warnOfOldData(job, await selectLatestFact(db, new Date(job.asOf))));
  const learnt: Learnt = {};
  if (wants('association-rules')) {
    learnt.rules = await stages.run('association-rules', async () => {
      const recipe = recipes['association-rules'];
      const groupOf = recipe.contexts.segment === 'group' ? await readGroups(db, published, snapshot) : undefined;
      return learnRules(snapshot, recipe, { timeZone: job.timeZone, groupOf });
    });
  }
  const options = { seed: job.seed, threads: availableParallelism() };
  if (wants('collaborative-filtering')) {
    // What the recipe is judged by must not have chosen it, so the search sees nothing of the window.
    const { cut } = evaluationWindow(snapshot, job.evaluationDays);
    const tuned = await stages.run('tuning', () =>
      tuneLists(snapshot, cut, recipes['collaborative-filtering'], options),
    );
    recipes = { ...recipes, 'collaborative-filtering': tuned.recipe };
    learnt.trials = tuned.trials;
  }
  if (wantsLists) {
    const theirs = publishedListRecipes(published, recipes);
    // By night the better recipe is fitted anew; who tries a recipe by hand gets versions of that one, refused or not.
    const keepsBetter = job.reason === 'night';
    learnt.evaluation = await stages.run('evaluation', () =>
      evaluateLists(snapshot, {
        ...options,
        windowDays: job.evaluationDays,
        recipes,
        published: theirs,
        keepsBetter,
      }),
    );
    if (learnt.evaluation.winner === 'published-recipe') recipes = { ...recipes, ...theirs };
    learnt.lists = await stages.run('collaborative-filtering', () =>
      fitLists(snapshot, snapshot.asOf, recipes, options),
    );
  }
  if (wants('segmentation')) {
    const previous = await readPreviousSegmentation(db, published, snapshot.asOf);
    learnt.segments = await stages.run('segmentation', () =>
      learnSegments(snapshot, recipes.segmentation, {
        seed: job.seed,
        minorDigits: job.minorDigits,
        timeZone: job.timeZone,
        previous,
      }),
    );
  }

  if (wants('customer-value')) {
    learnt.value = await stages.run('customer-value', () => learnValue(snapshot, recipes['customer-value'], job));
  }
  if (wants('customer-tags')) {
    learnt.tags = await stages.run('customer-tags', async () => {
      return learnTags(snapshot, recipes['customer-tags'], {
        timeZone: job.timeZone,
        channels: await readChannels(db, snapshot),
        nextOrders: await readNextOrders(db, published, snapshot, learnt.value),
      });
    });
  }

  if (trials.length > 0) {
    learnt.responses = await stages.run('coupon-response', () =>
      learnResponses(db, trials, { ...job, asOf: new Date(job.asOf), recipe: recipes['coupon-response'] }),
    );
  }

  const verdict = judge(learnt, published);
  const versions = await stages.run('loading', () => loadVersions(db, job, recipes, snapshot, learnt));
  const passes = verdict.passed && job.publish === 'gate';
  const end = {
    counts: countsOf(snapshot, learnt),
    metrics: metricsOf(learnt),
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
      if (passes && learnt.responses) await keepResponses(tx, job.trainingRunId, learnt.responses);
      const release = passes
        ? await publishRelease(tx, db.schema, {
            versions: end.versions,
            reason: job.reason,
            trainingRunId: job.trainingRunId,
            judgedBeside: published?.releaseId ?? null,
          })
        : undefined;
      const segmentation = end.versions['segmentation'];
      if (release && segmentation !== undefined) {
        await recordSegmentChanges(tx, published?.versions.segmentation, segmentation);
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

/** Whoever was erased while the run was under way must not come back with it. */
async function forgetErased(tx: Transaction, customerKeys: Int32Array): Promise<void> {
  await holdOffErasure(tx);
  for (const customerKey of await findErased(tx, customerKeys)) {
    await eraseFromRecommendations(tx, customerKey);
    await eraseFromSegments(tx, customerKey);
  }
}

/** Runs stages one after the other, and tells where the run is and how long the rest took last time. */
function createStages(db: Database, job: Job, names: string[], last: Progress['stages']) {
  const progress: Progress = { stage: null, done: 0, total: names.length, eta_seconds: null, stages: [] };
  const tell = () => updateProgress(db, job.trainingRunId, progress);
  return {
    async run<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
      const remaining = names
        .slice(names.indexOf(name))
        .map((stage) => last.find((known) => known.name === stage)?.seconds);
      progress.stage = name;
      progress.eta_seconds = remaining.every((seconds) => seconds !== undefined)
        ? Math.ceil(remaining.reduce((sum, seconds) => sum + seconds, 0))
        : null;
      await tell();
      const started = process.hrtime.bigint();
      const result = await work();
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      progress.stages.push({ name, seconds: Number(seconds.toFixed(3)) });
      progress.done++;
      if (progress.done === progress.total) {
        progress.stage = null;
        progress.eta_seconds = 0;
      }
      await tell();
      return result;
    },
  };
}

/** The run's own recipes, and of the models that it leaves alone the published ones, which they will be served beside. */
function recipesBeside(published: PublishedRelease | undefined, job: Job): Recipes {
  const standing = kinds
    .filter((kind) => !job.models.includes(kind))
    .map((kind) => [kind, published?.models[kind] && readRecipe(kind, published.models[kind].recipe)])
    .filter(([, recipe]) => recipe !== undefined);
  return { ...nightlyRecipes, ...Object.fromEntries(standing), ...job.recipes };
}

/** The published recipes for lists, unless they are tonight's or not understood any more: then there is nothing to compare. */
function publishedListRecipes(published: PublishedRelease | undefined, tonight: Recipes): ListRecipes | undefined {
  const [popularity, lists] = [published?.models.popularity, published?.models['collaborative-filtering']];
  const theirPopularity = popularity && readRecipe('popularity', popularity.recipe);
  const theirLists = lists && readRecipe('collaborative-filtering', lists.recipe);
  if (!theirPopularity || !theirLists) return undefined;
  const isSame =
    isDeepStrictEqual(theirPopularity, tonight.popularity) &&
    isDeepStrictEqual(theirLists, tonight['collaborative-filtering']);
  return isSame ? undefined : { popularity: theirPopularity, 'collaborative-filtering': theirLists };
}

async function readPreviousSegmentation(
  db: Database,
  published: PublishedRelease | undefined,
  asOf: number,
): Promise<PreviousSegmentation | undefined> {
  const version = published?.models.segmentation;
  // A run of the past has nothing to continue from what was found later.
  if (!version || version.asOf.getTime() > asOf) return undefined;
  const segments: PreviousSegmentation['segments'] = new Map();
  for await (const segment of streamCustomerSegments(db, version.version)) segments.set(segment.customerKey, segment);
  return { summary: version.summary as unknown as SegmentationSummary, segments };
}

/** The group of each customer index in the published segmentation, as the name of its segment. */
async function readGroups(db: Database, published: PublishedRelease | undefined, snapshot: Snapshot) {
  const previous = await readPreviousSegmentation(db, published, snapshot.asOf);
  return (customer: number) => {
    const segment = previous?.segments.get(snapshot.customerKeys[customer]!);
    return segment && `group-${segment.group}`;
  };
}

async function readChannels(db: Database, { asOf, watermark }: Snapshot): Promise<ChannelCount[]> {
  return db.transaction(async (tx) => {
    const counts: ChannelCount[] = [];
    for await (const count of streamChannels(tx, new Date(asOf), watermark)) counts.push(count);
    return counts;
  });
}

/** When customers are expected to order next, by key: as this run has learnt it, else as is published. */
async function readNextOrders(
  db: Database,
  published: PublishedRelease | undefined,
  { asOf }: Snapshot,
  value: Learnt['value'],
): Promise<Map<number, Date>> {
  const version = published?.models['customer-value'];
  const isOfNow = version && version.asOf.getTime() <= asOf;
  const learnt = value && !('refusal' in value) ? value.values : undefined;
  const nextOrders = new Map<number, Date>();
  for await (const one of learnt ?? (isOfNow ? streamCustomerValues(db, version.version) : [])) {
    // What was foretold for a time that is over tells nothing.
    if (one.nextOrderAt && one.nextOrderAt.getTime() >= asOf) nextOrders.set(one.customerKey, one.nextOrderAt);
  }
  return nextOrders;
}

function judge(learnt: Learnt, published: PublishedRelease | undefined): Verdict {
  const { rules, segments, evaluation } = learnt;
  const faults: string[] = [];
  if (rules) {
    const publishedRules = published?.models['association-rules']?.rowCount;
    const found = rules.contexts.reduce((sum, context) => sum + context.rules.length, 0);
    faults.push(...ruleFaults({ baskets: rules.baskets.rows, rules: found, publishedRules }));
  }
  if (segments) {
    faults.push(
      ...segmentationFaults({
        customers: segments.segments.length,
        sizes: segments.clustering.clusters.map((cluster) => cluster.customers),
        clusters: segments.clustering.chosen,
        inertia: segments.clustering.inertia,
      }),
    );
  }
  const judged = evaluation ?? { customers: Number.POSITIVE_INFINITY, comparisons: [], winner: 'served-list' };
  return decide({
    customers: judged.customers,
    comparisons: judged.comparisons,
    faults,
    keepsBetter: judged.winner === 'published-recipe',
    isFirst: published === undefined,
  });
}

function countsOf(snapshot: Snapshot, { rules, segments }: Learnt): Record<string, number> {
  const { sold, events, itemKeys, customerKeys } = snapshot;
  return {
    orders: (sold.orders.at(-1) ?? -1) + 1,
    order_lines: sold.orders.length,
    events: events.times.length,
    items: itemKeys.length,
    customers: customerKeys.length,
    ...(rules && { itemsets: rules.itemsets.size, rules: rules.rules.length }),
    ...(segments && { customers_with_orders: segments.segments.length }),
  };
}

function metricsOf({ evaluation, segments, rules, value, responses }: Learnt): Record<string, unknown> {
  return {
    ...(evaluation && { evaluation }),
    ...(rules && { itemsets_by_length: Array.from(rules.itemsets.countsByLength) }),
    ...(segments && { inertia: segments.clustering.inertia }),
    // A refused model fails nothing: its kind has no new version, and here is why.
    ...(value && { 'customer-value': valueMetrics(value) }),
    ...(responses && { 'coupon-response': verdictsOf(responses) }),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1_024,
  };
}
