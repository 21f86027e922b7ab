import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';

/** First in the file, with the version of its format: another one is not read. */
const head = Buffer.from('pannier snapshot 3\n');
const checksumBytes = 32;

/**
 * Writes pieces to a file that is there whole or not at all, and that only its owner may read. Between two pieces others have
 * their turn.
 * @returns its size
 * @throws RangeError when it would be larger than `mostBytes`; what was there before stays
 */
export async function writeSnapshot(path: string, pieces: Iterable<unknown>, mostBytes: number): Promise<number> {
  const unfinished = `${path}.${process.pid}.new`;
  await mkdir(dirname(path), { recursive: true });
  await rm(unfinished, { force: true });
  // Never through a link that lies in wait: the file must be a new one.
  const file = await open(unfinished, 'wx', 0o600);
  try {
    const bytes = await writePieces(file, pieces, mostBytes);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writePieces(file: FileHandle, pieces: Iterable<unknown>, mostBytes: number): Promise<number> {
  const hash = createHash('sha256');
  let bytes = 0;
  const write = async (part: Uint8Array) => {
    bytes += part.length;
    if (bytes > mostBytes) throw new RangeError(`A snapshot may have ${mostBytes} bytes.`);
    hash.update(part);
    await file.writeFile(part);
  };
  await write(head);
  for (const piece of pieces) {
    const part = serialize(piece);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(part.length);
    await write(length);
    await write(part);
    await nextTurn();
  }
  await file.writeFile(hash.digest());
  return bytes + checksumBytes;
}

/** The pieces of a snapshot; undefined: there is none, or it is not as it was written. */
export async function readSnapshot(path: string): Promise<unknown[] | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes || bytes.length < head.length + checksumBytes || !bytes.subarray(0, head.length).equals(head))
    return undefined;
  const end = bytes.length - checksumBytes;
  if (!createHash('sha256').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) return undefined;
  const pieces: unknown[] = [];
  try {
    for (let at = head.length; at < end; ) {
      const length = bytes.readUInt32LE(at);
      pieces.push(deserialize(bytes.subarray(at + 4, at + 4 + length)));
      at += 4 + length;
    }
  } catch {
    // Written by a newer Node.
    return undefined;
  }
  return pieces;
}
