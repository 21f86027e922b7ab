/** One row as its file has it. */
export interface SourceRow {
  /** from 1, the header not counted */
  number: number;
  /** by the file's columns: text of CSV, typed values of other containers; absent where a cell is empty */
  values: Record<string, unknown>;
  /** of a row that is none: what was there, and what would have been one */
  broken?: { raw: Record<string, unknown>; expected: string };
}

/** What a file is in, or packed by. */
export type Format = 'csv' | 'ndjson' | 'json' | 'xml' | 'xlsx' | 'ods' | 'parquet' | 'sqlite' | 'html';

/** Rows of one form: a file's, a sheet's, a member's of an archive. */
export interface Table {
  name: string;
  format: Format;
  /** its header; undefined: rows name their fields themselves */
  columns?: readonly string[];
  encoding?: string;
  delimiter?: string;
  /** lines of title before the header */
  titles?: number;
  /** Its rows from the first, each time. */
  rows(): AsyncIterable<SourceRow>;
}

/** An opened file. */
export interface OpenedFile {
  name: string;
  /** what its tables are packed in, from the outside in */
  packing: ('gzip' | 'zip' | 'folder')[];
  tables: Table[];
  /** members that hold no rows */
  passedOver: string[];
}

/** Bytes that can be read from their beginning again and again. */
export interface Bytes {
  name: string;
  open(): AsyncIterable<Buffer>;
  /** where they lie on the disk, if they lie there as they are */
  path?: string;
}

/** Bounds of what is read at once. */
export const bounds = {
  /** of a container that has to be in memory whole, unpacked */
  wholeBytes: 512 * 1024 * 1024,
  /** of what an archive may unpack to */
  unpackedBytes: 8 * 1024 ** 3,
  /** more than so many times what it is packed to is no table, but a bomb, beyond a size that hurts nobody */
  timesPacked: 200,
  alwaysUnpacked: 32 * 1024 * 1024,
  members: 2_000,
  columns: 2_000,
  /** characters of a cell */
  cell: 1024 * 1024,
};

/** An object whose columns may have any name. */
export function emptyValues(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

/** Names of columns that can be told from each other: a second `Price` is `Price (2)`; one without a name goes by its place. */
export function uniqueColumns(header: readonly unknown[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const given = cell === null || cell === undefined ? '' : String(cell).replace(/\s+/g, ' ').trim();
    const name = given || `column ${index + 1}`;
    let unique = name;
    for (let count = 2; taken.has(unique); count++) unique = `${name} (${count})`;
    taken.add(unique);
    return unique;
  });
}
