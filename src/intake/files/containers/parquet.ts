import * as zlib from 'node:zlib';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { missingReader, unreadable } from '../unreadable.ts';
import { emptyValues, type SourceRow, type Table } from './table.ts';

const rowsAtOnce = 5_000;
const mostPage = 256 * 1024 * 1024;

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array;

/** The rows of a Parquet file, some thousand in memory at a time. @throws PannierError `invalid_request` */
export async function openParquet(path: string, name: string): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import(
    'hyparquet/src/node.js'
  ).catch(() => {
    throw missingReader(name, 'Parquet', 'hyparquet');
  });
  const compressors = compressorsHere();
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const { children } = parquetSchema(metadata);
    const columns = children.map(({ element }) => element.name);
    const local = new Set(
      children.filter(({ element }) => isLocalTime(element.logical_type)).map(({ element }) => element.name),
    );
    const all = Number(metadata.num_rows);
    async function* rows(): AsyncGenerator<SourceRow> {
      for (let rowStart = 0; rowStart < all; rowStart += rowsAtOnce) {
        const rowEnd = Math.min(all, rowStart + rowsAtOnce);
        const read = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors }).catch((error) => {
          throw noParquet(name, error);
        });
        for (const [index, row] of read.entries())
          yield { number: rowStart + index + 1, values: plainValues(row, local) };
      }
    }
    return { name, format: 'parquet', columns, rows };
  } catch (error) {
    throw noParquet(name, error as Error);
  }
}

function noParquet(name: string, error: Error) {
  return unreadable(`${name} is no Parquet that can be read (${error.message})`);
}

/** Whatever Node unpacks by itself. */
function compressorsHere(): Record<string, Decompress> {
  const sized = (unpack: (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Decompress => {
    return (input, outputLength) => unpack(input, { maxOutputLength: Math.min(mostPage, Math.max(outputLength, 1)) });
  };
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof gunzipSync };
  return {
    GZIP: sized(gunzipSync),
    BROTLI: sized(brotliDecompressSync),
    ...(zstdDecompressSync && { ZSTD: sized(zstdDecompressSync) }),
  };
}

/** Whole numbers of 64 bits as text where a number would lose digits; bytes as text. */
function plainValues(row: Record<string, unknown>, local: ReadonlySet<string>): Record<string, unknown> {
  const values = emptyValues();
  for (const [column, value] of Object.entries(row)) {
    const plain = plainValue(value);
    if (plain !== null && plain !== undefined)
      values[column] = local.has(column) && typeof plain === 'string' ? plain.replace(/Z$/, '') : plain;
  }
  return values;
}

/** Times of no zone, and days. */
function isLocalTime(type: { type: string; isAdjustedToUTC?: boolean } | undefined): boolean {
  return type?.type === 'DATE' || (type?.type === 'TIMESTAMP' && type.isAdjustedToUTC === false);
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}
