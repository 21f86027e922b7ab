import type { RowCounts } from '../verdicts.ts';
import type { Assessment } from './assess.ts';
import { nextMidnight } from './reading/time.ts';
import type { Tally, UnreadableExample } from './tally.ts';

/** What cleaning made of a file; kept with the import in the contract's form. */
export interface CleaningReport {
  rows: RowCounts;
  /** Rows by the rule that found them; a row may be found by several. */
  detected: Record<string, number>;
  /** Of order lines: the first cells that have not the form of their field. Absent in reports from before. */
  unreadable?: UnreadableExample[];
  assessment: Assessment;
  /** Changed cells by the rule that changed them. */
  corrected: Record<string, number>;
  /** Facts by kind, and rows that went to quarantine by the first rule that refused them, as `quarantined_<rule>`. */
  output: Record<string, number>;
  data_from: string | null;
  /** The midnight of the shop's zone after the last fact, but not later than now. */
  data_until: string | null;
}

export interface Outcome {
  facts: number;
  /** Rows new in quarantine. */
  quarantined: number;
  /** Refused rows that were in quarantine already. */
  quarantinedBefore: number;
  /** Rows that equal another one of the file or tell what is known. */
  known: number;
  corrected: Record<string, number>;
  output: Record<string, number>;
  quarantinedByRule: Record<string, number>;
}

/** Puts the report together. @throws Error when rows were lost or doubled: the import must not be committed then. */
export function composeReport(
  tally: Tally,
  assessment: Assessment,
  outcome: Outcome,
  clock: { timeZone: string; now: Date },
): CleaningReport {
  const rows = {
    in: tally.rows,
    facts: outcome.facts,
    quarantined: outcome.quarantined,
    merged: outcome.known + outcome.quarantinedBefore,
  };
  assertConserved(rows);
  const quarantined = Object.entries(outcome.quarantinedByRule).map(([rule, count]) => [`quarantined_${rule}`, count]);
  return {
    rows,
    assessment,
    corrected: outcome.corrected,
    output: { ...outcome.output, ...Object.fromEntries(quarantined) },
    ...describeInput(tally, clock),
  };
}

/** The report of a file that did not pass the gate: nothing of it was taken in. */
export function composeRefusal(
  tally: Tally,
  assessment: Assessment,
  clock: { timeZone: string; now: Date },
): CleaningReport {
  const rows = { in: 0, facts: 0, quarantined: 0, merged: 0 };
  return { rows, assessment, corrected: {}, output: {}, ...describeInput(tally, clock) };
}

export function assertConserved(rows: RowCounts): void {
  if (rows.in === rows.facts + rows.quarantined + rows.merged) return;
  throw new Error(
    `Rows are not conserved: ${rows.in} in, but ${rows.facts} facts, ${rows.quarantined} quarantined, ${rows.merged} merged.`,
  );
}

function describeInput(
  tally: Tally,
  { timeZone, now }: { timeZone: string; now: Date },
): Pick<CleaningReport, 'detected' | 'unreadable' | 'data_from' | 'data_until'> {
  const { span } = tally;
  const until = span && Math.min(nextMidnight(span.until, timeZone), Math.max(now.getTime(), span.until));
  return {
    detected: { ...tally.detected },
    unreadable: [...tally.unreadable],
    data_from: span ? new Date(span.from).toISOString() : null,
    data_until: until === undefined ? null : new Date(until).toISOString(),
  };
}
