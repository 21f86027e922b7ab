import { type LineCount, readLines } from './lines.ts';
import type { FileRow } from './rows.ts';
import { decodeBytes } from './text.ts';

/** Reads a JSON object a line; empty lines are passed over, a line that is none comes as broken. */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  rename: ReadonlyMap<string, string>,
  count: LineCount,
): AsyncGenerator<FileRow> {
  let number = 0;
  for await (const lines of readLines(chunks)) {
    for (const line of lines) {
      const { text, wasLatin1 } = decodeBytes(Buffer.from(line.text, 'latin1'));
      if (text.trim() === '') {
        count.empty++;
        continue;
      }
      number++;
      // Trimmed of the byte order mark of a file that was put behind the first one.
      const value = parseObject(text.trim());
      yield value
        ? { number, fields: renamed(value, rename), latin1: wasLatin1 ? Object.keys(value) : [] }
        : { number, latin1: [], broken: { text }, expected: 'a JSON object on one line' };
    }
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function renamed(value: Record<string, unknown>, rename: ReadonlyMap<string, string>): Record<string, unknown> {
  if (rename.size === 0) return value;
  return Object.fromEntries(Object.entries(value).map(([column, field]) => [rename.get(column) ?? column, field]));
}
