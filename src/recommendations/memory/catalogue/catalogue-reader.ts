import { setImmediate as nextTurn, setTimeout as rest } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Database, findTogether } from '../../../db/index.ts';
import { type CatalogueItem, loadEmbeddings, loadItems } from '../../../intake/index.ts';
import { unread } from '../../learnt/release-pieces.ts';
import type { DatabaseGuard } from '../database-guard.ts';
import { createSingleFlight } from '../single-flight.ts';
import type { Catalogue } from './catalogue.ts';

/** Keeps the catalogue in memory true. */
export interface CatalogueReader {
  /** Reads everything. @throws PannierError `unavailable` */
  readAll(): Promise<void>;
  /**
   * Reads these items; when the promise resolves the next answer shows them as they are. Where they cannot be read they are
   * withheld until `readAll`. Never rejects.
   */
  refresh(itemKeys: readonly number[]): Promise<void>;
}

/** Applying so many at once takes about a millisecond. */
const itemsPerTurn = 500;
const itemsPerRead = 2_000;
const embeddingsPerRead = 200;

/** @param popular items that will be asked about the most, first of all */
export function createCatalogueReader(
  db: Database,
  guard: DatabaseGuard,
  catalogue: Catalogue,
  log: Logger,
  minorDigits: number,
  popular: () => ArrayLike<number> = () => [],
): CatalogueReader {
  let loads = 0;

  async function apply(records: CatalogueItem[], load: number): Promise<void> {
    for (let start = 0; start < records.length; start += itemsPerTurn) {
      if (start > 0) await nextTurn();
      catalogue.apply(records.slice(start, start + itemsPerTurn), load);
    }
  }

  const readSome = findTogether<number, void>(async (keys) => {
    const load = ++loads;
    try {
      // In parts, so that a bulk change does not outlast the patience and blank the shop.
      for (let start = 0; start < keys.length; start += itemsPerRead) {
        const part = keys.slice(start, start + itemsPerRead);
        await guard.run(async () => apply(await loadItems(db, part, minorDigits), load));
        await readEmbeddings(part);
      }
      if (catalogue.content.isBehind) void prepareContent();
    } catch (error) {
      catalogue.withhold(keys, load);
      log.warn({ err: error, items: keys.length }, 'changed items not read and therefore withheld');
    }
    return new Map();
  }, 1);

  /** Reads the embeddings that are others than before. @param itemKeys items for which an answer may wait; undefined: of all */
  async function readEmbeddings(itemKeys?: readonly number[]): Promise<void> {
    const { content } = catalogue;
    const items = itemKeys?.map((key) => catalogue.indexOfKey(key)).filter((item) => item !== undefined);
    const wanted = content.withoutEmbedding(items);
    for (let start = 0; start < wanted.length; start += embeddingsPerRead) {
      const keys = wanted.slice(start, start + embeddingsPerRead).map((item) => catalogue.record(item).itemKey);
      const read = await (itemKeys ? guard.run(() => loadEmbeddings(db, keys)) : loadEmbeddings(db, keys));
      content.setEmbeddings(read.map(({ itemKey, ...one }) => ({ ...one, item: catalogue.indexOfKey(itemKey)! })));
    }
  }

  const prepareContent = createSingleFlight(async () => {
    await readEmbeddings().catch((error) => log.warn({ err: error }, 'embeddings not read'));
    await prepare(catalogue.content);
    await workAtLeisure(catalogue.content.findAhead(popular()));
  });

  return {
    readAll: createSingleFlight(async () => {
      const load = ++loads;
      await apply(await loadItems(db, undefined, minorDigits), load);
      catalogue.withholdLeft(unread);
      void prepare(catalogue.sets).then(prepareContent);
    }),
    async refresh(itemKeys) {
      if (itemKeys.length > 0) await readSome(itemKeys);
    },
  };
}

/** Nobody waits for it: who asks sooner makes the rest of it, or some more. */
async function prepare(shelf: { prepare(): Generator<void> }): Promise<void> {
  for (const _ of shelf.prepare()) await nextTurn();
}

/** A part at a time, with four times as much rest: answers come first. It keeps no process from ending. */
async function workAtLeisure(parts: Generator<void>): Promise<void> {
  for (let begun = performance.now(); !parts.next().done; begun = performance.now()) {
    await rest(4 * (performance.now() - begun), undefined, { ref: false });
  }
}
