import type { Queryable } from './connections/database.ts';

const portion = 2_000;

/**
 * Deletes portion by portion, so that no transaction is long and nobody waits for it.
 * @param statement deletes at most as many rows as its last parameter tells, and gives their `count`
 */
export async function deleteInPortions(
  db: Queryable,
  statement: string,
  values: unknown[],
  leave?: AbortSignal,
): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await db.query<{ count: number }>(statement, [...values, portion]);
    total += row.count;
    if (row.count < portion || leave?.aborted) return total;
  }
}

/** So many days of 24 hours before a time. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
