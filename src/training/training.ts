import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type Database, type Notice, releaseLease, renewLease, takeLease } from '../db/index.ts';
import { invalidField, notFound, PannierError } from '../errors.ts';
import { codeVersion } from '../project.ts';
import { refreshSegments } from '../segments/index.ts';
import { kinds, type ModelKind, publishVersion, type Release } from '../versions/index.ts';
import { spawnTrainer, type TrainerProcess } from './engines/local/supervise.ts';
import { chooseRecipes, type RecipeChanges } from './learners/choose-recipes.ts';
import { followRelease } from './learners/index.ts';
import { defaultEvaluationDays, type TrainingRun, trainingLease } from './runs/run.ts';
import { createSchedule, type DueNight } from './runs/schedule.ts';
import * as store from './runs/store.ts';

export interface TrainingDependencies {
  db: Database;
  /** for the trainer's process, which opens connections of its own */
  connectionString: string;
  config: Pick<Config, 'minorDigits' | 'trainerMemoryMb' | 'timeZone' | 'nightHour'>;
  clock: () => Date;
  log: Logger;
  /** the compiled trainer.js */
  trainerEntry: URL;
  /** Told when this instance has published something; the answer waits for it. */
  onChange?: (notice: Notice) => void | Promise<void>;
}

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

export interface Training {
  /**
   * Starts a run in a process of its own and comes back at once.
   * @throws PannierError `training_in_progress`, here or on another instance; `invalid_request` naming a recipe's field
   */
  startRun(request: TrainingRequest): Promise<TrainingRun>;
  /** A person publishes a version, or rolls back to it: the next answer is from it. @throws PannierError `not_found` */
  publish(kind: ModelKind, version: number): Promise<Release>;
  /** Waits for a run's end, telling how far it is. */
  waitForRun(id: number, onProgress?: (run: TrainingRun) => void): Promise<TrainingRun>;
  /** @throws PannierError `not_found` */
  readRun(id: number): Promise<TrainingRun>;
  /** Runs, newest first, below `before`. */
  listRuns(limit: number, before?: number): Promise<TrainingRun[]>;
  /** Rings at the configured hour of every night, and makes a missed night up once. */
  startSchedule(): Promise<void>;
  /** The process that trains now, for those who watch over it. */
  trainerProcessId(): number | undefined;
  stop(): Promise<void>;
  readonly db: Database;
}

const leaseSeconds = 30;
const defaultSeed = 1;
const pollMs = 200;
const retryMs = 1_000;
/** Clocks differ a little. */
const clockToleranceMs = 60_000;

function inProgress(): PannierError {
  return new PannierError('training_in_progress', 'A training run is under way. Wait for its end.');
}

