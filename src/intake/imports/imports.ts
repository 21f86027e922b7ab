import type { Config } from '../../config.ts';
import type { Database } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import type { RowCounts } from '../batch/verdicts.ts';
import {
  type QuarantinedRow,
  type QuarantineQuery,
  type RedriveSelection,
  selectRows,
} from '../quarantine/quarantine.ts';
import type { Recorder } from '../recorder.ts';
import type { ContractChecks } from './elements/contract-check.ts';
import { importFile } from './import-file.ts';
import { importRecords, type RecordTaker } from './past-campaigns/import-past-campaigns.ts';
import { redrive } from './redrive.ts';
import type { CleaningReport } from './report/report.ts';
import type { ImportStage } from './run.ts';
import { selectImport, selectImports } from './store.ts';

export type { QuarantinedRow, QuarantineQuery, RedriveSelection } from '../quarantine/quarantine.ts';
export { presets } from './mapping/mapping.ts';
export type { RecordRow, RecordTaker, RecordVerdict } from './past-campaigns/import-past-campaigns.ts';
export type { CleaningReport } from './report/report.ts';
export type { ImportStage } from './run.ts';

export interface ImportsDependencies {
  db: Database;
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits'> & { robotEventsPerMinute?: number };
  clock: () => Date;
}

export const factKinds = ['orders', 'items', 'customers', 'events'] as const;
export type FactKind = (typeof factKinds)[number];
/** Of campaigns run elsewhere; another station keeps them. */
export const historyKinds = ['campaigns', 'recipients', 'coupons', 'redemptions'] as const;
export type HistoryKind = (typeof historyKinds)[number];
export type ImportKind = FactKind | HistoryKind;

export interface ImportOptions<Kind extends ImportKind = FactKind> {
  kind: Kind;
  /** Path of a CSV or NDJSON file, plain or gzip, which shows by its bytes. */
  file: string;
  format?: 'csv' | 'ndjson';
  /** Name of a mapping that ships with Pannier. */
  preset?: string;
  /** A mapping, or the path of a JSON file with one; laid over the preset. */
  mapping?: unknown;
  mappingFile?: string;
  /** Our field -> the file's column; laid over both. */
  columns?: Record<string, string>;
  /** IANA zone of naive times; default the shop's. */
  timeZone?: string;
  /** Take the file in although it does not pass the gate. */
  force?: boolean;
}

export interface ImportProgress {
  stage: ImportStage;
  /** Rows that are through with the stage; while the file is read, those read so far. */
  rows: number;
  /** Of the file as it lies on the disk. */
  bytesRead: number;
  bytesTotal: number;
}

export interface ImportResult {
  importId: number;
  /** `refused`: the data did not pass the gate; the report says why, and nothing was written. */
  status: 'finished' | 'refused';
  report: CleaningReport;
}

export interface ImportRecord {
  importId: number;
  kind: ImportKind;
  file: string;
  /** An import whose process died is `failed` when the next one begins. */
  status: 'running' | 'finished' | 'failed';
  startedAt: Date;
  finishedAt: Date | null;
  report: CleaningReport | null;
}

export interface Imports {
  /**
   * Takes a file in, in one transaction: it is in as a whole or not at all, and twice is once. Memory does not grow with the file.
   * One import at a time: a second one waits.
   * @throws PannierError `invalid_request` for options or a file that cannot be read
   */
  importFile(options: ImportOptions, onProgress?: (progress: ImportProgress) => void): Promise<ImportResult>;
  /** The same with rows that another station keeps. */
  importRecords(
    options: ImportOptions<HistoryKind>,
    taker: RecordTaker,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportResult>;
  /** Newest first; `before` is the id of the last one of the page before. */
  listImports(limit: number, before?: number): Promise<ImportRecord[]>;
  /** @throws PannierError `not_found` */
  readImport(importId: number): Promise<ImportRecord>;
  listQuarantine(query: QuarantineQuery): Promise<QuarantinedRow[]>;
  /** Sends quarantined rows through cleaning again; those that pass become facts and leave quarantine. */
  redrive(selection: RedriveSelection): Promise<RowCounts>;
}

export function createImports(deps: ImportsDependencies, recorder: Recorder): Imports {
  // Loaded and compiled when the first file needs them.
  let compiled: Promise<ContractChecks> | undefined;
  const checks = () => {
    compiled ??= import('./elements/contract-check.ts').then(({ createContractChecks }) => createContractChecks());
    return compiled;
  };
  return {
    importFile: (options, onProgress = () => {}) => importFile(deps, recorder, checks, options, onProgress),
    listImports: (limit, before) => selectImports(deps.db, limit, before),
    importRecords: (options, taker, onProgress = () => {}) => importRecords(deps, recorder, options, taker, onProgress),
    async readImport(importId) {
      const found = await selectImport(deps.db, importId);
      if (!found) throw notFound('import');
      return found;
    },
    listQuarantine: (query) => selectRows(deps.db, query),
    redrive: (selection) => redrive(deps, recorder, checks, selection),
  };
}
