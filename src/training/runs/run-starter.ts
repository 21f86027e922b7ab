import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { type Database, type Notice, releaseLease, renewLease, takeLease } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { codeVersion } from '../../project.ts';
import { refreshSegments } from '../../segments/index.ts';
import { kinds, type ModelKind } from '../../versions/index.ts';
import { spawnTrainer, type TrainerProcess } from '../engines/local/supervise.ts';
import { chooseRecipes, type RecipeChanges } from '../learners/choose-recipes.ts';
import { defaultEvaluationDays, type TrainingRun, trainingLease } from './run.ts';
import type { DueNight } from './schedule.ts';
import * as store from './store.ts';

/** What training is made with. */
export interface TrainingDependencies {
  db: Database;
  /** for the trainer's process, which opens connections of its own */
  connectionString: string;
  config: Pick<Config, 'minorDigits' | 'trainerMemoryMb' | 'timeZone' | 'nightHour'>;
  clock: () => Date;
  log: Logger;
  /** the compiled trainer.js */
  trainerEntry: URL;
  /** Called when this instance has published something; the answer waits for it. */
  onChange?: (notice: Notice) => void | Promise<void>;
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

const leaseSeconds = 30;
const defaultSeed = 1;
const retryMs = 1_000;
/** Clocks differ a little. */
const clockToleranceMs = 60_000;

function inProgress(): PannierError {
  return new PannierError('training_in_progress', 'A training run is under way. Wait for its end.');
}

/** Starts runs, one at a time over all instances, and watches over the process that trains. */
export function createRunStarter(deps: TrainingDependencies): RunStarter {
  const { db, config, clock, log } = deps;
  let current: { trainer?: TrainerProcess; over?: Promise<void> } | undefined;
  let stopping = false;
  const onChange = deps.onChange ?? (() => {});

  async function start(request: TrainingRequest, night?: DueNight): Promise<TrainingRun> {
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

  /** After a night or a release the segments that people defined are refreshed; a segment that fails fails no run. */
  async function followRun(id: number, night: DueNight | undefined): Promise<void> {
    const run = await store.selectRun(db, id);
    if (!run || (run.releaseId === null && !night)) return;
    const failed = await refreshSegments(db, { asOf: run.asOf, minorDigits: config.minorDigits });
    for (const { segmentId, error } of failed)
      log.error({ err: error, segment_id: segmentId }, 'segment not refreshed');
  }

  return {
    start,
    whenOver: async () => current?.over,
    trainerProcessId: () => current?.trainer?.processId,
    async stop() {
      stopping = true;
      await current?.trainer?.stop();
      await current?.over;
    },
  };
}
