import { basename } from 'node:path';
import type { Transaction } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { isTimeZone } from '../../shop/time-zone.ts';
import type {
  ImportOptions,
  ImportProblem,
  ImportProgress,
  ImportResult,
  ImportStage,
  ImportsDependencies,
  ImportTask,
  TakenIn,
} from './import-types.ts';
import type { ImportKind } from './kinds.ts';
import { type Mapping, readMappingFile, resolveMapping } from './mapping/mapping.ts';
import type { FileRow } from './reading/file-row.ts';
import { type FileDescription, openRows } from './reading/rows.ts';
import * as store from './store.ts';

/** One import from its mapping to its record, whatever its rows are. */
export async function runImport<Kind extends ImportKind>(
  deps: ImportsDependencies,
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
  if (mapping.own) throw invalidField('mapping', 'says more than columns, which is not for this file');
  const timeZone = options.timeZone ?? deps.config.timeZone;
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'is not an IANA time zone');
  const context = { ...deps.config, now: deps.clock() };
  let importId: number | undefined;

  try {
    const taken = await deps.commit(async (tx) => {
      await store.beginWork(tx, options.mustBeFree ?? false);
      // Outside of the transaction, so that it is seen at once and stays when the transaction does not.
      importId ??= await deps.db.transaction((own) =>
        store.insertImport(own, kind, basename(file), { mapping, timeZone }),
      );
      options.onBegun?.(importId);

      let progress: ImportProgress = { stage: 'prepare', rows: 0, bytesRead: 0, bytesTotal: 0 };
      const note = progressNote(deps, importId);
      const tell = (news: Partial<ImportProgress>) => {
        progress = { ...progress, ...news };
        onProgress(progress);
        note(progress);
      };
      const onStage = (stage: ImportStage, rows: number) => tell({ stage, rows });
      const { columns, delimiter } = mapping;
      const described = { file, open: options.open, format: asked, delimiter, columns, ...work.describe(mapping) };
      const { rows, format, lines } = options.rows
        ? { rows: options.rows.read(), format: 'csv' as const, lines: undefined }
        : await openRows(described, tell);
      const understanding = options.rows?.understanding;
      const task = {
        importId,
        mapping,
        timeZone,
        context,
        force: options.force ?? false,
        lines,
        understanding,
        withdrawn: options.rows?.withdrawn,
        onStage,
      };
      const taken = await work.take(tx, rows, format, task);
      await store.endImport(tx, importId, {
        status: taken.status === 'finished' ? 'finished' : 'failed',
        report: taken.report,
      });
      return taken;
    });
    return { importId: importId!, status: taken.status, report: taken.report };
  } catch (error) {
    // Best effort: without the database it is the next import that marks this one.
    if (importId !== undefined) {
      const ended = { status: 'failed', report: null, problem: problemOf(error) } as const;
      await store.endImport(deps.db, importId, ended).catch(() => {});
    }
    throw error;
  }
}

/** What is told of an error to who looks at the import. */
function problemOf(error: unknown): ImportProblem {
  if (error instanceof PannierError) return { detail: error.message, errors: error.faults };
  return { detail: 'The service failed; its log says why.', errors: [] };
}

const noteEveryMs = 1_000;

/** Writes down how far an import is, for all instances to see, at most once a second and at each stage; the import waits for none. */
function progressNote({ db }: ImportsDependencies, importId: number): (progress: ImportProgress) => void {
  let stage: ImportStage | undefined;
  let noted = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.stage === stage && now - noted < noteEveryMs) return;
    [stage, noted] = [progress.stage, now];
    store.noteProgress(db, importId, progress).catch(() => {});
  };
}
