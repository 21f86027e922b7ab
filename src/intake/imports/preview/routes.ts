import type { components } from '../../../http/contract.ts';
import type { ImportPreview, PreviewOptions } from './preview-import.ts';

type Schemas = components['schemas'];

/** A preview's request as it is asked for over HTTP. */
export function previewOptions(body: Schemas['ImportPreviewRequest']): PreviewOptions {
  const { file = '', encoding = 'utf-8', is_cut: isCut = false, limit = 20, ...rest } = body;
  return { ...rest, file, encoding, isCut, limit };
}

export function toPreview(preview: ImportPreview): Schemas['ImportPreview'] {
  const { delimiter = null, hasMore, rows, ...rest } = preview;
  return {
    ...rest,
    delimiter,
    has_more: hasMore,
    rows: rows.map(({ number, ...row }) => ({ row: number, ...row })) as Schemas['ImportPreview']['rows'],
  };
}
