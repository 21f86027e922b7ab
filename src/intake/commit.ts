import { type Database, type Notice, notify, type Transaction, type TransactionOptions } from '../db/index.ts';
import type { Changes } from './batch/recorded.ts';
import { forgetChanged } from './newest-behaviours/forget.ts';
import { insertTouches } from './touches/store.ts';

/**
 * Runs `work` in a transaction, and reports what it changed: to the other instances with the commit, to this one after it, and
 * in `touched_days` which days' figures are to be counted anew. All changes of facts go through here.
 */
export type Commit = <Result extends Changes>(
  work: (tx: Transaction) => Promise<Result>,
  options?: TransactionOptions,
) => Promise<Result>;

/**
 * @param timeZone the shop's, whose days are touched
 * @param onChange the answer waits for it, so that the next request sees the change
 */
export function createCommit(
  db: Database,
  timeZone: string,
  onChange: ((notice: Notice) => void | Promise<void>) | undefined,
): Commit {
  return async (work, options) => {
    const { result, notices } = await db.transaction(async (tx) => {
      const result = await work(tx);
      const notices = noticesOf(result);
      await Promise.all([
        insertTouches(tx, result.touches, timeZone),
        forgetChanged(tx, result),
        ...notices.map((notice) => notify(tx, db.schema, notice)),
      ]);
      return { result, notices };
    }, options);
    for (const notice of notices) await onChange?.(notice);
    return result;
  };
}

function noticesOf({ itemKeys, customerKeys }: Changes): Notice[] {
  const notices: Notice[] = [];
  if (itemKeys.length > 0) notices.push({ about: 'items', keys: itemKeys });
  if (customerKeys.length > 0) notices.push({ about: 'customers', keys: customerKeys });
  return notices;
}
