import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { type Change, type UpsertStore, upsertBatch } from '../batch/upsert-batch.ts';
import { checkItem } from '../cleaning/check-facts.ts';
import type { Fault } from '../cleaning/rules.ts';
import type { ItemElement } from '../request-elements.ts';
import type { StockStep } from '../stock/stock-day.ts';
import { recordStock } from '../stock/stock-days.ts';
import { Touches } from '../touches/touches.ts';
import { applyItem } from './apply-item.ts';
import type { EmbeddingMark } from './embedding.ts';
import { tooMuchOf } from './item-parts.ts';
import {
  embeddingMarks,
  insertMissingItems,
  insertPrices,
  lockItems,
  type PriceTold,
  settleEmbeddingLength,
  updateDescriptions,
  updateEmbeddings,
  updateItems,
} from './store.ts';
import type { StoredItem } from './stored-item.ts';

/** Upserts items: the catalogue speaks. */
export async function upsertItems(
  tx: Transaction,
  elements: readonly ItemElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('item', elements, (element) => element.item_id);
  cleanBatch(batch, (element) => checkItem(element, context));
  const steps: StockStep[] = [];
  const prices: PriceTold[] = [];
  const descriptions = new Map<number, StoredItem>();
  const embeddings = new Map<number, readonly number[] | null>();
  const told = elements.filter(({ embedding }) => embedding !== undefined);
  const toldLength = told.find(({ embedding }) => embedding)?.embedding?.length;
  let length: number | undefined;
  const upsert: UpsertStore<ItemElement, StoredItem> = {
    insertMissing: insertMissingItems,
    async lock(tx, ids) {
      const stored = await lockItems(tx, ids);
      if (told.length === 0) return stored;
      if (toldLength !== undefined) length = await settleEmbeddingLength(tx, toldLength);
      return withEmbeddings(
        stored,
        await embeddingMarks(
          tx,
          Array.from(stored.values(), ({ itemKey }) => itemKey),
        ),
      );
    },
    apply(stored, element, receivedAt) {
      const next = applyItem(stored, element, receivedAt);
      if (!next) return next;
      const faults = [...tooMuchOf(next), ...lengthFaults(element, length)];
      if (faults.length > 0) return faults;
      const at = element.updated_at === undefined ? context.now.getTime() : Date.parse(element.updated_at);
      const { itemKey } = stored;
      if (next.stock !== stored.stock) steps.push({ itemKey, before: stored.stock, next: next.stock, at });
      // What only an order told was no price of the catalogue.
      const isToldFirst = stored.provisional && element.price !== undefined;
      if (next.price !== stored.price || isToldFirst) prices.push({ itemKey, at, price: next.price });
      if (element.description !== undefined || element.texts !== undefined) descriptions.set(itemKey, next);
      if (element.embedding !== undefined) embeddings.set(itemKey, element.embedding);
      return next;
    },
    update: updateItems,
  };
  const changed = await upsertBatch(tx, batch, upsert, context);
  const touches = new Touches().addItems(changed.filter(isRegrouped).map(({ next }) => next.itemKey));
  await recordStock(tx, steps, context.timeZone, touches);
  await insertPrices(tx, prices);
  await updateDescriptions(tx, [...descriptions.values()]);
  await updateEmbeddings(tx, embeddings);
  return {
    verdicts: await batch.close(tx, context.importId),
    itemKeys: changed.map(({ next }) => next.itemKey),
    customerKeys: [],
    touches,
  };
}

function withEmbeddings(
  stored: ReadonlyMap<string, StoredItem>,
  marks: ReadonlyMap<number, EmbeddingMark>,
): Map<string, StoredItem> {
  return new Map(
    Array.from(stored, ([id, item]) => [id, { ...item, embedding: marks.get(item.itemKey) ?? null }] as const),
  );
}

/** All embeddings are of one model, as far as their lengths tell. */
function lengthFaults({ embedding }: ItemElement, length: number | undefined): Fault[] {
  if (!embedding || embedding.length === length) return [];
  const message = `must have ${length} numbers, like those of other items`;
  return [{ rule: 'impossible_value', field: '/embedding', message }];
}

/** What figures by category, by brand, of goods and of stock take from an item as it is now. */
const counted = ['category', 'brand', 'isProduct', 'cost', 'hidden', 'availableFrom', 'availableUntil'] as const;

/** Do such figures move with it? There are none yet of one that is new. */
function isRegrouped({ before, next, isNew }: Change<StoredItem>): boolean {
  if (isNew) return false;
  const exclusive = before.attributes['exclusive'];
  return exclusive !== next.attributes['exclusive'] || counted.some((field) => before[field] !== next[field]);
}
