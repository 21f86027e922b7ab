import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { type UpsertStore, upsertBatch } from '../batch/upsert-batch.ts';
import { checkCustomer } from '../cleaning/check-facts.ts';
import { assertNotErasedMeanwhile, refuseLateFacts } from '../erasure/late-facts.ts';
import type { CustomerElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { applyCustomer, type StoredCustomer } from './apply-customer.ts';
import { insertMissingCustomers, lockCustomers, selectMomentsOfFacts, updateCustomers } from './store.ts';

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
  const upsert: UpsertStore<CustomerElement, StoredCustomer> = {
    async insertMissing(_, ids) {
      const made = await insertMissingCustomers(tx, ids);
      await assertNotErasedMeanwhile(tx, made, told);
      return made;
    },
    lock: lockCustomers,
    apply: applyCustomer,
    update: updateCustomers,
  };
  const changed = await upsertBatch(tx, batch, upsert, context);
  const customerKeys = changed.map(({ next }) => next.customerKey);
  const touches = new Touches();
  const registered = changed.filter(({ before, next }) => before.registeredAt !== next.registeredAt);
  for (const { before, next } of registered) {
    touches.addMoments(
      'customer',
      [before.registeredAt, next.registeredAt].filter((at) => at !== null),
    );
  }
  // On all these days they were active, registered or not.
  const known = registered.filter(({ isNew }) => !isNew).map(({ next }) => next.customerKey);
  if (known.length > 0) touches.addMoments('customer', await selectMomentsOfFacts(tx, known));
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys, touches };
}
