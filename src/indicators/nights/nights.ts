import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { type Database, isNightDone, markNightDone, releaseLease, renewLease, takeLease } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { latestNight } from '../../shop/latest-night.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import type { Turns } from '../../shops/turns.ts';
import type { NightResult, NightTask } from './night-task.ts';

/** What is foreseen from all facts together: once a night, in a thread of its own and at low priority. */
export interface Nights {
  /**
   * Does now what is done by night.
   * @param options.asOf as if this were the day (`YYYY-MM-DD`), for old data; default: today
   * @throws PannierError `conflict` where it is under way
   */
  workNow(options?: { asOf?: string | undefined }): Promise<NightResult>;
  /** Does it where a night has begun since it was done. */
  workDueNight(): Promise<void>;
  stop(): Promise<void>;
}

export interface NightsDependencies {
  db: Database;
  connectionString: string;
  /** the compiled night-worker.js */
  entry: URL;
  config: { timeZone: string; nightHour: number; trainerMemoryMb: number } & NightTask['replenishment'];
  /** where nights wait for their turn */
  turns: Turns;
  clock: () => Date;
  log: Logger;
}

const name = 'night-of-indicators';
const leaseSeconds = 60;

/** @see Nights */
export function createNights({ db, connectionString, entry, config, turns, clock, log }: NightsDependencies): Nights {
  const { timeZone, nightHour, leadTimeDays, reviewDays, serviceLevel } = config;
  const localDate = createLocalDates(timeZone);
  const watch = db.for('watch');
  let worker: Worker | undefined;
  let stopped = false;

  async function work(today: string): Promise<NightResult> {
    const task: NightTask = {
      ...{ connectionString, schema: db.schema, timeZone, today, now: clock().toISOString() },
      replenishment: { leadTimeDays, reviewDays, serviceLevel },
    };
    worker = new Worker(entry, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: config.trainerMemoryMb },
    });
    const ended = once(worker, 'exit').then(() => undefined);
    try {
      const [result] = (await Promise.race([once(worker, 'message'), ended])) ?? [];
      if (!result) throw new PannierError('unavailable', 'The work of the night was broken off.');
      return result;
    } finally {
      await worker.terminate();
      worker = undefined;
    }
  }

  /** Of several instances one at a time. */
  async function alone<Result>(todo: () => Promise<Result>): Promise<Result> {
    const holder = randomUUID();
    if (worker || !(await takeLease(db, name, holder, leaseSeconds))) {
      throw new PannierError('conflict', 'The forecasts are being made already.');
    }
    const renewal = setInterval(() => {
      renewLease(watch, name, holder, leaseSeconds).catch((error) => log.warn({ err: error }, 'lease not renewed'));
    }, leaseSeconds * 333);
    try {
      return await todo();
    } finally {
      clearInterval(renewal);
      await releaseLease(db, name, holder);
    }
  }

  return {
    workNow: ({ asOf } = {}) =>
      alone(async () => {
        const night = latestNight(clock(), timeZone, nightHour);
        const result = await work(asOf ?? localDate(clock().getTime()));
        // What was done by hand is not done once more by the timer.
        if (asOf === undefined) await markNightDone(db, night, name);
        return result;
      }),
    async workDueNight() {
      const night = latestNight(clock(), timeZone, nightHour);
      if (await isNightDone(watch, night, name)) return;
      try {
        const result = await turns(async () => {
          if (stopped) return undefined;
          return alone(async () => {
            if (await isNightDone(db, night, name)) return undefined;
            // One that fails is done too: it is not tried again all day long.
            await markNightDone(db, night, name);
            return work(localDate(clock().getTime()));
          });
        });
        if (result) log.info({ night, ...result }, 'forecasts made');
      } catch (error) {
        if (!(error instanceof PannierError && error.code === 'conflict')) throw error;
      }
    },
    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}