export function createTraining(deps: TrainingDependencies): Training {
  const { db, config, clock, log } = deps;
  let current: { trainer?: TrainerProcess; over?: Promise<void> } | undefined;
  let stopping = false;
  const onChange = deps.onChange ?? (() => {});

  async function startRun(request: TrainingRequest, night?: DueNight): Promise<TrainingRun> {
    const models = kinds.filter((kind) => request.models?.includes(kind) ?? true);
    const recipes = chooseRecipes(models, request.recipes);
    const asOf = request.asOf ?? clock();
    if (asOf.getTime() > clock().getTime() + clockToleranceMs)
      throw invalidField('/as_of', 'must not be in the future');
    if (current) throw inProgress();
    current = {};
    const holder = randomUUID();
    try {
      if (!(await takeLease(db, trainingLease, holder, leaseSeconds))) throw inProgress();
      if (night && !(await night.isDue())) throw inProgress();
      return await launch(request, { models, recipes, asOf }, holder, night);
    } catch (error) {
      if (!current.trainer) {
        current = undefined;
        // Nobody else is to wait for a run that did not begin; where the database is away, the lease ends by itself.
        await releaseLease(db, trainingLease, holder).catch(() => undefined);
      }
      throw error;
    }
  }

  async function launch(
    request: TrainingRequest,
    plan: Pick<TrainingRun, 'models' | 'recipes' | 'asOf'>,
    holder: string,
    night: DueNight | undefined,
  ): Promise<TrainingRun> {
    const { models, recipes } = plan;
    await store.failAbandonedRuns(db);
    const run = await store.insertRun(db, { ...plan, seed: request.seed ?? defaultSeed, codeVersion });
    const trainer = spawnTrainer(
      deps.trainerEntry,
      {
        connectionString: deps.connectionString,
        schema: db.schema,
        trainingRunId: run.trainingRunId,
        models,
        asOf: run.asOf.toISOString(),
        seed: run.seed,
        recipes,
        publish: request.publish ?? 'gate',
        reason: request.reason ?? 'publish',
        evaluationDays: request.evaluationDays ?? defaultEvaluationDays,
        minorDigits: config.minorDigits,
        timeZone: config.timeZone,
        lease: { name: trainingLease, holder, seconds: leaseSeconds },
      },
      config.trainerMemoryMb,
    );
    current = { trainer, over: supervise(run.trainingRunId, trainer, holder, night) };
    return run;
  }

  async function supervise(
    id: number,
    trainer: TrainerProcess,
    holder: string,
    night: DueNight | undefined,
  ): Promise<void> {
    const renewal = setInterval(() => {
      // The database may be away for a while; if it is too long, the lease is lost and the trainer does not publish.
      renewLease(db, trainingLease, holder, leaseSeconds).catch((error) =>
        log.warn({ err: error }, 'lease not renewed'),
      );
    }, leaseSeconds * 333);
    const failure = await trainer.ended;
    clearInterval(renewal);
    for (;;) {
      try {
        if (failure && (await store.finishRun(db, id, { status: 'failed', error: failure }))) {
          log.error({ training_run_id: id, failure }, 'training failed');
        }
        // While the lease is still ours, so that nobody runs the night again. One that our own stop cut off is made up later.
        if (night && !stopping) await night.markDone();
        await releaseLease(db, trainingLease, holder);
        if (!failure) await followRun(id, night);
        break;
      } catch (error) {
        log.warn({ err: error, training_run_id: id }, 'the end of a training run is not recorded yet');
        if (stopping) break;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    await onChange({ about: 'release' });
    current = undefined;
  }

  /** What a night or a release changes is told to the segments that people defined; a segment that fails fails no run. */
  async function followRun(id: number, night: DueNight | undefined): Promise<void> {
    const run = await readRun(id);
    if (run.releaseId === null && !night) return;
    const failed = await refreshSegments(db, { asOf: run.asOf, minorDigits: config.minorDigits });
    for (const { segmentId, error } of failed)
      log.error({ err: error, segment_id: segmentId }, 'segment not refreshed');
  }

  async function readRun(id: number): Promise<TrainingRun> {
    const run = await store.selectRun(db, id);
    if (!run) throw notFound('training run');
    return run;
  }

  async function waitForRun(id: number, onProgress?: (run: TrainingRun) => void): Promise<TrainingRun> {
    for (;;) {
      const run = await readRun(id).catch((error) => {
        // The run goes on while the database is away for a moment, and so does the waiting.
        if (error instanceof PannierError && error.code === 'unavailable' && !stopping) return undefined;
        throw error;
      });
      if (run) onProgress?.(run);
      if (run && run.status !== 'running') {
        await current?.over;
        // What the trainer told last may have come after its end was read.
        const last = await readRun(id).catch(() => run);
        onProgress?.(last);
        return last;
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  const schedule = createSchedule({
    db,
    config,
    clock,
    log,
    train: async (night) => waitForRun((await startRun({ reason: 'night' }, night)).trainingRunId),
  });

  return {
    db,
    startRun: (request) => startRun(request),
    async publish(kind, version) {
      const release = await publishVersion(db, kind, version, (tx, served) => followRelease(tx, kind, served, version));
      await onChange({ about: 'release' });
      return release;
    },
    waitForRun,
    readRun,
    listRuns: (limit, before) => store.selectRuns(db, limit, before),
    startSchedule: schedule.start,
    trainerProcessId: () => current?.trainer?.processId,
    async stop() {
      stopping = true;
      schedule.stop();
      await current?.trainer?.stop();
      await current?.over;
    },
  };
}
