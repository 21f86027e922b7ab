import { invalidField } from '../../errors.ts';
import { openFile } from '../files/containers/open-file.ts';
import { importFacts } from './import-facts.ts';
import type { ImportOptions, ImportProgress, ImportResult, ImportTools } from './import-types.ts';
import { type ImportedKind, importExport } from './import-understood.ts';
import { type Mapping, type OwnReading, readMappingFile, resolveMapping } from './mapping/mapping.ts';
import { isPresetKind, toOwnPreset } from './mapping/own-preset.ts';

/** What a file gave, and what it brought beside the facts of its kind: refunds of its orders. */
export type MappedImport = ImportResult & { further?: ImportedKind[] };

/**
 * Imports a file whose columns have our names or are mapped. A text of rows whose columns are named is read row by row; where the
 * mapping says more, or the file is another container, it is understood by the mapping.
 */
export async function importMapped(
  tools: ImportTools,
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<MappedImport> {
  const { kind, preset, columns, open, path = open ? undefined : options.file } = options;
  const told = options.mapping ?? (options.mappingFile && (await readMappingFile(options.mappingFile)));
  const mapping = resolveMapping({ kind, preset, mapping: told, columns });
  const reading = await readingOf(path, mapping, options);
  if (!reading) return importFacts(tools, options, onProgress);
  if (path === undefined) throw invalidField('mapping', 'says more than columns, which is not for this file');
  const { timeZone, force, onBegun, mustBeFree } = options;
  const { nobody, cancellations, adjustments, services } = mapping;
  const [first, ...further] = await importExport(
    tools,
    path,
    { ...reading, name: options.file, kind },
    { timeZone, force, onBegun, mustBeFree, rules: { nobody, cancellations, adjustments, services } },
    onProgress,
  );
  return { ...first, ...(further.length > 0 && { further }) };
}

/** How a file is understood by its mapping; undefined: it is read row by row. */
export async function readingOf(
  path: string | undefined,
  mapping: Mapping,
  { kind, format }: Pick<ImportOptions, 'kind' | 'format'>,
): Promise<OwnReading | undefined> {
  if (mapping.own) return mapping.own;
  if (path === undefined || format !== undefined || !isPresetKind(kind) || !(await isContainer(path))) return undefined;
  const { columns, decimals, delimiter, time_format } = mapping;
  return { own: toOwnPreset(kind, columns, { time_format }), decimals, delimiter };
}

/** A workbook, an archive or another document; the text of rows that it may be is read as it always was. */
async function isContainer(path: string): Promise<boolean> {
  const file = await openFile(path).catch(() => undefined);
  await file?.close();
  return file?.tables.some(({ format }) => format !== 'csv' && format !== 'ndjson') ?? false;
}
