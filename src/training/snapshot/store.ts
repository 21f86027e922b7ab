import type { Queryable } from '../../db/index.ts';

/**
 * Everything received up to here can be seen: not simply now, because a transaction that is still open may bring facts that
 * were received earlier.
 */
export async function selectWatermark(db: Queryable): Promise<Date> {
  const [row] = await db.query<{ watermark: Date }>(
    `select least(clock_timestamp(), min(xact_start)) as watermark from pg_stat_activity
     where datname = current_database() and backend_xid is not null`,
  );
  return row.watermark;
}

/** What the rest of the transaction reads is of one point in time, and it writes nothing. */
export async function readOneMoment(tx: Queryable): Promise<void> {
  await tx.query('set transaction isolation level repeatable read, read only');
}
