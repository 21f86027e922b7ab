import { totalmem } from 'node:os';
import { mostCells } from '../../../models/collaborative-filtering/index.ts';
import type { SnapshotSize } from '../../intake/index.ts';

/**
 * What a night's process takes of memory for each order line or event, at least: so much grew by the snapshot and what the search
 * parts of it, without what threads and methods take (docs/scale.md: 159 bytes, and up to 387 of whole nights). A little less, because
 * shops differ: what may just fit is tried, and the trainer's limit holds all the same.
 */
const factBytes = 150;

/** As many keys as a Map or Set of Node holds. */
const mostKeys = 2 ** 24;
export interface MemoryReckoning {
  /** at least so much is needed */
  neededMb: number;
  /** why the run cannot be; undefined: it may */
  refusal: string | undefined;
}

/**
 * Whether a run can be, before anything is read: what is larger than the trainer's memory, or than what Node and the kernels can
 * number, would end it after an hour's work. Methods that the kernels have no room for are left out by themselves, but for the graph of
 * items, without which there are no lists.
 * @param pairs counts pairs of customer and item, which is asked where there may be too many alone; absent: no lists are made
 * @param orderBytes what learning the order of so many customers' lists takes beside the facts; absent: it is not learnt
 */
export async function reckonMemory(
  size: SnapshotSize,
  limits: {
    limitMb: number;
    pairs?: (() => Promise<number>) | undefined;
    orderBytes?: ((customers: number) => number) | undefined;
  },
): Promise<MemoryReckoning> {
  const { limitMb, pairs, orderBytes = () => 0 } = limits;
  const facts = size.orderLines + size.events;
  // Of those without a fact nothing is read.
  const customers = Math.min(size.customers, facts);
  const neededMb = Math.ceil((facts * factBytes + orderBytes(customers)) / 2 ** 20);
  const told = `${inWords(size.orderLines)} order lines and ${inWords(size.events)} events of ${inWords(size.customers)} customers`;
  const refuse = (why: string) => ({ neededMb, refusal: `This run would not fit: ${why} What is published stays.` });
  if (neededMb > limitMb) {
    return refuse(
      `${told} take at least ${inWords(neededMb)} MB of memory, and the trainer may have ${inWords(limitMb)}. What helps: more memory (PANNIER_TRAINER_MEMORY_MB, and a container's limit above it), a shorter history (PANNIER_EVENT_RETENTION_DAYS), or what docs/scale.md says of larger shops.`,
    );
  }
  if (customers > mostKeys) {
    return refuse(
      `${inWords(customers)} customers are more than the ${inWords(mostKeys)} that one process can number. What helps: a schema for each part of the shop, or what docs/scale.md says of larger shops.`,
    );
  }
  const counted = pairs && Math.min(facts, customers * size.items) > mostCells ? await pairs() : 0;
  if (counted > mostCells) {
    return refuse(
      `${told} make ${inWords(counted)} pairs of a customer and an item, and of ${inWords(mostCells)} at most the graph of items can be learnt. What helps: a shorter history (PANNIER_EVENT_RETENTION_DAYS), a schema for each part of the shop, or what docs/scale.md says of larger shops.`,
    );
  }
  return { neededMb, refusal: undefined };
}

/** What this process may take: what it was given, and no more than its container has. */
export function memoryLimitMb(givenMb: number): number {
  // Without a limit it is a huge number, or 0.
  const contained = process.constrainedMemory?.() ?? 0;
  const most = contained > 0 && contained < totalmem() ? Math.floor(contained / 2 ** 20) : Number.POSITIVE_INFINITY;
  return Math.min(givenMb, most);
}

const inWords = (count: number) => count.toLocaleString('en');
