import cron, { type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { claimNight, type Database } from '../db/index.ts';
import { expireEvents } from '../intake/index.ts';
import { expireServedLists } from '../recommendations/index.ts';
import { pruneVersions } from '../versions/index.ts';
import { latestNight } from './night.ts';
import { servedTables } from './run-training.ts';
import type { TrainingRun } from './runs.ts';

export interface Schedule {
  start(): Promise<void>;
  stop(): void;
}

const keptVersions = 5;

/**
 * Rings every night at the configured local hour, and every ten minutes asks whether a night was missed (the service was
 * down, or the hour did not exist). Of several instances the one that claims the night's date runs it, so a night runs once.
 */
export function createSchedule(deps: {
  db: Database;
  config: Pick<Config, 'timeZone' | 'nightHour' | 'eventRetentionDays' | 'listRetentionDays'>;
  clock: () => Date;
  log: Logger;
  train: () => Promise<TrainingRun>;
}): Schedule {
  const { db, config, clock, log } = deps;
  let tasks: ScheduledTask[] = [];

  async function runDueNight(): Promise<void> {
    try {
      const night = latestNight(clock(), config.timeZone, config.nightHour);
      if (!(await claimNight(db, night))) return;
      log.info({ night }, 'night begins');
      const run = await deps.train();
      log.info(
        { night, training_run_id: run.trainingRunId, status: run.status, verdict: run.verdict },
        'night is over',
      );
      await tidy();
    } catch (error) {
      log.error({ err: error }, 'night failed');
    }
  }

  async function tidy(): Promise<void> {
    const now = clock().getTime();
    const daysAgo = (days: number) => new Date(now - days * 86_400_000);
    const dropped = await pruneVersions(db, servedTables, keptVersions);
    await expireEvents(db, daysAgo(config.eventRetentionDays));
    await expireServedLists(db, daysAgo(config.listRetentionDays));
    log.info({ dropped }, 'old versions, events and list logs are gone');
  }

  return {
    async start() {
      const options = { timezone: config.timeZone, noOverlap: true };
      tasks = [`0 ${config.nightHour} * * *`, '*/10 * * * *'].map((when) => cron.schedule(when, runDueNight, options));
      void runDueNight();
    },
    stop() {
      for (const task of tasks) void task.destroy();
      tasks = [];
    },
  };
}
