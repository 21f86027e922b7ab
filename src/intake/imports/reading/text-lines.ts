import { invalidField } from '../../../errors.ts';
import { say } from '../../../sentences/index.ts';

/** One physical line of a file. */
export interface Line {
  /** A character a byte (Latin-1). */
  text: string;
  /** What ends it; nothing at the end of a file. */
  end: '\n' | '\r\n' | '\r' | '';
}

/** Where the lines of a file are: counted by themselves, and as what the reader took them for. */
export interface LineCount {
  /** Lines by their ends alone, counted beside the reader. */
  counted: number;
  header: number;
  /** Empty lines between rows. */
  empty: number;
  /** Further lines of rows that have line ends inside of quotes. */
  within_quotes: number;
}

export const longestLine = 16 * 1024 * 1024;
/** More between two rows are nothing but work. */
const mostEmptyLines = 100_000;
const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Parts bytes into lines that end in LF, CRLF or CR, mixed as they come; several at once, as many as a chunk completes.
 * @throws PannierError `invalid_request` for a line without an end in sight, or empty lines without one
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let begun: string[] = [];
  let length = 0;
  let emptyLines = 0;
  // A CR at the end of a chunk may be half of a CRLF.
  let held = '';
  const complete = (text: string): string => {
    if (begun.length === 0) return text;
    const whole = begun.join('') + text;
    begun = [];
    length = 0;
    return whole;
  };
  for await (const chunk of chunks) {
    const read = held + chunk.toString('latin1');
    held = read.endsWith('\r') ? '\r' : '';
    const text = held ? read.slice(0, -1) : read;
    const lines: Line[] = [];
    let start = 0;
    for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) {
      const line = { text: complete(text.slice(start, index)), end: end as Line['end'] };
      lines.push(line);
      emptyLines = line.text === '' ? emptyLines + 1 : 0;
      if (emptyLines > mostEmptyLines) throw invalidField('file', say('fault.empty-lines', { most: mostEmptyLines }));
      start = index + end.length;
    }
    if (start < text.length) begun.push(text.slice(start));
    length += text.length - start;
    if (length > longestLine) throw lineTooLong();
    yield lines;
  }
  if (held) yield [{ text: complete(''), end: '\r' }];
  else if (begun.length > 0) yield [{ text: complete(''), end: '' }];
}

export function lineTooLong() {
  return invalidField('file', `has a line of more than ${longestLine} bytes`);
}

/** Counts the lines that pass by, byte by byte and knowing nothing of rows or quotes. */
export async function* countLines(
  chunks: AsyncIterable<Buffer>,
  tell: (lines: number) => void,
): AsyncGenerator<Buffer> {
  let ends = 0;
  let last = lineFeed;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
      if ((at === 0 ? last : chunk[at - 1]) !== carriageReturn) ends++;
    }
    for (let at = chunk.indexOf(carriageReturn); at >= 0; at = chunk.indexOf(carriageReturn, at + 1)) ends++;
    last = chunk.at(-1) ?? last;
    yield chunk;
  }
  tell(ends + (last === lineFeed || last === carriageReturn ? 0 : 1));
}
