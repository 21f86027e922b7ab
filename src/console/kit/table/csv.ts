export interface CsvColumn<Row> {
  header: string;
  value?: (row: Row) => string | number | null;
}

/** Rows as CSV: only columns that have a value; a cell that a spreadsheet would take for a formula gets a quote before it. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const told = columns.filter((column) => column.value);
  const lines = rows.map((row) => told.map((column) => cell(column.value?.(row) ?? '')).join(','));
  return `\uFEFF${[told.map(({ header }) => cell(header)).join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: string | number): string {
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value))
      ? `'${value}`
      : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
