import type { RowCounts } from '../../batch/verdicts.ts';
import type { LineCount } from '../reading/text-lines.ts';
import { nextMidnight } from '../reading/time.ts';
import type { Assessment } from './assess.ts';
import type { Tally, UnreadableExample, Warning } from './tally.ts';

/** What cleaning made of a file; kept with the import in the contract's form. */
export interface CleaningReport {
  /** Of a file that was refused: `in` were read, and all of them are `refused`. */
  rows: RowCounts & { refused?: number };
  /** The file's lines, counted by their ends alone: the header's, empty ones, and those of the rows. Absent in reports from before. */
  lines?: LineCount;
  /** Of a file that was understood without a mapping. */
  understanding?: ReportedUnderstanding;
  /** Of order lines: items that are no products, and the file's different rows that name them. */
  not_products?: {
    items: number;
    rows: number;
    most_named: { item_id: string; title: string | null; rows: number }[];
  };
  /** Rows by the rule that found them; a row may be found by several. */
  detected: Record<string, number>;
  /** Of order lines: the first cells that have not the form of their field. Absent in reports from before. */
  unreadable?: UnreadableExample[];
  /** What a person should look at. Absent in reports from before. */
  warnings?: Warning[];
  assessment: Assessment;
  /** Changed cells by the rule that changed them. */
  corrected: Record<string, number>;
  /** Facts by kind, and rows that went to quarantine by the first rule that refused them, as `quarantined_<rule>`. */
  output: Record<string, number>;
  data_from: string | null;
  /** The midnight of the shop's zone after the last fact, but not later than now. */
  data_until: string | null;
}

/** What a file was taken for whose columns nobody named. */
export interface ReportedUnderstanding {
  platform: string;
  title: string;
  /** rows that were not taken for facts, by why */
  left_out: { reason: string; rows: number }[];
  notes: string[];
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

/** What a report says beside what its rows gave. */
export interface ReportContext {
  timeZone: string;
  now: Date;
  /** Of the file, when it is read. */
  lines: LineCount | undefined;
  understanding?: ReportedUnderstanding | undefined;
}

/** Puts the report together. @throws Error when rows were lost or doubled: the import must not be committed then. */
export function composeReport(
  tally: Tally,
  assessment: Assessment,
  outcome: Outcome,
  context: ReportContext,
): CleaningReport {
  assertEveryLine(context.lines, tally.rows);
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
    ...describeInput(tally, context),
    ...describeSpan(tally, context),
  };
}

/** The report of a file that did not pass the gate: nothing of it was taken in. */
export function composeRefusal(tally: Tally, assessment: Assessment, context: ReportContext): CleaningReport {
  assertEveryLine(context.lines, tally.rows);
  const rows = { in: tally.rows, facts: 0, quarantined: 0, merged: 0, refused: tally.rows };
  const span = { data_from: null, data_until: null };
  return { rows, assessment, corrected: {}, output: {}, ...describeInput(tally, context), ...span };
}

/** The rows that came in are what lies between the file's line ends: none was swallowed on the way. */
function assertEveryLine(lines: LineCount | undefined, rows: number): void {
  if (!lines) return;
  const { counted, header, empty, within_quotes: within } = lines;
  if (counted === header + empty + rows + within) return;
  throw new Error(
    `Lines are not conserved: the file has ${counted}, but ${header} of header, ${empty} empty, ${rows} rows and ${within} within quotes were read.`,
  );
}

export function assertConserved(rows: RowCounts): void {
  if (rows.in === rows.facts + rows.quarantined + rows.merged) return;
  throw new Error(
    `Rows are not conserved: ${rows.in} in, but ${rows.facts} facts, ${rows.quarantined} quarantined, ${rows.merged} merged.`,
  );
}

function describeInput(
  tally: Tally,
  { lines, understanding }: ReportContext,
): Pick<CleaningReport, 'lines' | 'understanding' | 'detected' | 'unreadable' | 'warnings'> {
  return {
    ...(lines && { lines: { ...lines } }),
    ...(understanding && { understanding }),
    detected: { ...tally.detected },
    unreadable: [...tally.unreadable],
    warnings: [...tally.warnings],
  };
}

function describeSpan(
  { span }: Tally,
  { timeZone, now }: ReportContext,
): Pick<CleaningReport, 'data_from' | 'data_until'> {
  const until = span && Math.min(nextMidnight(span.until, timeZone), Math.max(now.getTime(), span.until));
  return {
    data_from: span ? new Date(span.from).toISOString() : null,
    data_until: until === undefined ? null : new Date(until).toISOString(),
  };
}
