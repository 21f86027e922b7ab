import { invalidField } from '../../../errors.ts';
import { withoutGuards } from '../../../formats/csv.ts';
import type { ColumnPlan, FileRow } from './file-row.ts';
import { decodeBytes } from './text.ts';
import { type Line, type LineCount, readLines } from './text-lines.ts';

const delimiters = [',', ';', '\t', '|'];
const beyondAscii = /[\x80-\xff]/;

/** A quoted field that is longer is taken for a stray quote, unless other rows of the file have such fields too. */
const longestField = { lines: 20, bytes: 64 * 1024 };
const longestFieldOfAll = 4 * 1024 * 1024;
/** In a file of fewer columns a line of text is too easily like a row. */
const fewestTellingColumns = 3;

/** The one of , ; tab | that the header has most of. */
export function findDelimiter(head: string): string {
  const header = head.replace(/^[\r\n]+/, '').split(/[\r\n]/, 1)[0];
  const unquoted = header.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

export interface CsvReading {
  delimiter: string;
  planColumns: (header: string[]) => ColumnPlan;
  /** Told where the file's lines are. */
  count: LineCount;
  /** The same bytes from the start. */
  again: () => Promise<AsyncIterable<Buffer>>;
}

/**
 * Reads CSV with a header. Every line is of a row, of the header, or empty: a quote that opens and is not closed as quotes are
 * spoils its own row, which comes as broken, and the next line is read as a row again. Bytes are taken as Latin-1, a character
 * a byte, which no delimiter minds; each cell is then decoded as what it is.
 * @throws PannierError `invalid_request` for a header without a needed column
 */
export async function* readCsv(chunks: AsyncIterable<Buffer>, reading: CsvReading): AsyncGenerator<FileRow> {
  const { planColumns, count, again } = reading;
  const delimiter = Buffer.from(reading.delimiter).toString('latin1');
  let header: string[] | undefined;
  let plan: ColumnPlan = [];
  let number = 0;
  let longFields: Promise<boolean> | undefined;
  const askAgain = () => {
    longFields ??= again().then((bytes) => hasLongFields(bytes, delimiter));
    return longFields;
  };
  for await (const record of readRecords(chunks, delimiter, askAgain)) {
    count.empty += record.emptyBefore;
    if (record.lines === 0) continue;
    const { cells, lines, isStray } = record;
    if (!header) {
      header = cells.map((cell) => decode(cell).text.trim());
      plan = planColumns(header);
      count.header = lines;
      continue;
    }
    number++;
    count.within_quotes += lines - 1;
    const expected = isStray
      ? 'a quote that is closed before the next comma or line end; within quotes it is doubled'
      : whatIsMissing(cells, header);
    yield expected === undefined
      ? toRow(number, cells, plan)
      : { number, latin1: [], broken: { cells: cells.map((cell) => decode(cell).text) }, expected };
  }
  if (!header) throw invalidField('file', 'is empty: not even a header');
}

/** One record of a CSV file, header or row. */
interface CsvRecord {
  cells: string[];
  /** Physical lines that it takes; 0 of what only tells of empty lines. */
  lines: number;
  emptyBefore: number;
  /** A quote in it opens and is not closed: cells are the line's, quotes and all. */
  isStray: boolean;
  /** Has it a field as long as a stray quote makes them? */
  isLong: boolean;
}

/** A record that is being read: it may go on in the next line. */
interface Draft {
  lines: Line[];
  cells: string[];
  /** What is read so far of a quoted field. */
  open: string | undefined;
  /** The field's first line. */
  openedAt: number;
  /** Is there a quote inside of a field that neither ends it nor is doubled? */
  isImproper: boolean;
  isLong: boolean;
}

function newDraft(): Draft {
  return { lines: [], cells: [], open: undefined, openedAt: 0, isImproper: false, isLong: false };
}

async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: string,
  longFieldsAreUsual: () => Promise<boolean>,
): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader(delimiter, longFieldsAreUsual);
  for await (const lines of readLines(chunks)) {
    for (const line of lines) {
      if (reader.isSimple(line)) yield reader.finish(line.text.split(delimiter), 1);
      else yield* reader.take([line]);
    }
  }
  yield* reader.end();
}

class RecordReader {
  readonly #delimiter: string;
  readonly #longFieldsAreUsual: () => Promise<boolean>;
  #width: number | undefined;
  #draft: Draft | undefined;
  #emptyBefore = 0;

  constructor(delimiter: string, longFieldsAreUsual: () => Promise<boolean>) {
    this.#delimiter = delimiter;
    this.#longFieldsAreUsual = longFieldsAreUsual;
  }

  /** Is the line a record by itself, without any quote? */
  isSimple({ text }: Line): boolean {
    return this.#draft === undefined && text !== '' && !text.includes('"');
  }

