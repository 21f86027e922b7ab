import { basename } from 'node:path';
import { invalidField } from '../../errors.ts';
import type { Recorder } from '../recorder.ts';
import type { ContractChecks } from './elements/contract-check.ts';
import { isElementField } from './elements/element-fields.ts';
import { importElements } from './elements/import-elements.ts';
import type { ImportOptions, ImportProgress, ImportResult, ImportsDependencies } from './index.ts';
import { importLines } from './lines/import-lines.ts';
import { lineFields, type Mapping, readMappingFile, requiredLineFields, resolveMapping } from './mapping.ts';
import { type FileRow, openRows } from './reading/rows.ts';
import type { ImportStage } from './run.ts';
import * as store from './store.ts';

/** Imports one file; see `Imports.importFile`. */
export async function importFile(
  deps: ImportsDependencies,
  recorder: Recorder,
  checks: () => ContractChecks,
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const { kind } = options;
  const mapping = resolveMapping({
    preset: options.preset,
    mapping: options.mapping ?? (options.mappingFile && (await readMappingFile(options.mappingFile))),
    columns: options.columns,
  });
  const timeZone = options.timeZone ?? deps.config.timeZone;
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'is not an IANA time zone');
  const context = { ...deps.config, now: deps.clock() };
  let importId: number | undefined;

  try {
    const taken = await recorder.commit(async (tx) => {
      await store.beginWork(tx);
      // Outside of the transaction, so that it is seen at once and stays when the transaction does not.
      importId ??= await store.insertImport(deps.db, kind, basename(options.file), { mapping, timeZone });

      let progress: ImportProgress = { stage: 'prepare', rows: 0, bytesRead: 0, bytesTotal: 0 };
      const tell = (news: Partial<ImportProgress>) => {
        progress = { ...progress, ...news };
        onProgress(progress);
      };
      const onStage = (stage: ImportStage, rows: number) => tell({ stage, rows });
      const { rows, format } = await openRows(describe(options, mapping), tell);
      const task = { importId, mapping, timeZone, context, force: options.force ?? false, onStage };

      const { first, all } = await peekRow(rows);
      const nested = format === 'ndjson' && first?.fields !== undefined && 'lines' in first.fields;
      const taken =
        kind === 'orders' && !nested
          ? await importLines(tx, all, task)
          : await importElements(tx, all, { ...task, kind, recorder, check: checks()[kind] });
      await store.endImport(tx, importId, taken.status === 'finished' ? 'finished' : 'failed', taken.report);
      return taken;
    });
    return { importId: importId!, status: taken.status, report: taken.report };
  } catch (error) {
    // Best effort: without the database it is the next import that marks this one.
    if (importId !== undefined) await store.endImport(deps.db, importId, 'failed', null).catch(() => {});
    throw error;
  }
}

function describe({ kind, file, format }: ImportOptions, mapping: Mapping): Parameters<typeof openRows>[0] {
  const lines = kind === 'orders';
  return {
    file,
    format,
    delimiter: mapping.delimiter,
    columns: mapping.columns,
    isField: lines ? (name) => (lineFields as readonly string[]).includes(name) : (name) => isElementField(kind, name),
    required: lines ? requiredLineFields : [{ items: 'item_id', customers: 'customer_id', events: 'event_id' }[kind]],
  };
}

/** The first row shows whether an order is a row, or a line is. */
async function peekRow(
  rows: AsyncIterable<FileRow>,
): Promise<{ first: FileRow | undefined; all: AsyncIterable<FileRow> }> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<FileRow> {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: first.done ? undefined : first.value, all: all() };
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
