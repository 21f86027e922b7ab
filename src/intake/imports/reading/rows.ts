import { invalidField, PannierError } from '../../../errors.ts';
import { type FileProgress, openBytes, peekText } from './bytes.ts';
import { findDelimiter, readCsv } from './csv.ts';
import type { ColumnPlan, FileRow } from './file-row.ts';
import { readNdjson } from './ndjson.ts';
import { countLines, type LineCount } from './text-lines.ts';

export interface FileDescription {
  file: string;
  /** Its plain bytes, from the start each time; absent: those of the file on the disk. */
  open?: (onRead: (progress: FileProgress) => void) => Promise<AsyncIterable<Buffer>>;
  /** Is told of the header of a CSV file, also of one that cannot be read on. */
  onHeader?: (header: readonly string[], fields: readonly [field: string, column: string][]) => void;
  format: 'csv' | 'ndjson' | undefined;
  delimiter: string | undefined;
  /** Our field -> the file's column. */
  columns: Readonly<Record<string, string>>;
  isField: (name: string) => boolean;
  /** Fields without which a CSV file cannot be this kind. */
  required: readonly string[];
}

export interface OpenFile {
  format: 'csv' | 'ndjson';
  /** of CSV */
  delimiter?: string;
  rows: AsyncIterable<FileRow>;
  /** Of the whole file when all rows are read. */
  lines: LineCount;
}

/** Opens a file of rows; what it is shows by its first bytes, or else by its name. */
export async function openRows(
  described: FileDescription,
  onRead: (progress: FileProgress) => void,
): Promise<OpenFile> {
  for (const field of Object.keys(described.columns)) {
    if (!described.isField(field))
      throw invalidField(`mapping.columns.${field}`, 'is not a field of this kind of file');
  }
  const lines: LineCount = { counted: 0, header: 0, empty: 0, within_quotes: 0 };
  const { open = (tell) => openBytes(described.file, tell) } = described;
  const { head, all: bytes } = await peekText(await open(onRead));
  refuseBinary(head);
  const all = countLines(bytes, (counted) => {
    lines.counted = counted;
  });
  const format = described.format ?? (isNdjson(described.file, head) ? 'ndjson' : 'csv');
  if (format === 'ndjson') {
    const rename = new Map(Object.entries(described.columns).map(([field, column]) => [column, field]));
    return { format, rows: readNdjson(all, rename, lines), lines };
  }
  const delimiter = described.delimiter ?? findDelimiter(head);
  const again = () => open(() => {});
  const reading = { delimiter, planColumns: (header: string[]) => planColumns(header, described), count: lines, again };
  return { format, delimiter, rows: readCsv(all, reading), lines };
}

/** What a file begins with that is no text, and what is to be done with it. */
const binaries: readonly (readonly [magic: string, what: string])[] = [
  ['PK\x03\x04', 'is a workbook or an archive: save its sheet as CSV'],
  ['\xd0\xcf\x11\xe0', 'is a workbook: save its sheet as CSV'],
  ['%PDF', 'is a PDF: rows cannot be read from it'],
  ['PAR1', 'is Parquet: write it as CSV or NDJSON'],
  ['SQLite format 3', 'is a database: write its table as CSV or NDJSON'],
];

/** A text of two bytes a character has a NUL in every other one where it is of ASCII. */
const nulsOfUtf16 = 0.3;

/** @throws PannierError `invalid_request` for a file that is no text, or a text in an encoding that cannot be known */
function refuseBinary(head: string): void {
  const known = binaries.find(([magic]) => head.startsWith(magic));
  if (known) throw invalidField('file', known[1]);
  const nuls = head.length - head.replaceAll('\0', '').length;
  if (nuls > head.length * nulsOfUtf16) {
    throw invalidField('file', 'is no text, or UTF-16 without a byte order mark: save it as UTF-8');
  }
}

/** A row that is spoilt, and the first of them, does not make CSV of a file that says what it is. */
function isNdjson(file: string, head: string): boolean {
  const hasObject = (lines: string[]) => lines.some((line) => line.trimStart().startsWith('{'));
  return hasObject([head]) || (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file) && hasObject(head.split(/[\r\n]+/)));
}

/** Mapped fields take the column they name; a column with the name of a field that is not mapped is that field. */
function planColumns(header: string[], { columns, isField, required, onHeader }: FileDescription): ColumnPlan {
  const mapped = new Set(Object.values(columns));
  const ownNames = header.filter((column) => isField(column) && !(column in columns) && !mapped.has(column));
  const wanted = [...Object.entries(columns), ...ownNames.map((column): [string, string] => [column, column])];
  onHeader?.(header, wanted);
  const faults = [
    ...wanted
      .filter(([, column]) => !header.includes(column))
      .map(([field, column]) => ({ field, message: `has no column ${column}` })),
    ...wanted
      .filter(([, column]) => header.indexOf(column) !== header.lastIndexOf(column))
      .map(([field, column]) => ({ field, message: `has two columns ${column}` })),
    ...required
      .filter((field) => !wanted.some(([given]) => given === field))
      .map((field) => ({ field, message: 'has no column: name it with a mapping' })),
  ];
  if (faults.length > 0) {
    const told = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new PannierError('invalid_request', `${told}. The file's columns are ${header.join(', ')}`, faults);
  }
  // In the order in which a row is written down, so that no row has to be sorted.
  const plan = wanted.map(([field, column]): [string, number] => [field, header.indexOf(column)]);
  return plan.sort(([one], [other]) => (one < other ? -1 : 1));
}
