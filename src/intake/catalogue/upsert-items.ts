import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import { upsertBatch } from '../batch/upsert-batch.ts';
import { checkItem } from '../cleaning/check-elements.ts';
import type { CleaningContext } from '../cleaning/rules.ts';
import type { ItemElement } from '../elements.ts';
import type { Recorded } from '../recorder.ts';
import { applyItem } from './apply-item.ts';
import { insertMissingItems, lockItems, updateItems } from './store.ts';

/** Upserts items: the catalogue speaks. */
export async function recordItems(
  tx: Transaction,
  elements: readonly ItemElement[],
  context: CleaningContext,
  importId?: number,
): Promise<Recorded> {
  const batch = openBatch('item', elements, (element) => element.item_id);
  cleanBatch(batch, (element) => checkItem(element, context));
  const changed = await upsertBatch(batch, {
    insertMissing: (ids) => insertMissingItems(tx, ids),
    lock: (ids) => lockItems(tx, ids),
    apply: applyItem,
    update: (items) => updateItems(tx, items),
  });
  return {
    verdicts: await batch.close(tx, importId),
    itemKeys: changed.map(({ itemKey }) => itemKey),
    customerKeys: [],
  };
}
