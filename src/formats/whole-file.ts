import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file that only its owner may read: `work` gets the path of a new file beside it, which takes the place of the named
 * one when it is whole and on the disk. Its name begins with a point, so that nobody who reads the folder takes it for data.
 */
export async function writeWhole<Result>(file: string, work: (unfinished: string) => Promise<Result>): Promise<Result> {
  const unfinished = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  const made = await open(unfinished, 'wx', 0o600);
  await made.close();
  try {
    const result = await work(unfinished);
    await flush(unfinished);
    await rename(unfinished, file);
    await flush(dirname(file));
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A folder, too, has to be written before the name in it lasts; where a system has no such thing it needs none. */
async function flush(path: string): Promise<void> {
  const opened = await open(path, 'r').catch(() => undefined);
  try {
    await opened?.sync().catch(() => undefined);
  } finally {
    await opened?.close();
  }
}
