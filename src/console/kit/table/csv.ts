import { csvLine } from '../../../formats/csv.ts';

export interface CsvColumn<Row> {
  header: string;
  value: (row: Row) => string | number | null;
}

/** So many rows are written in one go: pressing and scrolling goes on in between. */
const rowsAtOnce = 2_000;

/** Rows as CSV, written as the service writes its own: what a spreadsheet would take for a formula gets an apostrophe before it. */
export async function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): Promise<string> {
  // By the first character Excel knows that it is UTF-8.
  const parts = [`\uFEFF${csvLine(columns.map(({ header }) => header))}`];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve));
    for (const row of rows.slice(at, at + rowsAtOnce)) parts.push(csvLine(columns.map(({ value }) => value(row))));
  }
  return parts.join('');
}
