import type { Database } from '../db/index.ts';
import { notFound, PannierError } from '../errors.ts';
import { noWaiting } from '../shops/turns.ts';
import {
  type ModelKind,
  type PublishedRelease,
  publishVersion,
  type Release,
  readPublishedRelease,
} from '../versions/index.ts';
import { createExplorations, type Explorations } from './explorations/start-exploration.ts';
import { followRelease } from './learners/index.ts';
import type { TrainingRun } from './runs/run.ts';
import { createRunStarter, type TrainingDependencies, type TrainingRequest } from './runs/run-starter.ts';
import { createSchedule } from './runs/schedule.ts';
import * as store from './runs/store.ts';

/** The door of training: runs, publishing, the schedule of nights, explorations. */
export interface Training {
  /**
   * Starts a run in a process of its own and comes back at once.
   * @throws PannierError `training_in_progress`, here or on another instance; `invalid_request` naming a recipe's field
   */
  startRun(request: TrainingRequest): Promise<TrainingRun>;
  /** A person publishes a version, or rolls back to it: the next answer is from it. @throws PannierError `not_found` */
  publish(kind: ModelKind, version: number): Promise<Release>;
  /** Waits for a run's end, reporting how far it is. */
  waitForRun(id: number, onProgress?: (run: TrainingRun) => void): Promise<TrainingRun>;
  /** @throws PannierError `not_found` */
  readRun(id: number): Promise<TrainingRun>;
  /** Runs, newest first, below `before`. */
  listRuns(limit: number, before?: number): Promise<TrainingRun[]>;
  /** Rings at the configured hour of every night, and makes a missed night up once. */
  startSchedule(): Promise<void>;
  readonly explorations: Explorations;
  /** The process that trains now, for those who watch over it. */
  trainerProcessId(): number | undefined;
  stop(): Promise<void>;
  readonly db: Database;
  /** what is served now */
  readRelease(): Promise<PublishedRelease | undefined>;
}

const pollMs = 200;

/** @see Training */
export function createTraining(deps: TrainingDependencies): Training {
  const { db, config, clock, log } = deps;
  const runs = createRunStarter(deps);
  const explorations = createExplorations(deps);
  let stopping = false;

  async function readRun(id: number): Promise<TrainingRun> {
    const run = await store.selectRun(db.for('watch'), id);
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
        await runs.whenOver();
        // What the trainer reported last may have come after its end was read.
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
    turns: deps.nightTurns ?? noWaiting,
    train: async (night) => waitForRun((await runs.start({ reason: 'night' }, night)).trainingRunId),
  });

  return {
    db,
    readRelease: deps.readRelease ?? (() => readPublishedRelease(db)),
    explorations,
    startRun: (request) => runs.start(request),
    async publish(kind, version) {
      const release = await publishVersion(db, kind, version, (tx, served) => followRelease(tx, kind, served, version));
      await deps.onChange?.({ about: 'release' });
      return release;
    },
    waitForRun,
    readRun,
    listRuns: (limit, before) => store.selectRuns(db, limit, before),
    startSchedule: schedule.start,
    trainerProcessId: runs.trainerProcessId,
    async stop() {
      stopping = true;
      schedule.stop();
      await explorations.stop();
      await runs.stop();
    },
  };
}
