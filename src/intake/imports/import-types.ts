import type { Config } from '../../config.ts';
import type { Database } from '../../db/index.ts';
import type { FieldFault } from '../../errors.ts';
import type { Changes } from '../batch/recorded.ts';
import type { Commit } from '../commit.ts';
import type { EventPartitions } from '../events/partitions.ts';
import type { Withdrawn } from '../files/understanding/orders/assemble-order.ts';
import type { ContractChecks } from './elements/contract-check.ts';
import type { FactKind, ImportKind } from './kinds.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { FileProgress } from './reading/bytes.ts';
import type { FileRow } from './reading/file-row.ts';
import type { LineCount } from './reading/text-lines.ts';
import type { CleaningReport, ReportedUnderstanding } from './report/report.ts';

/** Which file is taken in, as what, and how its columns are read. */
export interface ImportOptions<Kind extends ImportKind = FactKind> {
  kind: Kind;
  /** Path of a CSV or NDJSON file, plain or gzip, which shows by its bytes; its name where `open` gives these. */
  file: string;
  /** Gives its plain bytes, from the start each time; absent: those of the file on the disk. */
  open?: (onRead: (progress: FileProgress) => void) => Promise<AsyncIterable<Buffer>>;
  /** Where its bytes lie that `open` gives. */
  path?: string;
  /** Its rows, where it was understood already; `file` is then its name only. */
  rows?: {
    read: () => AsyncIterable<FileRow>;
    understanding: ReportedUnderstanding;
    /** of orders: those that the file calls cancelled */
    withdrawn?: () => AsyncIterable<Withdrawn>;
  };
  /** Is told of the import's id when it has begun. */
  onBegun?: (importId: number) => void;
  /** Refused while another import is at work, rather than waiting. */
  mustBeFree?: boolean;
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

/** How far an import is. */
export interface ImportProgress {
  stage: ImportStage;
  /** Rows that are through with the stage; while the file is read, those read so far. */
  rows: number;
  /** Of the file as it lies on the disk. */
  bytesRead: number;
  bytesTotal: number;
}

/** What became of a file. */
export interface ImportResult {
  importId: number;
  /** `refused`: the data did not pass the gate; the report says why, and nothing was written. */
  status: 'finished' | 'refused';
  report: CleaningReport;
}

/** An import as it is kept. */
export interface StoredImport {
  importId: number;
  kind: ImportKind;
  file: string;
  /** An import whose process died is `failed` when the next one begins. */
  status: 'running' | 'finished' | 'failed';
  startedAt: Date;
  finishedAt: Date | null;
  report: CleaningReport | null;
  /** while it works: how far it is */
  progress: ImportProgress | null;
  /** why it failed; null: it did not, or its process died */
  problem: ImportProblem | null;
}

/** Why an import failed. */
export interface ImportProblem {
  detail: string;
  errors: FieldFault[];
}

/** The five stages of cleaning. */
export type ImportStage = 'prepare' | 'detect' | 'assess' | 'correct' | 'output';

export interface ImportsDependencies {
  db: Database;
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits' | 'eventRetentionDays'> & {
    robotEventsPerMinute?: number;
  };
  clock: () => Date;
  commit: Commit;
  partitions: EventPartitions;
}

/** What takes files in has beside: checks by the contract, compiled when the first file needs them. */
export interface ImportTools extends ImportsDependencies {
  checks(): Promise<ContractChecks>;
}

export interface ImportTask {
  importId: number;
  mapping: Mapping;
  timeZone: string;
  context: ImportsDependencies['config'] & { now: Date };
  force: boolean;
  /** Of the file, when its rows are read; undefined of rows that are not its lines. */
  lines: LineCount | undefined;
  understanding?: ReportedUnderstanding | undefined;
  withdrawn?: (() => AsyncIterable<Withdrawn>) | undefined;
  onStage: (stage: ImportStage, rows: number) => void;
}

/** What became of a file inside its transaction. */
export interface TakenIn extends Changes {
  /** `refused`: the data did not pass the gate and nothing was written. */
  status: 'finished' | 'refused';
  report: CleaningReport;
}
