import type { Logger } from 'pino';
import type { Database } from '../db/index.ts';
import { PannierError } from '../errors.ts';
import { customerIdsOf } from '../intake/index.ts';
import * as store from './store.ts';

/** The log of what was shown: a bounded queue that is written in batches and never makes an answer wait. */
export interface ServedListLog {
  record(list: store.ServedList): void;
  readonly waiting: number;
  /** Writes what waits; while the database is away it stays in the queue. */
  flush(): Promise<void>;
}

const capacity = 200_000;
const batchSize = 10_000;

/** @param onDrop told of lists that found the queue full or could not be written */
export function createServedListLog(db: Database, log: Logger, onDrop: (count: number) => void): ServedListLog {
  let queue: store.ServedList[] = [];
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchSize);
      queue = queue.slice(batchSize);
      try {
        await write(db, batch);
      } catch (error) {
        if (error instanceof PannierError && error.code === 'unavailable') {
          const room = Math.max(0, capacity - queue.length);
          onDrop(Math.max(0, batch.length - room));
          queue = [...batch.slice(0, room), ...queue];
          return;
        }
        onDrop(batch.length);
        log.error({ err: error, lists: batch.length }, 'served lists not logged');
      }
    }
  }

  return {
    record(list) {
      if (queue.length < capacity) queue.push(list);
      else onDrop(1);
    },
    get waiting() {
      return queue.length;
    },
    flush() {
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
      return writing;
    },
  };
}

/** Writes lists, but not those of somebody who has been erased since they were served. */
function write(db: Database, lists: readonly store.ServedList[]): Promise<void> {
  return db.transaction(async (tx) => {
    await store.holdOffErasure(tx);
    await store.insertServedLists(tx, lists);
    const keys = new Set<number>();
    for (const { customerKey } of lists) if (customerKey !== null) keys.add(customerKey);
    if (keys.size === 0) return;
    const known = await customerIdsOf(tx, [...keys]);
    for (const key of keys) if (!known.has(key)) await store.deleteServedListsOf(tx, key);
  });
}
