import type { Database } from '../../db/index.ts';
import { countEntries, type LedgerDifference, selectDifferences } from './store.ts';

export interface LedgerCheck {
  entries: number;
  differences: LedgerDifference[];
}

/** Proves that counters equal the ledger, or says where not. */
export async function checkLedger(db: Database): Promise<LedgerCheck> {
  return { entries: await countEntries(db), differences: await selectDifferences(db) };
}
