import { setTimeout as delay } from 'node:timers/promises';
import type { ImportOptions, ImportResult, StoredImport } from '../import-types.ts';
import { openBytes } from '../reading/bytes.ts';
import { setAside } from './set-aside.ts';

/** How a file that comes over HTTP is taken in. */
export interface UploadOptions extends Omit<ImportOptions, 'file' | 'mappingFile' | 'open' | 'onBegun' | 'mustBeFree'> {
  /** as the sender calls it; of it only the end tells something */
  name: string;
}

/** Small files are through before the answer, so that what is wrong with one is the answer. */
const waitedMs = 4_000;

/**
 * Takes a file in that comes in chunks: first it comes whole, then it is imported as one from the disk. Answered when that is
 * done, or after a while with an import that still works.
 * @throws PannierError what is wrong with the file where that shows in time; `conflict` while another import is at work
 */
export async function importUpload(
  {
    importFile,
    readImport,
  }: {
    importFile(options: ImportOptions): Promise<ImportResult>;
    readImport(importId: number): Promise<StoredImport>;
  },
  chunks: AsyncIterable<Buffer>,
  { name, ...options }: UploadOptions,
): Promise<StoredImport> {
  const aside = await setAside(chunks);
  let begun: (importId: number) => void = () => {};
  const hasBegun = new Promise<number>((resolve) => {
    begun = resolve;
  });
  const work = importFile({
    ...options,
    file: name,
    open: (onRead) => openBytes(aside.path, onRead, { fromOthers: true }),
    onBegun: begun,
    mustBeFree: true,
  }).finally(() => aside.remove());
  // What goes wrong later stands in the record of the import.
  work.catch(() => {});
  await Promise.race([work, delay(waitedMs)]);
  return readImport(await Promise.race([hasBegun, work.then(({ importId }) => importId)]));
}
