import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { issuedCouponsRelation, redemptionsRelation } from '../../coupons/index.ts';
import { type Database, releaseLease, renewLease } from '../../db/index.ts';
import { refreshSegments } from '../../segments/index.ts';
import type { TrainerProcess } from '../engines/local/supervise.ts';
import { trainingLease } from './run.ts';
import type { DueNight } from './schedule.ts';
import * as store from './store.ts';

/** A run whose trainer is at work. */
export interface StartedRun {
  trainingRunId: number;
  trainer: TrainerProcess;
  /** who has the lease */
  holder: string;
  /** the night that is run */
  night: DueNight | undefined;
}

interface SupervisionDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits' | 'timeZone' | 'weekStart'>;
  clock: () => Date;
  log: Logger;
}

export const leaseSeconds = 30;
const retryMs = 1_000;

/** Keeps the lease while the trainer works, and records its end as soon as the database can be reached. */
export async function superviseRun(
  deps: SupervisionDependencies,
  started: StartedRun,
  isStopping: () => boolean,
): Promise<void> {
  const { db, log } = deps;
  const { trainingRunId, trainer, holder } = started;
  const renewal = setInterval(() => {
    // The database may be away for a while; if it is too long, the lease is lost and the trainer does not publish.
    renewLease(db.for('watch'), trainingLease, holder, leaseSeconds).catch((error) =>
      log.warn({ err: error }, 'lease not renewed'),
    );
  }, leaseSeconds * 333);
  const failure = await trainer.ended;
  clearInterval(renewal);
  for (;;) {
    try {
      await recordEnd(deps, started, failure, isStopping);
      return;
    } catch (error) {
      log.warn({ err: error, training_run_id: trainingRunId }, 'the end of a training run is not recorded yet');
      if (isStopping()) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

async function recordEnd(
  deps: SupervisionDependencies,
  { trainingRunId, holder, night }: StartedRun,
  failure: string | undefined,
  isStopping: () => boolean,
): Promise<void> {
  const { db, log } = deps;
  if (failure && (await store.finishRun(db, trainingRunId, { status: 'failed', error: failure }))) {
    log.error({ training_run_id: trainingRunId, failure }, 'training failed');
  }
  // While the lease is still ours, so that nobody runs the night again. One that our own stop cut off is made up later.
  if (night && !isStopping()) await night.markDone();
  await releaseLease(db, trainingLease, holder);
  if (!failure) await refreshDefinedSegments(deps, trainingRunId, night);
}

/** After a night or a release the segments that people defined are refreshed; a segment that fails fails no run. */
async function refreshDefinedSegments(
  { db, config, clock, log }: SupervisionDependencies,
  trainingRunId: number,
  night: DueNight | undefined,
): Promise<void> {
  const run = await store.selectRun(db, trainingRunId);
  if (!run || (run.releaseId === null && !night)) return;
  const { failed, corrected } = await refreshSegments(db, {
    asOf: run.asOf,
    now: clock(),
    shop: { ...config, couponRelations: { issued: issuedCouponsRelation, redeemed: redemptionsRelation } },
  });
  for (const { segmentId, error } of failed) log.error({ err: error, segment_id: segmentId }, 'segment not refreshed');
  for (const { segmentId, members } of corrected) {
    log.error({ segment_id: segmentId, members }, 'a live segment was not what its rule finds, and is corrected');
  }
}
