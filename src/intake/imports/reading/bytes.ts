import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { invalidField, PannierError } from '../../../errors.ts';
import { say } from '../../../sentences/index.ts';
import { encodeText } from './text.ts';

const gzipMagic = Buffer.from([0x1f, 0x8b]);
const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);
const chunkSize = 256 * 1024;

/** What is packed so well holds nothing: rows that differ are packed to a tenth, and to a fiftieth where they hardly do. */
const mostTimesPacked = 200;
const alwaysUnpackedBytes = 32 * 2 ** 20;
const mostUnpackedBytes = 8 * 2 ** 30;

export interface FileProgress {
  bytesRead: number;
  bytesTotal: number;
}

/**
 * The bytes of a file, unzipped where it is gzip, without byte order mark; UTF-16 (told by its mark) as UTF-8.
 * @param onRead told of the bytes taken from the disk.
 * @param fromOthers it was sent: what it unpacks to has a bound, as of `readPlain`
 * @throws PannierError `invalid_request` when there is no such file or it is broken
 */
export async function openBytes(
  file: string,
  onRead: (progress: FileProgress) => void,
  { fromOthers = false } = {},
): Promise<AsyncIterable<Buffer>> {
  const { size, isFile } = await stat(file).then(
    (found) => ({ size: found.size, isFile: found.isFile() }),
    (error: NodeJS.ErrnoException) => {
      throw invalidField('file', `cannot be read: ${error.code === 'ENOENT' ? `there is no ${file}` : error.message}`);
    },
  );
  if (!isFile) throw invalidField('file', `cannot be read: ${file} is not a file`);
  const progress = { bytesRead: 0, bytesTotal: size };
  onRead(progress);

  async function* fromDisk(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkSize })) {
      progress.bytesRead += (chunk as Buffer).length;
      onRead(progress);
      yield chunk as Buffer;
    }
  }
  return readPlain(fromDisk(), fromOthers ? 'file' : undefined);
}

/**
 * Bytes of a file wherever they come from, made as plain as those of `openBytes`.
 * @param boundedField where it was sent; a little gzip may be very much of nothing, which nobody is to be kept busy with
 * @throws PannierError `payload_too_large` naming the field, as soon as it is seen
 */
export async function readPlain(chunks: AsyncIterable<Buffer>, boundedField?: string): Promise<AsyncIterable<Buffer>> {
  return withoutMark(sayingWhatIsBroken(await unzipped(chunks, boundedField)));
}

async function* sayingWhatIsBroken(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('Z_') ? invalidField('file', `cannot be read: its gzip is broken (${message})`) : error;
  }
}

/** Cuts the start off an iteration so that it can be looked at first; the iteration given back begins with it. */
async function peek(
  chunks: AsyncIterable<Buffer>,
  length: number,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

async function unzipped(chunks: AsyncIterable<Buffer>, boundedField?: string): Promise<AsyncIterable<Buffer>> {
  const { head, all } = await peek(chunks, gzipMagic.length);
  if (!head.subarray(0, gzipMagic.length).equals(gzipMagic)) return all;
  // pipeline, so that an error on either side ends both; the reader sees it as the iteration's error.
  const gunzip = createGunzip({ chunkSize });
  const plain = pipeline(Readable.from(all), gunzip, () => {});
  return boundedField === undefined ? plain : bounded(plain, () => gunzip.bytesWritten, boundedField);
}

async function* bounded(
  plain: AsyncIterable<Buffer>,
  packedBytes: () => number,
  field: string,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of plain) {
    bytes += chunk.length;
    const most = Math.min(mostUnpackedBytes, Math.max(alwaysUnpackedBytes, mostTimesPacked * packedBytes()));
    if (bytes > most) {
      const values = { size: Math.round(most / 2 ** 20), times: mostTimesPacked };
      const message = say('fault.unpacks-too-large', values);
      throw new PannierError('payload_too_large', say('detail.unpacks-too-large', values), [{ field, message }]);
    }
    yield chunk;
  }
}

async function withoutMark(chunks: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const { head, all } = await peek(chunks, utf8Mark.length);
  if (head.subarray(0, 3).equals(utf8Mark)) return skip(all, 3);
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return recoded(all, 'little');
  if (first === 0xfe && second === 0xff) return recoded(all, 'big');
  return all;
}

async function* skip(chunks: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** UTF-16 as the bytes of its characters; a lone surrogate stays one. */
async function* recoded(chunks: AsyncIterable<Buffer>, order: 'little' | 'big'): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    const read = Buffer.concat([begun, chunk]);
    let length = read.length - (read.length % 2);
    // Half of a pair waits for the other one.
    const lastByte = length > 0 ? read[length - (order === 'little' ? 1 : 2)] : 0;
    if (lastByte >= 0xd8 && lastByte <= 0xdb) length -= 2;
    begun = read.subarray(length);
    const text = decodeUtf16(read.subarray(0, length), order);
    yield encodeText(isFirst ? text.replace(/^\ufeff/, '') : text);
    isFirst &&= length === 0;
  }
  if (begun.length > 0) yield encodeText(decodeUtf16(begun.subarray(0, begun.length - (begun.length % 2)), order));
}

function decodeUtf16(bytes: Buffer, order: 'little' | 'big'): string {
  return (order === 'little' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
}

/** The first characters of the file, to tell what it is, and the whole of it. */
export async function peekText(chunks: AsyncIterable<Buffer>): Promise<{ head: string; all: AsyncIterable<Buffer> }> {
  const { head, all } = await peek(chunks, 65_536);
  return { head: head.toString('latin1', 0, 65_536), all };
}
