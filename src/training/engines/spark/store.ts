import type { Queryable } from '../../../db/index.ts';

/** Where a job is, as its driver says. */
export interface JobState {
  stage: string;
  /** null: no driver has taken it yet */
  driver: string | null;
  /** since the driver was heard, by the database's clock */
  silentSeconds: number;
  error: string | null;
  /** whether the run that it is for goes on */
  running: boolean;
}

/** Puts a run's job down, for one driver to take; what a run before left behind goes. */
export async function insertJob(
  db: Queryable,
  job: { trainingRunId: number; lease: { name: string; holder: string }; plan: object },
): Promise<void> {
  await db.query(
    `delete from engine_jobs using training_runs as run
     where run.training_run_id = engine_jobs.training_run_id and run.status <> 'running'`,
  );
  await db.query('insert into engine_jobs (training_run_id, lease_name, lease_holder, plan) values ($1, $2, $3, $4)', [
    job.trainingRunId,
    job.lease.name,
    job.lease.holder,
    job.plan,
  ]);
}

/** undefined: there is none any more. */
export async function selectJob(db: Queryable, trainingRunId: number): Promise<JobState | undefined> {
  const [row] = await db.query<JobState & { silent: number }>(
    `select job.stage, job.driver, job.error, run.status = 'running' as running,
            extract(epoch from clock_timestamp() - job.heartbeat_at)::float8 as silent
     from engine_jobs as job join training_runs as run using (training_run_id) where training_run_id = $1`,
    [trainingRunId],
  );
  if (!row) return undefined;
  const { silent, ...state } = row;
  return { ...state, silentSeconds: silent };
}

/** One row of a part of the results. */
export interface ResultRow {
  keys: number[];
  numbers: number[];
}

const portion = 20_000;

/** The rows of a part, by the number and then the order of their keys. */
export async function* readResults(db: Queryable, trainingRunId: number, part: string): AsyncGenerator<ResultRow> {
  let last: ResultRow | undefined;
  for (;;) {
    const rows: ResultRow[] = await db.query<ResultRow>(
      `select keys, numbers from engine_results
       where training_run_id = $1 and part = $2
         and ($3::int[] is null or (cardinality(keys), keys) > (cardinality($3::int[]), $3::int[]))
       order by cardinality(keys), keys limit ${portion}`,
      [trainingRunId, part, last?.keys ?? null],
    );
    yield* rows;
    if (rows.length < portion) return;
    last = rows.at(-1);
  }
}

/** Forgets a job with its results. */
export async function deleteJob(db: Queryable, trainingRunId: number): Promise<void> {
  await db.query('delete from engine_jobs where training_run_id = $1', [trainingRunId]);
}
