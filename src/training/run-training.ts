import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { type Trial, truncateNeighbours } from '../../models/collaborative-filtering/index.ts';
import { type Database, renewLease, type Transaction } from '../db/index.ts';
import { type ChannelCount, findErased, streamChannels } from '../intake/index.ts';
import { findTrials } from '../outcomes/index.ts';
import {
  eraseFromRecommendations,
  holdOffErasure,
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  type RuleContext,
  recommendationTables,
} from '../recommendations/index.ts';
import {
  eraseFromSegments,
  loadCustomerSegments,
  loadCustomerTags,
  loadCustomerValues,
  recordSegmentChanges,
  type SegmentationSummary,
  segmentTables,
  streamCustomerSegments,
  streamCustomerValues,
  tagTables,
  valueTables,
} from '../segments/index.ts';
import {
  attachVersion,
  kinds,
  type LoadedTable,
  type ModelKind,
  type ModelVersion,
  type NewVersion,
  nextVersionNumber,
  type PublishedRelease,
  publishRelease,
  readPublishedRelease,
  removeUnattachedTables,
} from '../versions/index.ts';
import { type Evaluation, evaluateLists, evaluationWindow } from './evaluate.ts';
import { decide, ruleFaults, segmentationFaults, type Verdict } from './gate.ts';
import { type FittedLists, fitLists, type ListRecipes, tuneLists } from './learn-lists.ts';
import { learnResponses } from './learn-response.ts';
import { type LearntRules, learnRules, summariseContexts } from './learn-rules.ts';
import { type LearntSegments, learnSegments, type PreviousSegmentation } from './learn-segments.ts';
import { type LearntTags, learnTags } from './learn-tags.ts';
import { type LearntValue, learnValue, type RefusedValue, valueMetrics } from './learn-value.ts';
import { nightlyRecipes, type Recipes, readRecipe } from './recipes.ts';
import type { Job, Progress } from './runs.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { finishRun, selectLastStages, updateProgress, updateWatermark } from './store.ts';

/** The served tables by the model that fills them. */
export const servedTables: Record<ModelKind, string[]> = {
  ...recommendationTables,
  segmentation: segmentTables,
  'customer-value': valueTables,
  'customer-tags': tagTables,
};

interface Learnt {
  rules?: LearntRules;
  /** what the search for the recipe tried, in this order */
  trials?: readonly Trial[];
  lists?: FittedLists;
  evaluation?: Evaluation;
  segments?: LearntSegments;
  value?: LearntValue | RefusedValue;
  tags?: LearntTags;
  /** verdicts by campaign */
  responses?: ReadonlyMap<string, string>;
}

