import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { type Change, upsertBatch } from '../batch/upsert-batch.ts';
import { checkItem } from '../cleaning/check-facts.ts';
import type { ItemElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { applyItem, type StoredItem } from './apply-item.ts';
import { insertMissingItems, lockItems, updateItems } from './store.ts';

/** Upserts items: the catalogue speaks. */
export async function upsertItems(
  tx: Transaction,
  elements: readonly ItemElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('item', elements, (element) => element.item_id);
  cleanBatch(batch, (element) => checkItem(element, context));
  const changed = await upsertBatch(tx, batch, {
    insertMissing: insertMissingItems,
    lock: lockItems,
    apply: applyItem,
    update: updateItems,
  });
  return {
    verdicts: await batch.close(tx, context.importId),
    itemKeys: changed.map(({ next }) => next.itemKey),
    customerKeys: [],
    touches: new Touches().addItems(changed.filter(isRegrouped).map(({ next }) => next.itemKey)),
  };
}

/** Do figures by category, by brand or of goods move with it? */
function isRegrouped({ before, next }: Change<StoredItem>): boolean {
  return before.category !== next.category || before.brand !== next.brand || before.isProduct !== next.isProduct;
}
