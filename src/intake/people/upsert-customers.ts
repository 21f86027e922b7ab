import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { upsertBatch } from '../batch/upsert-batch.ts';
import { checkCustomer } from '../cleaning/check-facts.ts';
import { assertNotErasedMeanwhile, refuseLateFacts } from '../erasure/late-facts.ts';
import type { CustomerElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { applyCustomer } from './apply-customer.ts';
import { insertMissingCustomers, lockCustomers, updateCustomers } from './store.ts';

/** Upserts customers. */
export async function upsertCustomers(
  tx: Transaction,
  elements: readonly CustomerElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('customer', elements, (element) => element.customer_id);
  cleanBatch(batch, (element) => checkCustomer(element, context));
  const timeOf = ({ updated_at }: CustomerElement) => {
    if (updated_at !== undefined) return Date.parse(updated_at);
    // What is sent without a time is of now; a file may be of any time.
    return context.importId === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  };
  await refuseLateFacts(tx, batch, timeOf);
  const told = batch.undecided().map(({ element }) => ({ customer_id: element.customer_id, at: timeOf(element) }));
  const changed = await upsertBatch(tx, batch, {
    async insertMissing(_, ids) {
      const made = await insertMissingCustomers(tx, ids);
      await assertNotErasedMeanwhile(tx, made, told);
      return made;
    },
    lock: lockCustomers,
    apply: applyCustomer,
    update: updateCustomers,
  });
  const customerKeys = changed.map(({ next }) => next.customerKey);
  const touches = new Touches();
  for (const { before, next } of changed) {
    const moments = [before.registeredAt, next.registeredAt].filter((at) => at !== null);
    if (before.registeredAt !== next.registeredAt) touches.addMoments('customer', moments);
  }
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys, touches };
}
