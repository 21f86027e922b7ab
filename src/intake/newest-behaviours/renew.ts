import { setTimeout } from 'node:timers/promises';
import type { Database, Transaction } from '../../db/index.ts';
import { announceRows, insertRows, renewRows, selectOldRows, selectWithoutRow } from './store.ts';

/** Facts that come within so many minutes are no late ones: they are read beside the rows. */
const minutesBehind = 10;
/** A row is so old before it is made anew: so far back facts are read beside it. */
const twoDaysMs = 2 * 86_400_000;
/** Who changes older facts waits for no more than these. */
const rowsAtOnce = 200;

const everyMs = 3_600_000;

/** Renews them at once and every hour, asked every so often. */
export function createNewestBehavioursChore(db: Database): (leave?: AbortSignal) => Promise<number> {
  let dueAt = 0;
  return async (leave) => {
    if (performance.now() < dueAt) return 0;
    const made = await renewNewestBehaviours(db, { leave });
    if (made !== undefined) dueAt = performance.now() + everyMs;
    return made ?? 0;
  };
}

interface Renewing {
  /** rows are of facts before the moment so many minutes ago */
  minutes?: number;
  /** rows that are not so old stay as they are */
  oldestMs?: number;
  leave?: AbortSignal | undefined;
}

/**
 * Makes rows of newest behaviours for those who have none, and takes what has come since into rows that have grown old. What is
 * asked meanwhile is told rightly all along.
 * @returns how many; undefined: none, because somebody has changed facts for long
 */
export async function renewNewestBehaviours(
  db: Database,
  { minutes = minutesBehind, oldestMs = twoDaysMs, leave }: Renewing = {},
): Promise<number | undefined> {
  const until = await announceRows(db, minutes);
  if (!until) return undefined;
  const old = new Date(until.getTime() - oldestMs);
  const made = await inPortions(
    db,
    leave,
    (after) => selectWithoutRow(db, after, rowsAtOnce),
    (tx, keys) => insertRows(tx, keys, until),
  );
  const renewed = await inPortions(
    db,
    leave,
    (after) => selectOldRows(db, after, old, rowsAtOnce),
    (tx, keys) => renewRows(tx, keys, until),
  );
  return made + renewed;
}

async function inPortions(
  db: Database,
  leave: AbortSignal | undefined,
  select: (after: number) => Promise<number[]>,
  write: (tx: Transaction, customerKeys: readonly number[]) => Promise<number>,
): Promise<number> {
  let count = 0;
  for (let after = 0; !leave?.aborted; ) {
    const keys = await select(after);
    const started = performance.now();
    if (keys.length > 0) count += await db.transaction((tx) => write(tx, keys));
    if (keys.length < rowsAtOnce) return count;
    after = keys.at(-1)!;
    // Half of the time is others'.
    await setTimeout(performance.now() - started, undefined, { ...(leave && { signal: leave }) }).catch(() => {});
  }
  return count;
}
