import type { Queryable } from './database.ts';

/** False on a standby, and where the database or its role is set to read only. */
export async function takesWrites(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ takes: boolean }>(
    `select not pg_is_in_recovery() and not current_setting('transaction_read_only')::boolean as takes`,
  );
  return row.takes;
}
