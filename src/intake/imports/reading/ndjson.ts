import type { FileRow } from './file-row.ts';
import { deepestJson, isShallow, readJson } from './json.ts';
import { decodeBytes } from './text.ts';
import { type LineCount, readLines } from './text-lines.ts';

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
      const value = readJson(text.trim());
      const expected = whatIsMissing(value);
      yield expected === undefined
        ? { number, fields: renamed(value as object, rename), latin1: wasLatin1 ? Object.keys(value as object) : [] }
        : { number, latin1: [], broken: { text }, expected };
    }
  }
}

function whatIsMissing(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a JSON object on one line';
  return isShallow(value) ? undefined : `an object nested at most ${deepestJson} levels deep`;
}

function renamed(value: object, rename: ReadonlyMap<string, string>): Record<string, unknown> {
  if (rename.size === 0) return value as Record<string, unknown>;
  const named = Object.entries(value).map(([column, field]) => [rename.get(column) ?? column, field] as const);
  const nested = Array.from(rename).flatMap(([path, field]) => {
    const found = Object.hasOwn(value, path) ? undefined : valueAt(value, path.split('.'));
    return found === undefined ? [] : [[field, found] as const];
  });
  return Object.fromEntries([...named, ...nested]);
}

/** What lies at a path into an object: customer.id; of a list by its place. */
function valueAt(value: unknown, [step, ...further]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return valueAt((value as Record<string, unknown>)[step], further);
}
