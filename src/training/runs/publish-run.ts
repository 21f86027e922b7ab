import { type Database, renewLease, type Transaction } from '../../db/index.ts';
import { findErased, holdOffErasure } from '../../intake/index.ts';
import { eraseFromRecommendations } from '../../recommendations/index.ts';
import { eraseFromSegments } from '../../segments/index.ts';
import { attachVersion, type NewVersion, type PublishedRelease, publishRelease } from '../../versions/index.ts';
import type { GateVerdict } from '../evaluation/gate.ts';
import { followRelease } from '../learners/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Writer } from './load-learnt.ts';
import type { Job, TrainingRun } from './run.ts';
import { finishRun } from './store.ts';

/** What a run has come to. */
export interface RunEnd extends Pick<TrainingRun, 'counts' | 'metrics'> {
  verdict: GateVerdict;
  versions: readonly NewVersion[];
  /** write what is kept elsewhere than in versions */
  writers: readonly Writer[];
}

/**
 * Ends a run in one transaction: attaches its versions, and where the gate lets it pass, publishes them and writes what
 * decides. @throws Error where another run may be under way, or the run was ended from outside
 */
export async function publishRun(
  db: Database,
  job: Job,
  { snapshot, published, end }: { snapshot: Snapshot; published: PublishedRelease | undefined; end: RunEnd },
): Promise<void> {
  const { verdict, versions, writers, counts, metrics } = end;
  const numbers = Object.fromEntries(versions.map(({ kind, version }) => [kind, version]));
  await db.transaction(async (tx) => {
    for (const version of versions) await attachVersion(tx, version);
    await forgetErased(tx, snapshot.customerKeys);
    let releaseId: number | null = null;
    if (verdict.passed && job.publish === 'gate') {
      for (const write of writers) await write(tx, job.trainingRunId);
      const release = await publishRelease(tx, db.schema, {
        versions: numbers,
        reason: job.reason,
        trainingRunId: job.trainingRunId,
        judgedBeside: published?.releaseId ?? null,
      });
      releaseId = release.releaseId;
      for (const { kind, version } of versions) await followRelease(tx, kind, published?.versions[kind], version);
    }
    const finished = await finishRun(tx, job.trainingRunId, {
      status: verdict.passed ? 'succeeded' : 'refused',
      error: null,
      counts,
      metrics,
      verdict: { ...verdict },
      versions: numbers,
      releaseId,
    });
    if (!finished) throw new Error('the run was ended from outside');
    // Asked again, because a leader that was paused for long must not publish; and last, because until the commit nobody else can
    // renew the lease, and a first release writes a line of every customer.
    const { name, holder, seconds } = job.lease;
    if (!(await renewLease(tx, name, holder, seconds)))
      throw new Error('the lease was lost: another run may be under way');
  });
}

/** Whoever was erased while the run was under way must not come back with it. */
async function forgetErased(tx: Transaction, customerKeys: Int32Array): Promise<void> {
  await holdOffErasure(tx);
  for (const customerKey of await findErased(tx, customerKeys)) {
    await eraseFromRecommendations(tx, customerKey);
    await eraseFromSegments(tx, customerKey);
  }
}
