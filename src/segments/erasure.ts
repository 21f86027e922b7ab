import type { Transaction } from '../db/index.ts';
import { deleteCustomerChanges } from './changes/store.ts';
import { deleteMembershipsOf } from './defined/store.ts';
import { deletePredictionsOf } from './labels/store.ts';
import { deleteCustomerSegments } from './published/store.ts';
import { deleteCustomerTags } from './tags/store.ts';
import { deleteCustomerValues } from './value/store.ts';

/** Erasure of a person: their rows of every version go, and what is written of their changes. */
export async function eraseFromSegments(tx: Transaction, customerKey: number): Promise<void> {
  await deleteCustomerSegments(tx, customerKey);
  await deleteCustomerChanges(tx, customerKey);
  await deleteCustomerValues(tx, customerKey);
  await deleteCustomerTags(tx, customerKey);
  await deleteMembershipsOf(tx, customerKey);
  await deletePredictionsOf(tx, customerKey);
}
