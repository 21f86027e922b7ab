import type { MethodName, TaskRunner } from '../../../../models/collaborative-filtering/index.ts';
import { rangeOf } from '../../../../models/segmentation/index.ts';
import type { Database } from '../../../db/index.ts';
import { selectFactSources, selectLakeSource } from '../../../intake/index.ts';
import { say } from '../../../sentences/index.ts';
import type { Recipes } from '../../learners/index.ts';
import type { AnyLearner, LearnerKind } from '../../learners/learner.ts';
import type { Job } from '../../runs/run.ts';
import type { Ahead, Engine } from '../engine.ts';
import { readWorkedOut } from './read-results.ts';
import type { SparkSettings } from './settings.ts';
import { deleteJob, insertJob, type JobState, selectJob } from './store.ts';
import { type Submission, submit } from './submission.ts';

/** What a job goes through, as its driver names it. */
const jobStages = ['submitting', 'facts', 'itemsets', 'factors', 'clusters', 'done'] as const;
type JobStage = (typeof jobStages)[number];

/** Methods that Spark has nothing for. */
const notInSpark: readonly MethodName[] = ['tifu-knn', 'ease', 'gf-cf', 'next-baskets'];

/** Without a folder for what is worked out on the way Spark keeps how each epoch came of the one before, until its stack is full. */
const mostEpochs = 100;

/** How long is waited. */
export interface SparkPatience {
  pollMs: number;
  /** for an answer of the gateway */
  answerMs: number;
  /** for a driver to take the job */
  takeSeconds: number;
  /** for the cluster to give that driver a worker */
  workerSeconds: number;
  /** for a sign of life of the driver that took it, before it is asked what became of it */
  doubtSeconds: number;
  /** for the same, where nobody tells that it has ended */
  silentSeconds: number;
  /** for the gateway, while no driver has taken the job */
  gatewaySeconds: number;
}

const usualPatience: SparkPatience = {
  pollMs: 500,
  answerMs: 10_000,
  takeSeconds: 900,
  workerSeconds: 900,
  doubtSeconds: 10,
  silentSeconds: 60,
  gatewaySeconds: 60,
};

/**
 * Learns itemsets, factors of items and centres of clusters by a job of Apache Spark, which reads the run's facts itself; all that
 * comes after is learnt from those in this process. The job's row in the database is what both sides go by.
 *
 * @param program the Python file, as the machine that drives the job has it
 */
export function createSparkEngine(
  { db, job, program, runner }: { db: Database; job: Job; program: string; runner: TaskRunner },
  settings: SparkSettings,
  patience: SparkPatience = usualPatience,
): Engine {
  return {
    runner,
    learn: async (learner, task) => learner.learn(task),
    ahead: {
      stages: (due) =>
        jobStages
          .slice(0, -1)
          .filter((stage) => isWanted(stage, due))
          .map(nameOf),
      restrict,
      async workOut(ahead, stage) {
        const wanted = {
          mined: has(ahead.due, 'association-rules'),
          centroids: has(ahead.due, 'segmentation'),
          fits: ahead.fits,
        };
        const follow = createFollower(db, job, patience);
        try {
          for (const each of jobStages.slice(0, -1)) {
            if (!isWanted(each, ahead.due)) continue;
            await stage(nameOf(each), async () => {
              if (each === 'submitting') {
                const plan = {
                  ...(await planOf(db, job, settings, ahead, wanted)),
                  workerSeconds: patience.workerSeconds,
                };
                await insertJob(db, { ...job, plan });
                const database = JSON.stringify(databaseOf(job));
                follow.submission = await submit(
                  settings,
                  { file: program, run: job.trainingRunId, database },
                  patience.answerMs,
                );
              }
              await follow.past(each);
            });
          }
          await follow.past(jobStages.at(-2)!);
          return await readWorkedOut(db, job.trainingRunId, ahead.snapshot, wanted);
        } finally {
          await follow.end();
        }
      },
    },
  };
}

const nameOf = (stage: JobStage) => `spark-${stage}`;
const has = (due: readonly AnyLearner[], kind: LearnerKind) => due.some((learner) => learner.kind === kind);

function isWanted(stage: JobStage, due: readonly AnyLearner[]): boolean {
  if (stage === 'itemsets') return has(due, 'association-rules');
  if (stage === 'clusters') return has(due, 'segmentation');
  return stage !== 'factors' || due.some(({ makesLists }) => makesLists);
}

function restrict(recipes: Partial<Recipes>): { recipes: Partial<Recipes>; reasons: string[] } {
  const given = recipes['collaborative-filtering'];
  if (!given) return { recipes, reasons: [] };
  // Spark's regularisation grows with the cells of a row, and customers are folded into its factors as these were learnt.
  const recipe = {
    ...given,
    methods: { ...given.methods, ials: { ...given.methods.ials, regularisedBy: 'cells' as const } },
  };
  const isLost = (name: MethodName) => notInSpark.includes(name);
  const lost = notInSpark.filter(
    (name) => recipe.methods[name].weight > 0 || (recipe.tuning.trials > 0 && recipe.tuning.methods.includes(name)),
  );
  if (lost.length === 0) return { recipes: { ...recipes, 'collaborative-filtering': recipe }, reasons: [] };
  const methods = Object.fromEntries(
    Object.entries(recipe.methods).map(([name, settings]) => [
      name,
      isLost(name as MethodName) ? { ...settings, weight: 0 } : settings,
    ]),
  ) as unknown as typeof recipe.methods;
  const left = recipe.tuning.methods.filter((name) => !isLost(name));
  const tuning = { ...recipe.tuning, methods: left.length > 0 ? left : (['rp3beta'] as const) };
  return {
    recipes: { ...recipes, 'collaborative-filtering': { ...recipe, methods, tuning } },
    reasons: lost.map((method) => say('run.not-in-spark', { method })),
  };
}

