import { lstat } from 'node:fs/promises';
import { invalidField } from '../../../errors.ts';
import { writeWhole } from '../../../formats/whole-file.ts';

/**
 * Writes a file that only its owner may read, whole or not at all. Nothing is ever written through a link, nor into a device.
 * @throws PannierError `invalid_request` where a link, a folder or a device has the name
 */
export async function writePrivately<Result>(
  file: string,
  work: (unfinished: string) => Promise<Result>,
): Promise<Result> {
  await refuseOthersThanFiles(file);
  return writeWhole(file, async (unfinished) => {
    const result = await work(unfinished);
    await refuseOthersThanFiles(file);
    return result;
  });
}

async function refuseOthersThanFiles(file: string): Promise<void> {
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (stats?.isSymbolicLink()) throw invalidField('--output', `${file} is a link: name the file itself`);
  if (stats && !stats.isFile()) throw invalidField('--output', `${file} is no file`);
}
