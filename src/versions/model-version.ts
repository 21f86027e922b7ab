import type { ModelKind } from './kinds.ts';

/** One trained artefact: its rows lie in the served tables under its number. Numbers are unique over all kinds. */
export interface ModelVersion {
  kind: ModelKind;
  version: number;
  trainingRunId: number | null;
  asOf: Date;
  seed: number;
  recipe: Record<string, unknown>;
  metrics: Record<string, unknown>;
  /** What the kind tells of itself beside its rows: thresholds, centroids, basket count. */
  summary: Record<string, unknown>;
  rowCount: number;
  /** SHA-256 of the artefact's rows; the same data, seed and recipe give the same. */
  checksum: string;
  createdAt: Date;
}

/** A version of every kind that are served together. */
export interface Release {
  releaseId: number;
  versions: Partial<Record<ModelKind, number>>;
  reason: 'night' | 'publish' | 'rollback';
  createdAt: Date;
}

/** The release that is served, with its version of every model. */
export interface PublishedRelease extends Release {
  models: Partial<Record<ModelKind, ModelVersion>>;
}

/** What a version has in a served table. */
export interface VersionRows {
  table: string;
  version: number;
  columns: string[];
  /** the columns that a row is known by within the version, as in the served table's primary key */
  key: string;
  /** column lists to index besides, such as `cluster, customer_key` */
  indexes?: string[];
  /** values of `columns` (without the version), in a fixed order, or rows of `copyTuple`, one or several in a buffer: the checksum is over them */
  rows: Iterable<readonly unknown[]> | { tuples: AsyncIterable<Buffer> };
}

/** A table of one version, complete and not yet visible; `attachVersion` shows it. */
export interface LoadedTable {
  table: string;
  version: number;
  rowCount: number;
  checksum: string;
}

/** A version to be recorded, with the tables that were loaded for it. */
export type NewVersion = Omit<ModelVersion, 'createdAt' | 'rowCount' | 'checksum'> & { tables: LoadedTable[] };