async function planOf(
  db: Database,
  job: Job,
  spark: SparkSettings,
  { settings, snapshot, recipes, fits }: Ahead,
  wanted: { mined: boolean; centroids: boolean },
): Promise<object> {
  const { asOf, watermark, customerKeys, itemKeys } = snapshot;
  const { minimumSupport, minimumCount, itemsetsPerItem, maximumLength, maximumItemsets } =
    recipes['association-rules'];
  const { segmentation } = recipes;
  const { features, restarts, maximumIterations } = segmentation;
  const unlearnable = fits.find(({ ials }) => ials.unobservedWeight === 0);
  if (unlearnable) throw new Error('methods.ials.unobservedWeight must be above 0 where Spark learns the factors');
  const epochs = Math.max(0, ...fits.map(({ ials }) => ials.epochs));
  if (epochs > mostEpochs && spark.properties['spark.checkpoint.dir'] === undefined) {
    throw new Error(
      `methods.ials.epochs of ${epochs} are more than ${mostEpochs}, which Spark learns by a folder alone that all its machines reach: name one as spark.checkpoint.dir in PANNIER_SPARK_PROPERTIES`,
    );
  }
  const partitions = 8;
  return {
    asOf,
    seed: settings.seed,
    timeZone: job.timeZone,
    minorDigits: job.minorDigits,
    partitions,
    ...(spark.source === undefined
      ? { sources: await selectFactSources(db, new Date(asOf), watermark, partitions) }
      : { lake: { ...(await selectLakeSource(db, new Date(asOf), watermark, job.timeZone)), path: spark.source } }),
    itemsets: wanted.mined ? { minimumSupport, minimumCount, itemsetsPerItem, maximumLength, maximumItemsets } : null,
    factors: fits.map((fit) => ({
      ...fit,
      seed: settings.seed,
      customerCount: customerKeys.length,
      itemCount: itemKeys.length,
    })),
    clusters: wanted.centroids ? { ...rangeOf(segmentation), features, restarts, maximumIterations } : null,
  };
}

/** The run's database as JDBC has it. */
function databaseOf({ connectionString, schema }: Job): object {
  const { hostname, port, pathname, username, password, searchParams } = new URL(connectionString);
  if (hostname === '' || searchParams.get('host')?.startsWith('/')) {
    throw new Error('DATABASE_URL names a socket: Spark needs an address that its machines reach');
  }
  const mode = searchParams.get('sslmode');
  const options = `currentSchema=${schema}${mode ? `&sslmode=${encodeURIComponent(mode)}` : ''}`;
  return {
    url: `jdbc:postgresql://${hostname}:${port || '5432'}${pathname}?${options}`,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

/** Waits until a job has passed its stages, and tells by what it failed. */
function createFollower(db: Database, { trainingRunId }: Job, patience: SparkPatience) {
  const began = performance.now();
  let askedAt = began;
  const secondsSince = (time: number) => (performance.now() - time) / 1_000;

  async function check(state: JobState | undefined, submission: Submission): Promise<JobState> {
    if (!state) throw new Error('the job is not there any more');
    if (!state.running) throw new Error('the run was ended from outside');
    if (state.error !== null) throw new Error(`Spark failed: ${state.error}`);
    if (state.stage === 'done') return state;
    if (state.driver !== null) {
      if (state.silentSeconds > patience.silentSeconds) {
        throw new Error(`the Spark driver has not been heard for ${Math.round(state.silentSeconds)} seconds`);
      }
      // Whether a gateway answers does not matter while the driver works.
      const end = state.silentSeconds > patience.doubtSeconds && (await submission.failure().catch(() => undefined));
      if (end) throw new Error(end);
      return state;
    }
    if (secondsSince(began) > patience.takeSeconds) {
      throw new Error(`no Spark driver has taken the job within ${patience.takeSeconds} seconds`);
    }
    let failure: string | undefined;
    try {
      failure = await submission.failure();
      askedAt = performance.now();
    } catch (error) {
      // It may be restarted; the job is taken or it is not.
      if (secondsSince(askedAt) > patience.gatewaySeconds) throw error;
    }
    if (failure !== undefined) throw new Error(failure);
    return state;
  }

  const follower = {
    submission: undefined as Submission | undefined,
    /** Waits until the job is in a later stage. */
    async past(stage: JobStage): Promise<void> {
      for (;;) {
        const state = await check(await selectJob(db, trainingRunId), follower.submission!);
        if (jobStages.indexOf(state.stage as JobStage) > jobStages.indexOf(stage)) return;
        await new Promise((resolve) => setTimeout(resolve, patience.pollMs));
      }
    },
    /** Nothing of the job is left, whatever became of it. */
    async end(): Promise<void> {
      const state = await selectJob(db, trainingRunId).catch(() => undefined);
      if (state?.stage !== 'done') await follower.submission?.kill();
      await deleteJob(db, trainingRunId).catch(() => undefined);
    },
  };
  return follower;
}
