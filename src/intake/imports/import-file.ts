import { basename } from 'node:path';
import type { Transaction } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import { isTimeZone } from '../../shop/time-zone.ts';
import type { Recorder } from '../recorder.ts';
import type { ContractChecks } from './elements/contract-check.ts';
import { isElementField } from './elements/element-fields.ts';
import { importElements } from './elements/import-elements.ts';
import type { ImportKind, ImportOptions, ImportProgress, ImportResult, ImportsDependencies } from './imports.ts';
import { importLines } from './lines/import-lines.ts';
import { lineFields, type Mapping, readMappingFile, requiredLineFields, resolveMapping } from './mapping/mapping.ts';
import type { LineCount } from './reading/lines.ts';
import { type FileDescription, type FileRow, openRows } from './reading/rows.ts';
import type { ImportStage, TakenIn } from './run.ts';
import * as store from './store.ts';

/** Imports one file; see `Imports.importFile`. */
export function importFile(
  deps: ImportsDependencies,
  recorder: Recorder,
  checks: () => Promise<ContractChecks>,
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const { kind } = options;
  return runImport(deps, recorder, options, onProgress, {
    describe: (mapping) => describe(options, mapping),
    async take(tx, rows, format, task) {
      if (kind !== 'orders')
        return importElements(tx, rows, { ...task, kind, recorder, check: (await checks())[kind] });
      const { nested, all } = format === 'ndjson' ? await peekOrders(rows) : { nested: false, all: rows };
      return !nested
        ? importLines(tx, all, task)
        : importElements(tx, all, { ...task, kind, recorder, check: (await checks())[kind] });
    },
  });
}

export interface ImportTask {
  importId: number;
  mapping: Mapping;
  timeZone: string;
  context: ImportsDependencies['config'] & { now: Date };
  force: boolean;
  /** Of the file, when its rows are read. */
  lines: LineCount;
  onStage: (stage: ImportStage, rows: number) => void;
}

/** One import from its mapping to its record, whatever its rows are. */
export async function runImport<Kind extends ImportKind>(
  deps: ImportsDependencies,
  recorder: Recorder,
  options: ImportOptions<Kind>,
  onProgress: (progress: ImportProgress) => void,
  work: {
    describe: (mapping: Mapping) => Omit<FileDescription, 'file' | 'format' | 'delimiter' | 'columns'>;
    take: (
      tx: Transaction,
      rows: AsyncIterable<FileRow>,
      format: 'csv' | 'ndjson',
      task: ImportTask,
    ) => Promise<TakenIn>;
  },
): Promise<ImportResult> {
  const { kind, file, format: asked } = options;
  const mapping = resolveMapping({
    kind,
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
      importId ??= await store.insertImport(deps.db, kind, basename(file), { mapping, timeZone });

      let progress: ImportProgress = { stage: 'prepare', rows: 0, bytesRead: 0, bytesTotal: 0 };
      const tell = (news: Partial<ImportProgress>) => {
        progress = { ...progress, ...news };
        onProgress(progress);
      };
      const onStage = (stage: ImportStage, rows: number) => tell({ stage, rows });
      const { columns, delimiter } = mapping;
      const described = { file, format: asked, delimiter, columns, ...work.describe(mapping) };
      const { rows, format, lines } = await openRows(described, tell);
      const task = { importId, mapping, timeZone, context, force: options.force ?? false, lines, onStage };
      const taken = await work.take(tx, rows, format, task);
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

function describe({ kind }: ImportOptions, mapping: Mapping): Pick<FileDescription, 'isField' | 'required'> {
  if (kind !== 'orders') {
    const required = [{ items: 'item_id', customers: 'customer_id', events: 'event_id' }[kind]];
    return { isField: (name) => isElementField(kind, name), required };
  }
  const withAmounts = mapping.columns['line_amount'] !== undefined;
  return {
    isField: (name) => (lineFields as readonly string[]).includes(name),
    required: requiredLineFields.filter((field) => field !== 'unit_price' || !withAmounts),
  };
}

const mostPeeked = 1_000;

/** Is an order a row, or a line? The first row shows it that has lines, or the fields of one; a spoilt one shows nothing. */
async function peekOrders(rows: AsyncIterable<FileRow>): Promise<{ nested: boolean; all: AsyncIterable<FileRow> }> {
  const iterator = rows[Symbol.asyncIterator]();
  const peeked: FileRow[] = [];
  let nested: boolean | undefined;
  while (nested === undefined && peeked.length < mostPeeked) {
    const { done, value } = await iterator.next();
    if (done) break;
    peeked.push(value);
    nested = hasLines(value);
  }
  async function* all(): AsyncGenerator<FileRow> {
    try {
      yield* peeked;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { nested: nested ?? false, all: all() };
}

function hasLines({ fields }: FileRow): boolean | undefined {
  if (fields === undefined) return undefined;
  if (Object.hasOwn(fields, 'lines')) return true;
  return Object.hasOwn(fields, 'item_id') || Object.hasOwn(fields, 'quantity') ? false : undefined;
}
