import { notFound } from '../../errors.ts';
import type { RowCounts } from '../batch/verdicts.ts';
import { understandFile } from '../files/understanding/understand.ts';
import type { RowKind, UnderstandOptions, Understood } from '../files/understanding/understood.ts';
import type { QuarantinedByRule, QuarantinedRow, QuarantineQuery, RedriveSelection } from '../quarantine/rows.ts';
import { countByRule, selectRows } from '../quarantine/store.ts';
import { loadContractChecks } from './elements/load-contract-checks.ts';
import { importMapped, type MappedImport } from './import-mapped.ts';
import type {
  ImportOptions,
  ImportProgress,
  ImportResult,
  ImportsDependencies,
  ImportTools,
  StoredImport,
} from './import-types.ts';
import { type ImportedKind, importExport, importUnderstood, type UnderstoodOptions } from './import-understood.ts';
import type { PastCampaignKind } from './kinds.ts';
import { importPastCampaigns, type PastCampaignKeeper } from './past-campaigns/import-past-campaigns.ts';
import { type ImportPreview, type PreviewOptions, previewImport } from './preview/preview-import.ts';
import { redrive } from './redrive.ts';
import { selectImport, selectImports } from './store.ts';
import { importUpload, type UploadOptions } from './upload/import-upload.ts';

export interface Imports {
  /**
   * Takes a file in, in one transaction: it is in as a whole or not at all, and twice is once. Memory does not grow with the file.
   * One import at a time: a second one waits.
   * @throws PannierError `invalid_request` for options or a file that cannot be read
   */
  importFile(options: ImportOptions, onProgress?: (progress: ImportProgress) => void): Promise<MappedImport>;
  /**
   * Finds out what a file is: its platform, how it is written, what each column is and which rows count. Nothing is written.
   * @throws PannierError `invalid_request` where nothing can be made of it
   */
  understand(path: string, options?: UnderstandOptions): Promise<Understood>;
  /** Takes an understood file in; see `importUnderstood`. */
  importUnderstood(
    understood: Understood,
    options?: UnderstoodOptions,
    onProgress?: (progress: ImportProgress, kind: RowKind) => void,
  ): Promise<ImportedKind[]>;
  /** The same of a file that comes in chunks; see `importUpload`. */
  importUpload(chunks: AsyncIterable<Buffer>, options: UploadOptions): Promise<StoredImport>;
  /** The same with rows that another station keeps. */
  importPastCampaigns(
    options: ImportOptions<PastCampaignKind>,
    keeper: PastCampaignKeeper,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportResult>;
  /**
   * How an import would read the rows of a file, the first thousand of them. Nothing is written.
   * @throws PannierError `invalid_request` for a mapping that is none
   */
  preview(options: PreviewOptions): Promise<ImportPreview>;
  /** Newest first; `before` is the id of the last one of the page before. */
  listImports(limit: number, before?: number): Promise<StoredImport[]>;
  /** @throws PannierError `not_found` */
  readImport(importId: number): Promise<StoredImport>;
  listQuarantine(query: QuarantineQuery): Promise<QuarantinedRow[]>;
  /** What each rule keeps there, the most first. */
  countQuarantine(): Promise<QuarantinedByRule[]>;
  /** Sends quarantined rows through cleaning again; those that pass become facts and leave quarantine. */
  redrive(selection: RedriveSelection): Promise<RowCounts>;
}

export function createImports(deps: ImportsDependencies): Imports {
  const tools: ImportTools = { ...deps, checks: loadContractChecks };
  const readImport = async (importId: number) => {
    const found = await selectImport(deps.db, importId);
    if (!found) throw notFound('import');
    return found;
  };
  return {
    importFile: (options, onProgress = () => {}) => importMapped(tools, options, onProgress),
    understand: (path, options = {}) => understandFile(path, options, { ...deps.config, now: deps.clock() }),
    importUnderstood: (understood, options = {}, onProgress = () => {}) =>
      importUnderstood(tools, understood, options, onProgress),
    importUpload: (chunks, options) =>
      importUpload(
        {
          importFile: async (file) => (await importMapped(tools, file, () => {})).importId,
          importExport: async (path, understand, how) => (await importExport(tools, path, understand, how))[0].importId,
          readImport,
        },
        chunks,
        options,
      ),
    importPastCampaigns: (options, keeper, onProgress = () => {}) =>
      importPastCampaigns(tools, options, keeper, onProgress),
    preview: (options) => previewImport(tools, options),
    listImports: (limit, before) => selectImports(deps.db, limit, before),
    readImport,
    listQuarantine: (query) => selectRows(deps.db, query),
    countQuarantine: () => countByRule(deps.db),
    redrive: (selection) => redrive(tools, selection),
  };
}
