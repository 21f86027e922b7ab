import type { Queryable } from '../db/index.ts';
import { deleteCustomerLists } from './learnt/store.ts';
import { deleteServedListsOf } from './served-lists/store.ts';

/** Forgets a person: their lists of every version, and the log of what they and the visitors they were were shown. */
export async function eraseFromRecommendations(
  tx: Queryable,
  customerKey: number,
  visitorKeys: readonly number[] = [],
): Promise<void> {
  await deleteCustomerLists(tx, customerKey);
  await deleteServedListsOf(tx, customerKey, visitorKeys);
}
