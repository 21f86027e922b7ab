import type { CleaningReport } from '../../../intake/index.ts';
import { table } from '../../terminal/output.ts';

const mostShown = 20;

function describeUnreadable(faults: NonNullable<CleaningReport['unreadable']>): string {
  if (faults.length === 0) return '';
  const lines = faults.slice(0, mostShown).map(({ row, field, value, expected }) => {
    const cell = field === 'row' ? `row ${row}` : `row ${row}: ${field} ${JSON.stringify(value)}`;
    return expected ? `${cell}: expected ${expected}` : cell;
  });
  const more = faults.length > mostShown ? ['… GET /v1/quarantine lists every row'] : [];
  return ['Not readable, for example', ...lines, ...more].join('\n');
}

function describeServices(services: CleaningReport['not_products']): string {
  if (!services || services.items === 0) return '';
  const shown = services.most_named.slice(0, 20);
  const more = services.items > shown.length ? `\n… and ${services.items - shown.length} more` : '';
  return `No products, never recommended: ${services.items} items in ${services.rows} rows (an item's is_product overrules)\n${table(shown)}${more}`;
}

function describeRows(rows: CleaningReport['rows'], lines: CleaningReport['lines']): string {
  const sum =
    rows.refused === undefined
      ? `${rows.in} in = ${rows.facts} facts + ${rows.quarantined} quarantined + ${rows.merged} merged`
      : `${rows.in} rows were read and refused as a whole: nothing was taken in`;
  return [
    table([{ ...rows }]),
    sum,
    lines &&
      `${lines.counted} lines in the file = ${lines.header} of the header + ${lines.empty} empty + ${rows.in} rows + ${lines.within_quotes} within quotes`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** An import's report, for people. */
export function describeReport(importId: number, status: string, report: CleaningReport): string {
  const { rows, detected, assessment, corrected, output } = report;
  const counts = (by: Record<string, number>) =>
    table(Object.entries(by).map(([name, count]) => ({ rule: name, count })));
  return [
    `Import ${importId} ${status}`,
    describeRows(rows, report.lines),
    `Detected (rows)\n${counts(detected)}`,
    (report.warnings ?? []).map(({ message }) => `Warning: ${message}`).join('\n'),
    describeUnreadable(report.unreadable ?? []),
    describeServices(report.not_products),
    `Assessed (0 to 1)\n${table([{ ...assessment, passed: assessment.passed ? 'yes' : 'no' }])}`,
    `Corrected (cells)\n${counts(corrected)}`,
    `Output\n${counts(output)}`,
    report.data_until ? `The data ends at ${report.data_until}: train with --as-of ${report.data_until}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}
