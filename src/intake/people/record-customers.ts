import type { Transaction } from '../../db/index.ts';
import { cleanBatch, openBatch } from '../batch.ts';
import { type CleaningContext, checkCustomer } from '../cleaning.ts';
import type { CustomerElement } from '../elements.ts';
import type { Recorded } from '../recorder.ts';
import { upsertBatch } from '../upsert-batch.ts';
import { applyCustomer } from './apply-customer.ts';
import { insertMissingCustomers, lockCustomers, updateCustomers } from './store.ts';

/** Upserts customers. */
export async function recordCustomers(
  tx: Transaction,
  elements: readonly CustomerElement[],
  context: CleaningContext,
  importId?: number,
): Promise<Recorded> {
  const batch = openBatch('customer', elements, (element) => element.customer_id);
  cleanBatch(batch, (element) => checkCustomer(element, context));
  const changed = await upsertBatch(batch, {
    insertMissing: (ids) => insertMissingCustomers(tx, ids),
    lock: (ids) => lockCustomers(tx, ids),
    apply: applyCustomer,
    update: (customers) => updateCustomers(tx, customers),
  });
  const customerKeys = changed.map(({ customerKey }) => customerKey);
  return { verdicts: await batch.close(tx, importId), itemKeys: [], customerKeys };
}
