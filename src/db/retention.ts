import type { Queryable } from './connections/database.ts';

/** Something that grows and has to be tidied, as a station announces it. What it does may be done twice, or by two at once. */
export interface Chore {
  name: string;
  /** Removes what is due at this moment, until it is told to leave the rest. @returns how much that was */
  tidy(now: Date, leave: AbortSignal): Promise<number>;
}

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

export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
