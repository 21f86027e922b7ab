import type { Queryable } from '../../../db/index.ts';

export interface FailedCodes {
  /** local, `2026-03-29` */
  day: string;
  reason: string;
  tries: number;
}

/** Adds to what failed on days, one of each day and reason. */
export async function addFailures(db: Queryable, failures: readonly FailedCodes[]): Promise<void> {
  await db.query(
    `insert into failed_code_days as known (day, reason, tries)
     select failed.day, failed.reason, failed.tries from unnest($1::date[], $2::text[], $3::bigint[]) as failed (day, reason, tries)
     order by failed.day, failed.reason
     on conflict (day, reason) do update set tries = known.tries + excluded.tries`,
    [failures.map(({ day }) => day), failures.map(({ reason }) => reason), failures.map(({ tries }) => tries)],
    'add-failed-codes',
  );
}

/** What failed on local days from one up to, and without, another. */
export async function selectFailures(db: Queryable, from: string, until: string): Promise<FailedCodes[]> {
  return db.query<FailedCodes>(
    `select day::text as day, reason, tries from failed_code_days where day >= $1::date and day < $2::date order by day, reason`,
    [from, until],
  );
}

/** The first local day of which any is known; null: none. */
export async function selectFirstFailureDay(db: Queryable): Promise<string | null> {
  const [row] = await db.query<{ day: string | null }>('select min(day)::text as day from failed_code_days');
  return row.day;
}
