import { setTimeout as delay } from 'node:timers/promises';
import type { UnderstandOptions } from '../../files/understanding/understood.ts';
import type { ImportOptions, StoredImport } from '../import-types.ts';
import type { UnderstoodOptions } from '../import-understood.ts';
import { isExport } from '../is-export.ts';
import type { FactKind } from '../kinds.ts';
import { openBytes } from '../reading/bytes.ts';
import { setAside } from './set-aside.ts';

/** How a file that comes over HTTP is taken in. */
export interface UploadOptions
  extends Omit<ImportOptions, 'kind' | 'file' | 'mappingFile' | 'open' | 'path' | 'rows' | 'onBegun' | 'mustBeFree'>,
    Pick<UnderstandOptions, 'platform' | 'currency' | 'dateOrder'> {
  /** without it what is in the file decides */
  kind?: FactKind | undefined;
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
  { importFile, importExport, readImport }: UploadTools,
  chunks: AsyncIterable<Buffer>,
  { name, kind, platform, currency, dateOrder, ...options }: UploadOptions,
): Promise<StoredImport> {
  const aside = await setAside(chunks);
  let begun: (importId: number) => void = () => {};
  const hasBegun = new Promise<number>((resolve) => {
    begun = resolve;
  });
  const how = { ...options, onBegun: begun, mustBeFree: true };
  const take = async (): Promise<number> => {
    if (isExport({ kind, platform, ...options })) {
      return importExport(aside.path, { name, kind, platform, currency, dateOrder }, how);
    }
    const open: ImportOptions['open'] = (onRead) => openBytes(aside.path, onRead, { fromOthers: true });
    return importFile({ ...how, kind: kind ?? 'orders', file: name, path: aside.path, open });
  };
  const work = take().finally(() => aside.remove());
  // What goes wrong later stands in the record of the import.
  work.catch(() => {});
  await Promise.race([work, delay(waitedMs)]);
  return readImport(await Promise.race([hasBegun, work]));
}

/** What an upload is taken in with; each gives the id of its first import when all is done. */
interface UploadTools {
  importFile(options: ImportOptions): Promise<number>;
  importExport(path: string, understand: UnderstandOptions, options: UnderstoodOptions): Promise<number>;
  readImport(importId: number): Promise<StoredImport>;
}
