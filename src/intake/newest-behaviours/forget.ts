import type { Transaction } from '../../db/index.ts';
import type { Changes } from '../batch/recorded.ts';
import { deleteChanged, holdIfLate } from './store.ts';

/** Deletes the rows of newest behaviours that a change of facts makes wrong, in its transaction and after it. */
export async function forgetChanged(
  tx: Transaction,
  { customerKeys, since }: Pick<Changes, 'customerKeys' | 'since'>,
): Promise<void> {
  if (customerKeys.length === 0) return;
  const changed = new Map(customerKeys.map((key) => [key, since?.get(key) ?? Number.NEGATIVE_INFINITY]));
  let earliest = Number.POSITIVE_INFINITY;
  for (const [key, moment] of changed) {
    earliest = Math.min(earliest, moment);
    if (moment === Number.POSITIVE_INFINITY) changed.delete(key);
  }
  if (changed.size === 0) return;
  if (await holdIfLate(tx, dateOf(earliest))) {
    await deleteChanged(tx, new Map(Array.from(changed, ([key, moment]) => [key, dateOf(moment)])));
  }
}

/** undefined: whatever is known may have changed. */
function dateOf(moment: number): Date | undefined {
  return Number.isFinite(moment) ? new Date(moment) : undefined;
}
