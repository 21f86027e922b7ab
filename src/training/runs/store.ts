import { deleteInPortions, type Queryable } from '../../db/index.ts';
import { type ModelKind, releasesRelation } from '../../versions/index.ts';
import type { Recipes } from '../learners/index.ts';
import type { Progress, RunStatus, TrainingRun } from './run.ts';

interface RunRow {
  training_run_id: number;
  status: RunStatus;
  models: ModelKind[];
  as_of: Date;
  watermark: Date | null;
  seed: number;
  recipes: Partial<Recipes>;
  code_version: string;
  started_at: Date;
  finished_at: Date | null;
  progress: Progress;
  counts: Record<string, number>;
  metrics: Record<string, unknown>;
  verdict: Record<string, unknown> | null;
  versions: Partial<Record<ModelKind, number>>;
  versions_before: Partial<Record<ModelKind, number>>;
  release_id: number | null;
  warnings: string[];
  error: string | null;
}

function toRun(row: RunRow): TrainingRun {
  return {
    trainingRunId: row.training_run_id,
    status: row.status,
    models: row.models,
    asOf: row.as_of,
    watermark: row.watermark,
    seed: row.seed,
    recipes: row.recipes,
    codeVersion: row.code_version,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    progress: row.progress,
    counts: row.counts,
    metrics: row.metrics,
    verdict: row.verdict,
    versions: row.versions,
    versionsBefore: row.versions_before,
    releaseId: row.release_id,
    warnings: row.warnings,
    error: row.error,
  };
}

/** SQL: runs with what was served until each ended. */
const runsWithBefore = `(
  select made.*, coalesce((
    select before.versions from ${releasesRelation} as before
    where case when made.release_id is null then before.created_at <= coalesce(made.finished_at, now())
               else before.release_id < made.release_id end
    order by before.release_id desc limit 1), '{}') as versions_before
  from training_runs as made)`;

/** Records a run as running, with `started_at` of now by the database's clock. */
export async function insertRun(
  db: Queryable,
  run: Pick<TrainingRun, 'models' | 'asOf' | 'seed' | 'recipes' | 'codeVersion'>,
): Promise<TrainingRun> {
  const [row] = await db.query<RunRow>(
    'insert into training_runs (models, as_of, seed, recipes, code_version) values ($1, $2, $3, $4, $5) returning training_run_id',
    [run.models, run.asOf, run.seed, run.recipes, run.codeVersion],
  );
  return (await selectRun(db, row.training_run_id))!;
}

/** undefined: there is no such run. */
export async function selectRun(db: Queryable, id: number): Promise<TrainingRun | undefined> {
  const [row] = await db.query<RunRow>(`select * from ${runsWithBefore} as run where training_run_id = $1`, [id]);
  return row && toRun(row);
}

/** Newest first; with `before` only those of a lower id. */
export async function selectRuns(db: Queryable, limit: number, before?: number): Promise<TrainingRun[]> {
  const rows = await db.query<RunRow>(
    `select * from ${runsWithBefore} as run where $1::bigint is null or training_run_id < $1
     order by training_run_id desc limit $2`,
    [before ?? null, limit],
  );
  return rows.map(toRun);
}

/** Stage times of the last run of the same models that came to its end: what the next one's remaining time is estimated from. */
export async function selectLastStages(db: Queryable, models: ModelKind[]): Promise<Progress['stages']> {
  const [row] = await db.query<{ progress: Progress }>(
    `select progress from training_runs where status in ('succeeded', 'refused') and models = $1
     order by training_run_id desc limit 1`,
    [models],
  );
  return row?.progress.stages ?? [];
}

/** Says how far a run is, and that it is alive. */
export async function updateProgress(db: Queryable, id: number, progress: Progress): Promise<void> {
  await db.query(
    'update training_runs set progress = $2, heartbeat_at = clock_timestamp() where training_run_id = $1',
    [id, progress],
  );
}

/** Puts warnings, in sentences for people, in place of those it had. */
export async function updateWarnings(db: Queryable, id: number, warnings: readonly string[]): Promise<void> {
  await db.query('update training_runs set warnings = $2 where training_run_id = $1', [id, warnings]);
}

/** Says up to which reception the run's snapshot looked at facts. */
export async function updateWatermark(db: Queryable, id: number, watermark: Date): Promise<void> {
  await db.query('update training_runs set watermark = $2 where training_run_id = $1', [id, watermark]);
}

/** Ends a run that is still running. False: it had ended already. */
export async function finishRun(
  db: Queryable,
  id: number,
  end: Pick<TrainingRun, 'status' | 'error'> &
    Partial<Pick<TrainingRun, 'counts' | 'metrics' | 'verdict' | 'versions' | 'releaseId'>>,
): Promise<boolean> {
  const rows = await db.query(
    `update training_runs set status = $2, error = $3, counts = $4, metrics = $5, verdict = $6, versions = $7,
            release_id = $8, finished_at = clock_timestamp()
     where training_run_id = $1 and status = 'running' returning training_run_id`,
    [
      id,
      end.status,
      end.error,
      end.counts ?? {},
      end.metrics ?? {},
      end.verdict ?? null,
      end.versions ?? {},
      end.releaseId ?? null,
    ],
  );
  return rows.length === 1;
}

/** Runs whose process is gone: nobody holds the lease any more, so nobody else can be running. */
export async function failAbandonedRuns(db: Queryable): Promise<number> {
  const rows = await db.query(
    `update training_runs set status = 'failed', error = 'the process that trained is gone', finished_at = clock_timestamp()
     where status = 'running' returning training_run_id`,
  );
  return rows.length;
}

/** Forgets runs of before `time` but for those that still run and those that are `kept`. */
export function deleteRunsBefore(
  db: Queryable,
  time: Date,
  kept: readonly number[],
  leave?: AbortSignal,
): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select old.training_run_id from training_runs as old
                  where old.started_at < $1 and old.status <> 'running' and old.training_run_id <> all($2::bigint[])
                  order by old.training_run_id limit $3),
          gone as (delete from training_runs using due where training_runs.training_run_id = due.training_run_id returning 1)
     select count(*)::int as count from gone`,
    [time, kept],
    leave,
  );
}
