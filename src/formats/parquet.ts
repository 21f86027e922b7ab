import type { ParquetWriter } from 'hyparquet-writer';

type SchemaElement = ParquetWriter['schema'][number];

/** A column's type in Parquet: money is DECIMAL with so many digits after the point, times are in UTC to the microsecond. */
export type ParquetType =
  | 'STRING'
  | 'INT32'
  | 'INT64'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'TIMESTAMP'
  | 'DATE'
  | 'STRINGS'
  | { digits: number };

export interface ParquetColumn {
  name: string;
  type: ParquetType;
}

/** As many digits as 64 bits hold. */
const precision = 18;

const plainElements: Record<Exclude<ParquetType, 'STRINGS' | { digits: number }>, Omit<SchemaElement, 'name'>> = {
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  INT32: { type: 'INT32' },
  INT64: { type: 'INT64' },
  DOUBLE: { type: 'DOUBLE' },
  BOOLEAN: { type: 'BOOLEAN' },
  TIMESTAMP: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  DATE: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
};

/** The schema of a file with these columns, each of which may be null. */
export function parquetSchemaOf(columns: readonly ParquetColumn[]): SchemaElement[] {
  return [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(elementsOf)];
}

function elementsOf({ name, type }: ParquetColumn): SchemaElement[] {
  const repetition_type = 'OPTIONAL';
  if (type === 'STRINGS') {
    return [
      { name, repetition_type, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type, ...plainElements.STRING },
    ];
  }
  if (typeof type === 'string') return [{ name, repetition_type, ...plainElements[type] }];
  const { digits: scale } = type;
  return [{ name, repetition_type, type: 'INT64', converted_type: 'DECIMAL', scale, precision }];
}

/** A decimal text such as `7.5` in units of its last digit, as DECIMAL takes it: 750 for two digits. @throws where it has more digits */
export function unscaled(text: string, digits: number): bigint {
  const [whole, fraction = ''] = text.split('.');
  if (fraction.length > digits) throw new RangeError(`${text} has more than ${digits} digits after the point`);
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

export interface ParquetFile {
  /** @param values by column, all of the same length */
  write(values: readonly unknown[][]): void;
  /** Ends the file. @param keys what is told of it beside its rows */
  finish(keys: Record<string, string>): void;
}

/** Begins a file that is written group of rows by group, so that no more than one is in memory. */
export async function createParquet(path: string, columns: readonly ParquetColumn[]): Promise<ParquetFile> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const file = new ParquetWriter({
    writer: fileWriter(path),
    schema: parquetSchemaOf(columns),
    createdBy: 'pannier',
  });
  return {
    write(values) {
      const columnData = columns.map(({ name }, index) => ({ name, data: values[index] }));
      file.write({ columnData, rowGroupSize: Math.max(1, values[0].length) });
    },
    finish(keys) {
      file.kvMetadata = Object.entries(keys).map(([key, value]) => ({ key, value }));
      file.finish();
    },
  };
}

/** What is told of a file beside its rows. @throws where it is no whole Parquet file */
export async function readParquetKeys(path: string): Promise<Record<string, string>> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet/src/node.js');
  const { key_value_metadata = [] } = await parquetMetadataAsync(await asyncBufferFromFile(path));
  return Object.fromEntries(key_value_metadata.map(({ key, value = '' }) => [key, value]));
}

/** The rows of a file that `createParquet` made, group by group; times in microseconds. */
export async function* readParquetRows(path: string): AsyncGenerator<Record<string, unknown>[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet/src/node.js');
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const parsers = { timestampFromMicroseconds: (at: bigint) => at };
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    yield await parquetReadObjects({ file, metadata, rowStart, rowEnd, parsers });
    rowStart = rowEnd;
  }
}
