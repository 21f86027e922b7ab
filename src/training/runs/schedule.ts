import cron, { type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { type Database, isNightDone, markNightDone } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { latestNight } from '../../shop/latest-night.ts';
import type { Turns } from '../../shops/turns.ts';
import type { TrainingRun } from './run.ts';

export interface Schedule {
  start(): Promise<void>;
  stop(): void;
}

/** A night that waits to be run. One that failed is done too: it is not tried again all day long. */
export interface DueNight {
  isDue(): Promise<boolean>;
  markDone(): Promise<void>;
}

/** from one try to begin to the next, where the database has too much to do or is away */
const retryMs = 2_000;

/**
 * Asks every ten minutes, by the shop's clock and so also at the configured hour, whether a night is due: one that has just
 * begun or was missed (the service was down, another run was in the way, or the hour did not exist). The training lease and the
 * night's date see to it that of several instances one runs it, once.
 */
export function createSchedule(deps: {
  db: Database;
  config: Pick<Config, 'timeZone' | 'nightHour'>;
  clock: () => Date;
  log: Logger;
  turns: Turns;
  /** @throws PannierError `training_in_progress`, also when the night is not due any more once the lease is taken */
  train: (night: DueNight) => Promise<TrainingRun>;
}): Schedule {
  const { db, config, clock, log } = deps;
  const watch = db.for('watch');
  let task: ScheduledTask | undefined;
  let stopped = false;

  async function runDueNight(): Promise<void> {
    for (;;) {
      try {
        return await beginDueNight();
      } catch (error) {
        const code = error instanceof PannierError ? error.code : undefined;
        if (code === 'training_in_progress') return;
        if (code !== 'unavailable') return log.error({ err: error }, 'night failed');
        log.warn({ err: error }, 'night not begun yet');
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
        if (stopped) return;
      }
    }
  }

  async function beginDueNight(): Promise<void> {
    const night = latestNight(clock(), config.timeZone, config.nightHour);
    const due: DueNight = {
      isDue: async () => !(await isNightDone(watch, night)),
      markDone: () => markNightDone(db, night),
    };
    if (!(await due.isDue())) return;
    const run = await deps.turns(async () => {
      if (stopped) return undefined;
      log.info({ night }, 'night begins');
      return deps.train(due);
    });
    if (stopped || !run) return;
    log.info({ night, training_run_id: run.trainingRunId, status: run.status, verdict: run.verdict }, 'night is over');
  }

  return {
    async start() {
      task = cron.schedule('*/10 * * * *', runDueNight, { timezone: config.timeZone, noOverlap: true });
      void runDueNight();
    },
    stop() {
      stopped = true;
      void task?.destroy();
    },
  };
}
