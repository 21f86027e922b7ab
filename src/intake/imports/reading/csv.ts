import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { invalidField } from '../../../errors.ts';
import type { ColumnPlan, FileRow } from './rows.ts';
import { decodeBytes } from './text.ts';

const delimiters = [',', ';', '\t', '|'];
const largestRecord = 4 * 1024 * 1024;
const beyondAscii = /[\x80-\xff]/;

/** The one of , ; tab | that the header has most of. */
export function findDelimiter(head: string): string {
  const header = head.split(/[\r\n]/, 1)[0]!;
  const count = (delimiter: string) => header.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/**
 * Reads CSV with a header. The parser is given the bytes as Latin-1, a character a byte, which no delimiter minds; each cell
 * is then decoded as what it is.
 * @throws PannierError `invalid_request` for a header without a needed column, or a file whose quotes never close
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  planColumns: (header: string[]) => ColumnPlan,
): AsyncGenerator<FileRow> {
  const records = parse({
    delimiter,
    encoding: 'latin1',
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: largestRecord,
  });
  pipeline(Readable.from(chunks), records, () => {});
  let plan: ColumnPlan | undefined;
  let width = 0;
  let number = 0;
  try {
    for await (const cells of records as AsyncIterable<string[]>) {
      if (!plan) {
        plan = planColumns(cells.map((cell) => decode(cell).text.trim()));
        width = cells.length;
        continue;
      }
      number++;
      const surplus = cells.length > width && cells.slice(width).some((cell) => cell !== '');
      yield cells.length < width || surplus
        ? { number, latin1: [], broken: { cells: cells.map((cell) => decode(cell).text) } }
        : toRow(number, cells, plan);
    }
  } catch (error) {
    if (error instanceof CsvError) throw invalidField('file', `cannot be read as CSV: ${error.message}`);
    throw error;
  }
  if (!plan) throw invalidField('file', 'is empty: not even a header');
}

function toRow(number: number, cells: string[], plan: ColumnPlan): FileRow {
  const fields: Record<string, unknown> = {};
  const latin1: string[] = [];
  for (const [field, index] of plan) {
    const cell = cells[index]!;
    if (cell === '') continue;
    const { text, wasLatin1 } = decode(cell);
    fields[field] = text;
    if (wasLatin1) latin1.push(field);
  }
  return { number, fields, latin1 };
}

function decode(cell: string): { text: string; wasLatin1: boolean } {
  return beyondAscii.test(cell) ? decodeBytes(Buffer.from(cell, 'latin1')) : { text: cell, wasLatin1: false };
}
