import type { UploadOptions } from './upload/import-upload.ts';

/** Is a file to be understood by what is in it? Not one whose kind is named, which has our names as its columns, or is mapped. */
export function isExport({
  kind,
  mapping,
  preset,
  platform,
}: Pick<UploadOptions, 'kind' | 'mapping' | 'preset' | 'platform'>): boolean {
  return platform !== undefined || (kind === undefined && mapping === undefined && preset === undefined);
}
