import type { Database } from '../db/index.ts';
import { checkAudit } from './check.ts';
import { type AuditFilter, selectEntries, selectWriteCounts } from './store.ts';
import { createWriteCounts } from './write-counts.ts';

/** Who changed what, and who sent what. */
export type Audit = ReturnType<typeof createAudit>;

/** @see Audit */
export function createAudit({ db, reports, clock }: { db: Database; reports: Database; clock: () => Date }) {
  const counts = createWriteCounts(db, clock);
  return {
    countWrite: counts.count,
    writeCounts: counts.write,
    entries: (filter: AuditFilter, limit: number, below: number | undefined) =>
      selectEntries(reports, filter, limit, below),
    counts: (from: Date, to: Date) => selectWriteCounts(reports, from, to),
    check: (noted?: { entryId: number; hash: string }) => checkAudit(reports, noted),
    clock,
  };
}
