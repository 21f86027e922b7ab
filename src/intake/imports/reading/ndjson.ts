import { invalidField } from '../../../errors.ts';
import type { FileRow } from './rows.ts';
import { decodeBytes } from './text.ts';

const newline = 0x0a;
const longestLine = 16 * 1024 * 1024;

/** Reads a JSON object a line; empty lines are passed over, a line that is none comes as broken. */
export async function* readNdjson(
  chunks: AsyncIterable<Buffer>,
  rename: ReadonlyMap<string, string>,
): AsyncGenerator<FileRow> {
  let number = 0;
  for await (const line of splitLines(chunks)) {
    const { text, wasLatin1 } = decodeBytes(line);
    if (text.trim() === '') continue;
    number++;
    const value = parseObject(text);
    yield value
      ? { number, fields: renamed(value, rename), latin1: wasLatin1 ? Object.keys(value) : [] }
      : { number, latin1: [], broken: { text } };
  }
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longestLine) throw invalidField('file', `has a line of more than ${longestLine} bytes`);
  }
  if (parts.length > 0) yield Buffer.concat(parts);
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
