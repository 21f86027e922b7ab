import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PannierError } from '../../../errors.ts';

/** A file that has come whole, on the disk until it is removed. */
export interface FileAside {
  path: string;
  remove(): Promise<void>;
}

/**
 * Writes a file to the disk as it comes, so that it is whole before it is looked at, and can be read twice. Nothing stays of one that
 * does not come whole.
 * @throws what the chunks throw; PannierError `unavailable` where the disk is full
 */
export async function setAside(chunks: AsyncIterable<Buffer>): Promise<FileAside> {
  const folder = await mkdtemp(join(tmpdir(), 'pannier-upload-'));
  const path = join(folder, 'file');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(path, { mode: 0o600 }));
    return { path, remove };
  } catch (error) {
    await remove();
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new PannierError('unavailable', 'There is no room for the file on the disk of the service.', [], error);
  }
}
