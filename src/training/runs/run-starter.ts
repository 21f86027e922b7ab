import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { type Database, type Notice, releaseLease, takeLease } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { codeVersion } from '../../project.ts';
import type { Turns } from '../../shops/turns.ts';
import { kinds, type ModelKind, type PublishedRelease } from '../../versions/index.ts';
import { spawnTrainer, type TrainerProcess } from '../engines/local/supervise.ts';
import { chooseRecipes, type RecipeChanges } from '../learners/choose-recipes.ts';
import { defaultEvaluationDays, type Job, type TrainingRun, trainingLease } from './run.ts';
import type { DueNight } from './schedule.ts';
import * as store from './store.ts';
import { leaseSeconds, type StartedRun, superviseRun } from './supervise-run.ts';

/** What training is made with. */
export interface TrainingDependencies {
  db: Database;
  /** for the trainer's process, which opens connections of its own */
  connectionString: string;
  config: Pick<Config, 'minorDigits' | 'trainerMemoryMb' | 'timeZone' | 'weekStart' | 'nightHour' | 'spark'> &
    Partial<Pick<Config, 'predictedAttributes' | 'barredAttributes'>>;
  clock: () => Date;
  log: Logger;
  /** the compiled trainer.js */
  trainerEntry: URL;
  /** Called when this instance has published something; the answer waits for it. */
  onChange?: (notice: Notice) => void | Promise<void>;
  /** where nights wait for their turn; default: they do not */
  nightTurns?: Turns;
  /** what is served now; default: read at every question */
  readRelease?: () => Promise<PublishedRelease | undefined>;
}

/** What a run is asked for; whatever is absent is as by night. */
export interface TrainingRequest {
  /** default: all */
  models?: ModelKind[];
  /** default: now */
  asOf?: Date;
  seed?: number;
  recipes?: RecipeChanges;
  /** never: versions are made and kept unpublished */
  publish?: 'gate' | 'never';
  evaluationDays?: number;
  reason?: 'night' | 'publish';
}

export interface RunStarter {
  /** See `Training.startRun`. @param night the night that is run, so that it is marked done */
  start(request: TrainingRequest, night?: DueNight): Promise<TrainingRun>;
  /** Waits until nothing that this instance started is under way. */
  whenOver(): Promise<void>;
  trainerProcessId(): number | undefined;
  /** Makes an end of what is under way. */
  stop(): Promise<void>;
}

const defaultSeed = 1;
/** Clocks differ a little. */
const clockToleranceMs = 60_000;

function inProgress(): PannierError {
  return new PannierError('training_in_progress', 'A training run is under way. Wait for its end.');
}

/** Starts runs, one at a time over all instances, and watches over the process that trains. */
export function createRunStarter(deps: TrainingDependencies): RunStarter {
  const { db, config, clock } = deps;
  let current: { beginning: Promise<TrainingRun>; trainer?: TrainerProcess; over?: Promise<void> } | undefined;
  let stopping = false;
  const onChange = deps.onChange ?? (() => {});

  async function start(request: TrainingRequest, night?: DueNight): Promise<TrainingRun> {
    const plan = planRun(request, clock);
    if (current) throw inProgress();
    if (stopping) throw new PannierError('unavailable', 'The work was broken off.');
    current = { beginning: begin(request, plan, night) };
    return current.beginning;
  }

  async function begin(request: TrainingRequest, plan: RunPlan, night: DueNight | undefined): Promise<TrainingRun> {
    const holder = randomUUID();
    try {
      if (!(await takeLease(db, trainingLease, holder, leaseSeconds))) throw inProgress();
      if (night && !(await night.isDue())) throw inProgress();
      return await launch(request, plan, holder, night);
    } catch (error) {
      if (!current?.trainer) {
        current = undefined;
        // Nobody else is to wait for a run that did not begin; where the database is away, the lease ends by itself.
        await releaseLease(db, trainingLease, holder).catch(() => undefined);
      }
      throw error;
    }
  }

  async function launch(
    request: TrainingRequest,
    plan: RunPlan,
    holder: string,
    night: DueNight | undefined,
  ): Promise<TrainingRun> {
    await store.failAbandonedRuns(db);
    const run = await store.insertRun(db, { ...plan, seed: request.seed ?? defaultSeed, codeVersion });
    const trainer = spawnTrainer(
      deps.trainerEntry,
      jobOf(deps, request, { ...run, models: plan.models, recipes: plan.recipes }, holder),
      config.trainerMemoryMb,
    );
    Object.assign(current!, { trainer, over: follow({ trainingRunId: run.trainingRunId, trainer, holder, night }) });
    return run;
  }

  async function follow(started: StartedRun): Promise<void> {
    await superviseRun(deps, started, () => stopping);
    await onChange({ about: 'release' });
    current = undefined;
  }

  return {
    start,
    whenOver: async () => current?.over,
    trainerProcessId: () => current?.trainer?.processId,
    async stop() {
      stopping = true;
      // What is about to begin would otherwise train on after its service.
      await current?.beginning.catch(() => undefined);
      await current?.trainer?.stop();
      await current?.over;
    },
  };
}

type RunPlan = Pick<TrainingRun, 'models' | 'recipes' | 'asOf'>;

/** @throws PannierError `invalid_request` for recipes that cannot be used, or a time in the future */
function planRun(request: TrainingRequest, clock: () => Date): RunPlan {
  const models = kinds.filter((kind) => request.models?.includes(kind) ?? true);
  const recipes = chooseRecipes(models, request.recipes);
  const asOf = request.asOf ?? clock();
  if (asOf.getTime() > clock().getTime() + clockToleranceMs) {
    throw invalidField('/as_of', 'must not be in the future');
  }
  return { models, recipes, asOf };
}

/** What the trainer is sent. */
function jobOf(
  { db, connectionString, config }: TrainingDependencies,
  request: TrainingRequest,
  run: Pick<TrainingRun, 'trainingRunId' | 'models' | 'recipes' | 'asOf' | 'seed'>,
  holder: string,
): Job {
  return {
    connectionString,
    schema: db.schema,
    trainingRunId: run.trainingRunId,
    models: run.models,
    asOf: run.asOf.toISOString(),
    seed: run.seed,
    recipes: run.recipes,
    publish: request.publish ?? 'gate',
    reason: request.reason ?? 'publish',
    evaluationDays: request.evaluationDays ?? defaultEvaluationDays,
    minorDigits: config.minorDigits,
    timeZone: config.timeZone,
    predictedAttributes: config.predictedAttributes ?? [],
    barredAttributes: config.barredAttributes ?? [],
    memoryMb: config.trainerMemoryMb,
    lease: { name: trainingLease, holder, seconds: leaseSeconds },
    spark: config.spark,
  };
}
