import { readCsv } from '../../imports/reading/csv.ts';
import { readNdjson } from '../../imports/reading/ndjson.ts';
import type { LineCount } from '../../imports/reading/text-lines.ts';
import { type FoundEncoding, recode } from '../text/encoding.ts';
import { unreadable } from '../unreadable.ts';
import { plainRow } from './json-forms.ts';
import { findLayout, type Layout } from './layout.ts';
import { type Bytes, bounds, type SourceRow, type Table, uniqueColumns } from './table.ts';

const newCount = (): LineCount => ({ counted: 0, header: 0, empty: 0, within_quotes: 0 });

/** A text of parted cells; where its header is and what parts its cells shows by its first lines. */
export function openCsv(bytes: Bytes, encoding: FoundEncoding, head: string, delimiter?: string): Table {
  const layout = findLayout(head, delimiter);
  const { header } = layout;
  if (header.length > bounds.columns) throw unreadable(`it has ${header.length} columns in its header`);
  const columns = uniqueColumns(header);
  return {
    name: bytes.name,
    format: 'csv',
    columns,
    encoding: encoding.encoding,
    delimiter: layout.delimiter,
    titles: layout.titles,
    rows: () => readTable(bytes, encoding, layout, columns),
  };
}

async function* readTable(
  bytes: Bytes,
  encoding: FoundEncoding,
  layout: Layout,
  columns: readonly string[],
): AsyncGenerator<SourceRow> {
  const text = async () => withoutTitles(recode(bytes.open(), encoding), layout.titles);
  const plan = columns.map((column, index): [string, number] => [column, index]);
  const reading = { delimiter: layout.delimiter, planColumns: () => plan, count: newCount(), again: text };
  for await (const { number, fields, broken, expected } of readCsv(await text(), reading)) {
    if (fields) yield { number, values: fields };
    else yield mended(number, broken!, expected!, columns);
  }
}

/** A row that ends before its last columns has no values in them; sums below a table have only a few cells. */
function mended(number: number, raw: Record<string, unknown>, expected: string, columns: readonly string[]): SourceRow {
  const cells = raw['cells'] as string[];
  const isShort = /^\d+ cells/.test(expected) && cells.length < columns.length && columns.length > 1;
  if (!isShort) return { number, values: {}, broken: { raw, expected } };
  const filled = cells.flatMap((cell, index) => (cell === '' ? [] : [[columns[index], cell] as const]));
  return { number, values: Object.fromEntries(filled) };
}

/** @param titles lines that come before the header */
async function* withoutTitles(chunks: AsyncIterable<Buffer>, titles: number): AsyncGenerator<Buffer> {
  let left = titles;
  for await (const chunk of chunks) {
    let start = 0;
    while (left > 0) {
      const end = lineEnd(chunk, start);
      if (end < 0) break;
      left--;
      start = end;
    }
    if (left === 0) yield start === 0 ? chunk : chunk.subarray(start);
  }
}

/** Where the next line begins; -1: not in this chunk */
function lineEnd(chunk: Buffer, start: number): number {
  const feed = chunk.indexOf(0x0a, start);
  if (feed >= 0) return feed + 1;
  const carriage = chunk.indexOf(0x0d, start);
  return carriage >= 0 && carriage < chunk.length - 1 ? carriage + 1 : -1;
}

/** A JSON object a line. */
export function openNdjson(bytes: Bytes, encoding: FoundEncoding): Table {
  async function* rows(): AsyncGenerator<SourceRow> {
    const read = readNdjson(recode(bytes.open(), encoding), new Map(), newCount());
    for await (const { number, fields, broken, expected } of read) {
      yield fields
        ? { number, values: plainRow(fields) }
        : { number, values: {}, broken: { raw: broken!, expected: expected! } };
    }
  }
  return { name: bytes.name, format: 'ndjson', encoding: encoding.encoding, rows };
}
