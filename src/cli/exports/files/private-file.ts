import { randomBytes } from 'node:crypto';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalidField } from '../../../errors.ts';

/**
 * Writes a file that only its owner may read: `work` gets the path of a new file beside it, which takes the place of the
 * named one when it is whole. Nothing is ever written through a link, nor into a device.
 * @throws PannierError `invalid_request` where a link, a folder or a device has the name
 */
export async function writePrivately<Result>(
  file: string,
  work: (unfinished: string) => Promise<Result>,
): Promise<Result> {
  await refuseOthersThanFiles(file);
  const unfinished = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  const made = await open(unfinished, 'wx', 0o600);
  await made.close();
  try {
    const result = await work(unfinished);
    await refuseOthersThanFiles(file);
    await rename(unfinished, file);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function refuseOthersThanFiles(file: string): Promise<void> {
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (stats?.isSymbolicLink()) throw invalidField('--output', `${file} is a link: name the file itself`);
  if (stats && !stats.isFile()) throw invalidField('--output', `${file} is no file`);
}
