import type { Logger } from 'pino';
import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { type Consideration, insertConsiderations } from '../../experiments/index.ts';
import { findErased, holdOffErasure, insertTouches, Touches } from '../../intake/index.ts';
import type { Drawn, ListArm } from '../memory/drawn.ts';
import * as store from './store.ts';

export interface ServedList {
  listId: string;
  customerKey: number | null;
  visitorKey: number | null;
  releaseId: number | null;
  /** item keys, joined by commas */
  itemKeys: string;
  /** the number of each item's source, joined by commas */
  sources: string;
  /** the rule that each item rests on, or NULL, joined by commas; empty: none rests on one */
  ruleIds: string;
  /** places as `ByChance` has them; absent: none */
  byChance?: readonly number[] | undefined;
  /** where in the shop it is shown, of `placementPattern` */
  placement: string;
  arm: ListArm | null;
  /** epoch ms */
  servedAt: number;
}

/** The log of what was shown: a bounded queue that is written in batches and never makes an answer wait. */
export interface ServedListLog {
  /**
   * @param drawn the first that is heard of the customer's arm; of a visitor's it may have been heard before
   * @returns false: it was dropped, because the queue is full
   */
  record(list: ServedList, drawn?: Omit<Drawn, 'isNoted'>): boolean;
  readonly waiting: number;
  /** Writes what waits; while the database is away it stays in the queue. */
  flush(): Promise<void>;
}

/** Lines lie outside of the heap: tens of thousands of short-lived objects a second would be carried about by the collector. */
interface Block {
  bytes: Buffer;
  used: number;
  lists: number;
  /** when the first of them was served, epoch ms */
  since: number;
  customerKeys: number[];
  considerations: Consideration[];
  /** each visitor once */
  visitors: Map<number, Consideration>;
  /** It was written once, and nobody knows whether that was committed. */
  isRepeated: boolean;
}

const blockBytes = 65_536;
const mostBlocks = 512;
const blocksPerBatch = 16;

export interface ServedListLogDependencies {
  db: Database;
  /** the shop's: figures of the days on which lists were served are counted anew when they are written down */
  timeZone: string;
  clock: () => Date;
  log: Logger;
  /** called with the number of lists that found the queue full or could not be written */
  onDrop: (count: number) => void;
}

export function createServedListLog({ db, timeZone, clock, log, onDrop }: ServedListLogDependencies): ServedListLog {
  let queue: Block[] = [];
  let writing: Promise<void> | undefined;
  let [last, time] = [Number.NaN, ''];

  function append(line: string, servedAt: number): Block | undefined {
    let block = queue.at(-1);
    if (!block || block.used + line.length > block.bytes.length) {
      if (queue.length >= mostBlocks) {
        onDrop(1);
        return undefined;
      }
      const bytes = Buffer.allocUnsafeSlow(Math.max(blockBytes, line.length));
      const heard = { customerKeys: [], considerations: [], visitors: new Map() };
      block = { bytes, used: 0, lists: 0, since: servedAt, ...heard, isRepeated: false };
      queue.push(block);
    }
    block.used += block.bytes.write(line, block.used, 'latin1');
    block.lists++;
    return block;
  }

  async function writeAll(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, blocksPerBatch);
      queue = queue.slice(blocksPerBatch);
      try {
        await writeBlocks(db, batch, { timeZone, now: clock() });
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
    record(list, drawn) {
      const {
        listId,
        customerKey,
        visitorKey,
        releaseId,
        itemKeys,
        sources,
        ruleIds,
        byChance,
        placement,
        arm,
        servedAt,
      } = list;
      if (servedAt !== last) [last, time] = [servedAt, new Date(servedAt).toISOString()];
      const keys = `${customerKey ?? none}\t${visitorKey ?? none}\t${releaseId ?? none}`;
      const items = `{${itemKeys}}\t${time}\t${placement}\t{${sources}}\t${ruleIds === '' ? none : `{${ruleIds}}`}`;
      const chance = byChance ? `{${byChance.join()}}` : none;
      const block = append(`${listId}\t${keys}\t${items}\t${arm ?? none}\t${chance}\n`, servedAt);
      if (!block) return false;
      if (customerKey !== null) block.customerKeys.push(customerKey);
      if (!drawn) return true;
      const considered = { holdoutId: drawn.holdout.holdoutId, arm: drawn.arm, consideredAt: new Date(servedAt) };
      if (customerKey !== null) block.considerations.push({ personKey: customerKey, ...considered });
      else if (visitorKey !== null && !block.visitors.has(visitorKey)) {
        block.visitors.set(visitorKey, { personKey: visitorKey, ...considered });
      }
      return true;
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

/**
 * Writes lists and who was drawn for the first time, but nothing of somebody who has been erased since they were served. An event
 * may have been counted before the list that it names was known here: its day is counted again.
 */
function writeBlocks(
  db: Database,
  blocks: readonly Block[],
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<void> {
  return db.transaction(async (tx) => {
    await holdOffErasure(tx);
    await store.copyServedLists(
      tx,
      blocks.map(({ bytes, used }) => bytes.toString('latin1', 0, used)),
      blocks.some(({ isRepeated }) => isRepeated),
    );
    const served = blocks.map(({ since }) => since);
    await insertTouches(tx, new Touches().addMoments('list', [...served, now.getTime()]), timeZone);
    await insertConsiderations(
      tx,
      'visitors',
      blocks.flatMap(({ visitors }) => [...visitors.values()]),
    );
    const keys = new Set(blocks.flatMap(({ customerKeys }) => customerKeys));
    if (keys.size === 0) return;
    const erased = new Set(await findErased(tx, [...keys]));
    for (const key of erased) await store.deleteServedListsOf(tx, key);
    const considerations = blocks.flatMap((block) => block.considerations);
    await insertConsiderations(
      tx,
      'customers',
      considerations.filter(({ personKey }) => !erased.has(personKey)),
    );
  });
}
