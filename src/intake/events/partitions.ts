import type { Database, Transaction } from '../../db/index.ts';
import { dayMs } from '../../shop/days.ts';
import { deleteRowsWithEventsBefore } from '../newest-behaviours/store.ts';
import { archiveEvents } from './archive.ts';
import { type Period, periodNamed, periodOf } from './periods.ts';
import * as store from './store.ts';

export interface EventPartitions {
  /** Makes the partitions for events at these moments (epoch milliseconds) that are not there yet. */
  prepare(moments: Iterable<number>): Promise<void>;
  /** The same without trusting what is remembered: for who cannot write once more when a partition was dropped meanwhile. */
  prepareAnew(moments: Iterable<number>): Promise<void>;
  /** Runs `write` when the partitions are there, once more when one was dropped meanwhile because its retention had passed. */
  during<Result>(moments: readonly number[], write: () => Promise<Result>): Promise<Result>;
}

/** Which partitions there are is remembered, so that the usual batch asks nothing. */
export function createEventPartitions(db: Database): EventPartitions {
  const known = new Set<string>();

  async function prepare(moments: Iterable<number>): Promise<void> {
    const missing = new Map<string, Period>();
    let day = Number.NaN;
    for (const moment of moments) {
      // Most of a batch is of one day, and so of one period.
      if (Math.floor(moment / dayMs) === day) continue;
      day = Math.floor(moment / dayMs);
      const period = periodOf(moment);
      if (!known.has(period.table)) missing.set(period.table, period);
    }
    if (missing.size === 0) return;
    await store.makePartitions(db, [...missing.values()]);
    for (const table of missing.keys()) known.add(table);
  }

  return {
    prepare,
    prepareAnew(moments) {
      known.clear();
      return prepare(moments);
    },
    async during(moments, write) {
      await prepare(moments);
      try {
        return await write();
      } catch (error) {
        if (!store.isPartitionMissing(error)) throw error;
        known.clear();
        await prepare(moments);
        return write();
      }
    },
  };
}

/**
 * Takes out the partitions whose events all occurred and were received before `before`, archives them where there is a folder for it, drops them, and
 * forgets their ids: a history that was imported lately stays. What was left half way is finished first. A partition that a reader
 * holds is left for the next time.
 * @param archive the folder that what is dropped is written to before
 * @returns the partitions dropped
 */
export async function expireEvents(
  db: Database,
  before: Date,
  { archive, leave }: { archive?: string | undefined; leave?: AbortSignal } = {},
): Promise<string[]> {
  const dropped: string[] = [];
  const finish = async (name: string) => {
    const table = name.replace(/^expired_\d+_/, '');
    const aside = name === table ? await store.takeOutPartition(db, table) : name;
    if (aside === false) return false;
    if (aside === undefined) return true;
    if (archive !== undefined) await archiveEvents(db, aside, archive, table);
    const period = periodNamed(table);
    // Rows of newest behaviours that may hold its events go before it: who is stopped in between finds it again.
    if (period) await deleteRowsWithEventsBefore(db, period.until);
    if (!(await store.dropExpired(db, aside))) return false;
    dropped.push(table);
    return true;
  };
  for (const name of await store.listDetached(db)) {
    if (leave?.aborted) break;
    await finish(name);
  }
  for (const table of await store.listPartitions(db)) {
    const period = periodNamed(table);
    if (leave?.aborted) break;
    if (!period || period.until > before || (await store.hasReceivedSince(db, table, before))) continue;
    // Written down first: what was counted of its days must not be counted anew without it.
    await store.insertDropped(db, period);
    // One that is half detached has to be finished before the next may begin.
    if (!(await finish(table))) break;
  }
  await forgetIds(db, before, leave);
  return dropped;
}

/** Forgets the ids of periods that have no partition any more, also where an earlier round was cut off. */
async function forgetIds(db: Database, before: Date, leave?: AbortSignal): Promise<void> {
  let from = new Date('0001-01-01T00:00:00Z');
  while (from < before && !leave?.aborted) {
    const earliest = await store.selectEarliestId(db, from);
    if (!earliest || earliest >= before) return;
    const period = periodOf(earliest.getTime());
    if (period.until <= before) await store.deleteIdsOf(db, period, leave);
    from = period.until;
  }
}

/** Stretches of time of which events have been dropped; none is dropped until the transaction ends. */
export async function findDroppedEvents(tx: Transaction): Promise<store.DroppedEvents[]> {
  return store.selectDropped(tx);
}
