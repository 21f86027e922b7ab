import type { components } from '../../../http/contract.ts';
import type { Understanding } from '../../files/understanding/understood.ts';
import type { ImportPreview, PreviewOptions } from './preview-import.ts';

type Schemas = components['schemas'];

/** A preview's request as it is asked for over HTTP. */
export function previewOptions(body: Schemas['ImportPreviewRequest']): PreviewOptions {
  const { file = '', encoding = 'utf-8', is_cut: isCut = false, limit = 20, date_order: dateOrder, ...rest } = body;
  return { ...rest, file, encoding, isCut, limit, dateOrder };
}

export function toPreview(preview: ImportPreview): Schemas['ImportPreview'] {
  const { delimiter = null, hasMore, rows, understanding, ...rest } = preview;
  return {
    ...rest,
    delimiter,
    understanding: understanding ? toUnderstanding(understanding) : null,
    has_more: hasMore,
    rows: rows.map(({ number, ...row }) => ({ row: number, ...row })) as Schemas['ImportPreview']['rows'],
  };
}

function toUnderstanding({ tables, kinds, leftOut, notes, questions }: Understanding): Schemas['Understanding'] {
  const [{ platform, title, isGuessed, encoding }] = tables;
  return {
    platform,
    title,
    is_guessed: isGuessed,
    encoding,
    kinds: kinds.map((one) => ({ ...one })),
    left_out: leftOut.slice(0, 50),
    notes: [...notes],
    questions: questions.map(({ field, text }) => ({ field, text })),
  };
}
