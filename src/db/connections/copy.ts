/** What COPY takes fastest. */
const chunkBytes = 65_536;

/** Joins lines to chunks of about 64 KB. */
export async function* inChunks(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Buffer> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length >= chunkBytes) {
      yield Buffer.from(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

/** Signature, flags and the length of an extension, as the binary format begins; and how it ends. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const end = Buffer.from([0xff, 0xff]);

/** Joins rows of `copyTuple`, one or several in a buffer, to chunks of about 64 KB of COPY's binary format. */
export async function* inBinaryChunks(tuples: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [head];
  let bytes = head.length;
  for await (const tuple of tuples) {
    parts.push(tuple);
    bytes += tuple.length;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(parts, bytes);
    parts = [];
    bytes = 0;
  }
  yield Buffer.concat([...parts, end], bytes + end.length);
}

/** One row in COPY's binary format: numbers are int4, buffers are bytea. */
export function copyTuple(values: readonly (number | Buffer)[]): Buffer {
  const bytes = values.reduce<number>((sum, value) => sum + 4 + (typeof value === 'number' ? 4 : value.length), 2);
  const tuple = Buffer.allocUnsafe(bytes);
  let at = tuple.writeInt16BE(values.length);
  for (const value of values) {
    if (typeof value === 'number') {
      at = tuple.writeInt32BE(4, at);
      at = tuple.writeInt32BE(value, at);
    } else {
      at = tuple.writeInt32BE(value.length, at);
      at += value.copy(tuple, at);
    }
  }
  return tuple;
}

const needsEscape = /[\\\t\n\r]/;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One row in COPY's text format. Arrays are Postgres arrays of numbers, dates are ISO strings, undefined is null. */
export function copyLine(values: readonly unknown[]): string {
  let line = '';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) line += '\t';
    line += copyField(values[index]);
  }
  return `${line}\n`;
}

function copyField(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `{${(value as unknown as number[]).join(',')}}`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return needsEscape.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character]) : text;
}
