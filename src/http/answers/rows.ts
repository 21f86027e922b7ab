import { csvLine } from '../../formats/csv.ts';
import type { MediaType } from '../document/operations.ts';

type Row = Record<string, string | number | null>;

const charactersPerPart = 16_384;

/**
 * Rows as CSV with these columns, or as lines of JSON, whole and streamed. The first part waits for rows, so that an error
 * before them is still answered as one.
 */
export function streamRows<Value>(
  mediaType: MediaType,
  columns: readonly string[],
  values: AsyncIterable<Value>,
  toRow: (value: Value) => Row,
): { stream: AsyncIterable<string>; contentType: string } {
  const isCsv = mediaType === 'text/csv';
  const toLine = (row: Row) => (isCsv ? csvLine(columns.map((name) => row[name])) : `${JSON.stringify(row)}\n`);
  async function* parts(): AsyncGenerator<string> {
    let part = isCsv ? csvLine(columns) : '';
    for await (const value of values) {
      part += toLine(toRow(value));
      if (part.length >= charactersPerPart) {
        yield part;
        part = '';
      }
    }
    if (part !== '') yield part;
  }
  return { stream: parts(), contentType: `${mediaType}; charset=utf-8` };
}
