/** One row of a file. */
export interface FileRow {
  /** From 1, the header not counted. */
  number: number;
  /** By our names; text from CSV, any JSON from NDJSON; empty cells are absent. */
  fields?: Record<string, unknown>;
  /** Fields that were no UTF-8 and were read as Windows-1252. */
  latin1: string[];
  /** Instead of fields: what was there of a row that is none. */
  broken?: Record<string, unknown>;
  /** Of a broken row: what would have been one. */
  expected?: string;
}

/** Our field, index of the file's column. */
export type ColumnPlan = [field: string, index: number][];
