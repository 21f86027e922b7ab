import type { Fault } from '../cleaning/rules.ts';

/** Rows are conserved: in = facts + quarantined + merged, always. */
export interface RowCounts {
  in: number;
  facts: number;
  quarantined: number;
  /** Exact duplicates of what is known already, and elements that tell nothing new. */
  merged: number;
}

/** What became of one element of a batch. */
export interface Verdict {
  index: number;
  /** null: it has none that can be read */
  id: string | null;
  status: 'accepted' | 'merged' | 'quarantined';
  faults?: Fault[];
  /** What its sender is to know although it was taken in or is known. */
  notes?: Fault[];
}

/** A verdict for each element of a batch, in the order sent. */
export interface BatchVerdict {
  counts: RowCounts;
  verdicts: Verdict[];
}

export function countVerdicts(verdicts: readonly Verdict[]): RowCounts {
  const counts = { in: verdicts.length, facts: 0, quarantined: 0, merged: 0 };
  for (const { status } of verdicts) counts[status === 'accepted' ? 'facts' : status]++;
  return counts;
}