  finish(cells: string[], lines: number, { isStray = false, isLong = false } = {}): CsvRecord {
    const record = { cells, lines, emptyBefore: this.#emptyBefore, isStray, isLong };
    this.#width ??= cells.length;
    this.#emptyBefore = 0;
    this.#draft = undefined;
    return record;
  }

  /** @param lines the next ones, the first of them last */
  async *take(lines: Line[]): AsyncGenerator<CsvRecord> {
    for (let line = lines.pop(); line; line = lines.pop()) {
      if (!this.#draft && line.text === '') {
        this.#emptyBefore++;
        continue;
      }
      const record = await this.#add(line, lines);
      if (record) yield record;
    }
  }

  /** The file is over: what is still open never closes. */
  async *end(): AsyncGenerator<CsvRecord> {
    while (this.#draft) {
      const lines: Line[] = [];
      yield this.#giveUp(this.#draft, lines);
      yield* this.take(lines);
    }
    yield this.finish([], 0);
  }

  async #add(line: Line, lines: Line[]): Promise<CsvRecord | undefined> {
    this.#draft ??= newDraft();
    const draft = this.#draft;
    draft.lines.push(line);
    readFields(draft, line.text, this.#delimiter);
    const isSpread = draft.lines.length > 1 || draft.open !== undefined;
    if (isSpread && draft.isImproper) return this.#giveUp(draft, lines);
    if (draft.open === undefined) {
      const isRecord = !isSpread || this.#width === undefined || isPlausible(draft, this.#width, this.#delimiter);
      return isRecord
        ? this.finish(draft.cells, draft.lines.length, { isLong: draft.isLong })
        : this.#giveUp(draft, lines);
    }
    draft.open += line.end;
    // Without that a line that closes the one before and opens again would gather the whole file.
    if (this.#width !== undefined && draft.cells.length >= this.#width) return this.#giveUp(draft, lines);
    const isLong = draft.lines.length - draft.openedAt >= longestField.lines || draft.open.length > longestField.bytes;
    draft.isLong ||= isLong;
    const isTooLong = draft.open.length > longestFieldOfAll || (isLong && !(await this.#longFieldsAreUsual()));
    return isTooLong ? this.#giveUp(draft, lines) : undefined;
  }

  /** The first line is a record that is none; those after it are put back, to be read anew. */
  #giveUp(draft: Draft, lines: Line[]): CsvRecord {
    for (let index = draft.lines.length - 1; index > 0; index--) lines.push(draft.lines[index]);
    return this.finish(draft.lines[0].text.split(this.#delimiter), 1, { isStray: true });
  }
}

/** Reads a line's fields onto the draft, the first of which may have begun in an earlier line. */
function readFields(draft: Draft, text: string, delimiter: string): void {
  for (let at = 0; ; ) {
    if (draft.open === undefined) {
      if (text[at] !== '"') {
        const end = text.indexOf(delimiter, at);
        draft.cells.push(end < 0 ? text.slice(at) : text.slice(at, end));
        if (end < 0) return;
        at = end + delimiter.length;
        continue;
      }
      draft.open = '';
      draft.openedAt = draft.lines.length - 1;
      at++;
    }
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      draft.open += text.slice(at);
      return;
    }
    const next = quote + 1;
    if (next === text.length || text.startsWith(delimiter, next)) {
      draft.cells.push(draft.open + text.slice(at, quote));
      draft.open = undefined;
      if (next === text.length) return;
      at = next + delimiter.length;
    } else {
      const isDoubled = text[next] === '"';
      draft.isImproper ||= !isDoubled;
      draft.open += text.slice(at, next);
      at = isDoubled ? next + 1 : next;
    }
  }
}

/** A record of several lines that is as wide as the header, and whose lines are not rows themselves. */
function isPlausible({ cells, lines }: Draft, width: number, delimiter: string): boolean {
  return isWhole(cells, width) && (width < fewestTellingColumns || !areRows(lines, width, delimiter));
}

/** Would the lines be rows if the quote that opens in the first of them were none? */
function areRows([first, ...others]: readonly Line[], width: number, delimiter: string): boolean {
  if (first.text.split(delimiter).length !== width) return false;
  let draft: Draft | undefined;
  for (const { text, end } of others) {
    if (!draft && text === '') continue;
    draft ??= newDraft();
    readFields(draft, text, delimiter);
    if (draft.open !== undefined) draft.open += end;
    else if (draft.cells.length === width) draft = undefined;
    else return false;
  }
  return draft === undefined;
}

/** Does the file have fields longer than a stray quote may reach, and more than one? */
async function hasLongFields(bytes: AsyncIterable<Buffer>, delimiter: string): Promise<boolean> {
  let found = 0;
  for await (const { isLong } of readRecords(bytes, delimiter, async () => true)) {
    if (isLong) found++;
    if (found > 1) return true;
  }
  return false;
}

/** What would have made cells a row; undefined for cells that are one. */
function whatIsMissing(cells: readonly string[], header: readonly string[]): string | undefined {
  if (!isWhole(cells, header.length)) return `${header.length} cells, as the header has; here are ${cells.length}`;
  return isHeaderAgain(cells, header) ? 'a row; this is the header again' : undefined;
}

/** Empty cells past the last column say nothing. */
function isWhole(cells: readonly string[], width: number): boolean {
  return cells.length === width || (cells.length > width && cells.slice(width).every((cell) => cell === ''));
}

/** The head of another file that was put behind the first one. */
function isHeaderAgain(cells: readonly string[], header: readonly string[]): boolean {
  return header.every((column, index) => decode(cells[index]).text.trim() === column);
}

function toRow(number: number, cells: string[], plan: ColumnPlan): FileRow {
  const fields: Record<string, unknown> = {};
  const latin1: string[] = [];
  for (const [field, index] of plan) {
    const cell = cells[index];
    if (cell === '') continue;
    const { text, wasLatin1 } = decode(cell);
    fields[field] = withoutGuards(text);
    if (wasLatin1) latin1.push(field);
  }
  return { number, fields, latin1 };
}

function decode(cell: string): { text: string; wasLatin1: boolean } {
  return beyondAscii.test(cell) ? decodeBytes(Buffer.from(cell, 'latin1')) : { text: cell, wasLatin1: false };
}