/**
 * One training run from snapshot to release: snapshot, models, evaluation, gate, tables, and one short transaction that
 * publishes. A run that fails or is refused leaves what is served untouched.
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
  });
}

async function loadVersions(
  db: Database,
  job: Job,
  recipes: Recipes,
  snapshot: Snapshot,
  learnt: Learnt,
): Promise<NewVersion[]> {
  const { itemKeys } = snapshot;
  const versions: NewVersion[] = [];
  const add = async (
    kind: ModelKind,
    load: (version: number) => Promise<LoadedTable[]>,
    told: Pick<ModelVersion, 'metrics' | 'summary'>,
  ) => {
    const version = await nextVersionNumber(db);
    const tables = await load(version);
    const { trainingRunId, seed } = job;
    const asOf = new Date(job.asOf);
    versions.push({ kind, version, trainingRunId, asOf, seed, recipe: { ...recipes[kind] }, ...told, tables });
  };

  const { rules, trials, lists, segments, value, tags, evaluation } = learnt;
  if (rules) {
    const contexts = summariseContexts(rules.contexts);
    const rows = ruleRows(rules, itemKeys);
    await add('association-rules', async (version) => [await loadAssociationRules(db, version, rows)], {
      metrics: { ...rulesFound(contexts), itemsets_by_length: Array.from(rules.itemsets.countsByLength) },
      summary: { contexts },
    });
  }
  if (lists && job.models.includes('popularity')) {
    // Against the best seller: what sold long ago would otherwise be too small for the column, a float4.
    const best = lists.popularity.scores[lists.popularity.ranking[0]!]!;
    const rows = Array.from(lists.popularity.ranking, (item) => ({
      itemKey: itemKeys[item]!,
      score: Math.fround(lists.popularity.scores[item]! / best),
      purchases: lists.purchases[item]!,
    }));
    await add('popularity', async (version) => [await loadPopularityVersion(db, version, rows)], {
      metrics: { evaluation: rowOf(evaluation, 'popularity') },
      summary: {},
    });
  }
  if (lists && job.models.includes('collaborative-filtering')) {
    const load = async (version: number) => [
      await loadItemNeighbours(
        db,
        version,
        neighbourRows(lists, itemKeys, recipes['collaborative-filtering'].servedNeighbours),
      ),
      await loadCustomerLists(db, version, listRows(lists, snapshot)),
    ];
    await add('collaborative-filtering', load, {
      metrics: { evaluation: rowOf(evaluation, 'served-list'), trials, refused: lists.refused },
      summary: { repurchase: recipes['collaborative-filtering'].repurchase },
    });
  }
  if (segments) {
    await add('segmentation', async (version) => [await loadCustomerSegments(db, version, segments.segments)], {
      metrics: { inertia: segments.clustering.inertia, customers: segments.segments.length },
      summary: { ...segments.summary },
    });
  }
  if (value && !('refusal' in value)) {
    await add('customer-value', async (version) => [await loadCustomerValues(db, version, value.values)], {
      metrics: valueMetrics(value),
      summary: { ...value.summary },
    });
  }
  if (tags) {
    await add('customer-tags', (version) => loadCustomerTags(db, version, tags.taggings, tags.names), {
      metrics: { customers_with: tags.support },
      summary: { ...tags.summary },
    });
  }
  return versions;
}

function rowOf(evaluation: Evaluation | undefined, name: string) {
  return evaluation?.rows.find((row) => row.name === name) ?? null;
}

function* ruleRows({ contexts }: LearntRules, itemKeys: Int32Array) {
  for (const { context, rules } of contexts) {
    for (const rule of rules) {
      const antecedent = rule.antecedent.map((item) => itemKeys[item]!);
      yield { ...rule, context, antecedent, consequent: itemKeys[rule.consequent]! };
    }
  }
}

/** Of the rules of all baskets: how many there are, how many are no chance, and among how many they were looked for. */
function rulesFound([overall]: RuleContext[]) {
  const { rules, significant_rules, tests } = overall!;
  return { rules, significant_rules, tests };
}

function* neighbourRows(lists: FittedLists, itemKeys: Int32Array, count: number) {
  const { offsets, neighbours, weights, itemCount } = truncateNeighbours(lists.neighbours, count);
  for (let item = 0; item < itemCount; item++) {
    const [start, end] = [offsets[item]!, offsets[item + 1]!];
    if (start === end) continue;
    yield {
      itemKey: itemKeys[item]!,
      neighbours: Array.from(neighbours.subarray(start, end), (neighbour) => itemKeys[neighbour]!),
      weights: weights.subarray(start, end),
    };
  }
}

function* listRows(lists: FittedLists, { customerKeys, itemKeys }: Snapshot) {
  for (let customer = 0; customer < customerKeys.length; customer++) {
    const { items, scores, sources, because } = lists.candidatesOf(customer);
    yield {
      customerKey: customerKeys[customer]!,
      itemKeys: items.map((item) => itemKeys[item]!),
      scores,
      sources,
      // Beyond the last item stands for "no item".
      because: because.map((item) => (item < itemKeys.length ? itemKeys[item]! : 0)),
    };
  }
}

function countsOf(snapshot: Snapshot, { rules, segments }: Learnt): Record<string, number> {
  const { lines, events, orderCount, itemKeys, customerKeys } = snapshot;
  return {
    orders: orderCount,
    order_lines: lines.orders.length,
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
    ...(responses && { 'coupon-response': Object.fromEntries(responses) }),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1_024,
  };
}
