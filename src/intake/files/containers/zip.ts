import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { unreadable } from '../unreadable.ts';
import { type Bytes, bounds } from './table.ts';

/** A file in an archive. */
export interface Member extends Bytes {
  size: number;
}

/**
 * The files in a zip archive on the disk, in its order. Each is unpacked as it is read.
 * @throws PannierError `invalid_request` for one that is broken, encrypted, or too large when unpacked
 */
export async function openZip(path: string, name: string): Promise<Member[]> {
  const members: Member[] = [];
  let unpacked = 0;
  await withZip(path, name, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || isHidden(entry.fileName)) continue;
      unpacked += entry.uncompressedSize;
      refuseHuge(entry, members.length, unpacked, name);
      members.push({
        name: entry.fileName,
        size: entry.uncompressedSize,
        open: () => readMember(path, name, entry.fileName),
      });
    }
  });
  return members;
}

function isHidden(name: string): boolean {
  return name.startsWith('__MACOSX/') || /(^|\/)\.[^/]*$/.test(name) || /(^|\/)Thumbs\.db$/i.test(name);
}

function refuseHuge(entry: Entry, count: number, unpacked: number, name: string): void {
  const { fileName, uncompressedSize: size, compressedSize } = entry;
  if (entry.isEncrypted()) throw unreadable(`${fileName} in ${name} needs a password`);
  if (count >= bounds.members) throw unreadable(`it has more than ${bounds.members} files in it`);
  const isBomb = size > bounds.alwaysUnpacked && size > compressedSize * bounds.timesPacked;
  if (isBomb || unpacked > bounds.unpackedBytes) {
    throw unreadable(`it would unpack to ${unpacked} bytes (${fileName}), which no export does`);
  }
}

async function* readMember(path: string, name: string, member: string): AsyncGenerator<Buffer> {
  const zip = await open(path, name);
  try {
    const entry = await findEntry(zip, member);
    if (!entry) throw unreadable(`${name} has no ${member} any more`);
    const stream: Readable = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw broken(error, name);
  } finally {
    zip.close();
  }
}

async function findEntry(zip: ZipFile, member: string): Promise<Entry | undefined> {
  for await (const entry of zip.eachEntry()) if (entry.fileName === member) return entry;
  return undefined;
}

async function withZip(path: string, name: string, work: (zip: ZipFile) => Promise<void>): Promise<void> {
  const zip = await open(path, name);
  try {
    await work(zip);
  } catch (error) {
    throw broken(error, name);
  } finally {
    zip.close();
  }
}

async function open(path: string, name: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw broken(error, name);
  }
}

function broken(error: unknown, name: string): unknown {
  if (error instanceof Error && error.name === 'PannierError') return error;
  return unreadable(`the archive ${name} is broken (${(error as Error).message})`);
}
