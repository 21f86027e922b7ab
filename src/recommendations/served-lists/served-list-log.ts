import type { Logger } from 'pino';
import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { findErased, holdOffErasure } from '../../intake/index.ts';
import * as store from './store.ts';

export interface ServedList {
  listId: string;
  customerKey: number | null;
  visitorKey: number | null;
  releaseId: number | null;
  /** item keys, joined by commas */
  itemKeys: string;
  /** epoch ms */
  servedAt: number;
}

/** The log of what was shown: a bounded queue that is written in batches and never makes an answer wait. */
export interface ServedListLog {
  record(list: ServedList): void;
  readonly waiting: number;
  /** Writes what waits; while the database is away it stays in the queue. */
  flush(): Promise<void>;
}

/** Lines lie outside of the heap: tens of thousands of short-lived objects a second would be carried about by the collector. */
interface Block {
  bytes: Buffer;
  used: number;
  lists: number;
  customerKeys: number[];
  /** It was written once, and nobody knows whether that was committed. */
  isRepeated: boolean;
}

const blockBytes = 65_536;
const mostBlocks = 512;
const blocksPerBatch = 16;

/** @param onDrop called with the number of lists that found the queue full or could not be written */
export function createServedListLog(db: Database, log: Logger, onDrop: (count: number) => void): ServedListLog {
  let queue: Block[] = [];
  let writing: Promise<void> | undefined;
  let [last, time] = [Number.NaN, ''];

  function append(line: string, customerKey: number | null): void {
    let block = queue.at(-1);
    if (!block || block.used + line.length > block.bytes.length) {
      if (queue.length >= mostBlocks) {
        onDrop(1);
        return;
      }
      const bytes = Buffer.allocUnsafeSlow(Math.max(blockBytes, line.length));
      block = { bytes, used: 0, lists: 0, customerKeys: [], isRepeated: false };
      queue.push(block);
    }
    block.used += block.bytes.write(line, block.used, 'latin1');
    block.lists++;
    if (customerKey !== null) block.customerKeys.push(customerKey);
  }

  async function writeAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, blocksPerBatch);
      queue = queue.slice(blocksPerBatch);
      try {
        await writeBlocks(db, batch);
      } catch (error) {
        if (error instanceof PannierError && error.code === 'unavailable') {
          queue = [...batch.map((block) => ({ ...block, isRepeated: true })), ...queue];
          return;
        }
        const lists = countLists(batch);
        onDrop(lists);
        log.error({ err: error, lists }, 'served lists not logged');
      }
    }
  }

  return {
    record({ listId, customerKey, visitorKey, releaseId, itemKeys, servedAt }) {
      if (servedAt !== last) [last, time] = [servedAt, new Date(servedAt).toISOString()];
      const keys = `${customerKey ?? none}\t${visitorKey ?? none}\t${releaseId ?? none}`;
      append(`${listId}\t${keys}\t{${itemKeys}}\t${time}\n`, customerKey);
    },
    get waiting() {
      return countLists(queue);
    },
    flush() {
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
      return writing;
    },
  };
}

/** null in COPY's text format */
const none = '\\N';

function countLists(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { lists }) => sum + lists, 0);
}

/** Writes lists, but not those of somebody who has been erased since they were served. */
function writeBlocks(db: Database, blocks: readonly Block[]): Promise<void> {
  return db.transaction(async (tx) => {
    await holdOffErasure(tx);
    await store.copyServedLists(
      tx,
      blocks.map(({ bytes, used }) => bytes.toString('latin1', 0, used)),
      blocks.some(({ isRepeated }) => isRepeated),
    );
    const keys = new Set(blocks.flatMap(({ customerKeys }) => customerKeys));
    if (keys.size === 0) return;
    for (const key of await findErased(tx, [...keys])) await store.deleteServedListsOf(tx, key);
  });
}
