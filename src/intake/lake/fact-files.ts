import * as crypto from 'node:crypto';
import type { Transaction } from '../../db/index.ts';
import { createParquet, readParquetKeys, readParquetRows } from '../../formats/parquet.ts';
import { writeWhole } from '../../formats/whole-file.ts';
import { type FactTable, typedValue } from './fact-tables.ts';
import { fieldEnd, type LakeDay, noField, type RowSum, streamFields } from './store.ts';

/** So many rows are in memory at once, and make a row group. */
const groupRows = 50_000;

/** Keys of a file by which it is known again what it holds. */
const rowsKey = 'pannier.rows';
const checksumKey = 'pannier.checksum';
const shapeKey = 'pannier.columns';

/** Writes the rows of a day, or of now, as Parquet: the file is there when it is whole. */
export async function writeFactFile(
  tx: Transaction,
  table: FactTable,
  day: LakeDay | undefined,
  file: string,
): Promise<RowSum> {
  return writeWhole(file, async (unfinished) => {
    const parquet = await createParquet(unfinished, table.columns);
    const sum = createRowSum();
    let values: unknown[][] = table.columns.map(() => []);
    const flush = () => {
      parquet.write(values);
      values = table.columns.map(() => []);
    };
    for await (const rows of streamFields(tx, table, day)) {
      for (const fields of rows) {
        sum.add(fields);
        for (const [index, { type }] of table.columns.entries()) values[index].push(typedValue(type, fields[index]));
      }
      if (values[0].length >= groupRows) flush();
    }
    if (values[0].length > 0 || sum.get().rows === 0) flush();
    const written = sum.get();
    parquet.finish({
      [rowsKey]: String(written.rows),
      [checksumKey]: written.checksum,
      [shapeKey]: shapeOf(table),
    });
    return written;
  });
}

/** What a file says that it holds; undefined: there is none, or not one that this code would write for the table. */
export async function readFactFileSum(table: FactTable, file: string): Promise<RowSum | undefined> {
  const keys = await readParquetKeys(file).catch(() => undefined);
  if (keys?.[checksumKey] === undefined || keys[shapeKey] !== shapeOf(table)) return undefined;
  return { rows: Number(keys[rowsKey]), checksum: keys[checksumKey] };
}

/** What a file holds in truth, every row of it read. */
export async function sumFactFile(table: FactTable, file: string): Promise<RowSum> {
  const sum = createRowSum();
  for await (const rows of readParquetRows(file)) {
    for (const row of rows) sum.add(table.columns.map(({ name }) => fieldOf(row[name])));
  }
  return sum.get();
}

function fieldOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'boolean' ? (value ? 't' : 'f') : String(value);
}

function shapeOf({ columns }: FactTable): string {
  return columns.map(({ name, type }) => `${name} ${typeof type === 'string' ? type : type.digits}`).join();
}

/** The same sum as `selectRowSum`: halves of 24 bits, whose sums are exact. */
function createRowSum() {
  let rows = 0;
  let high = 0;
  let low = 0;
  return {
    add(fields: readonly (string | null)[]): void {
      const line = fields.map((field) => field ?? noField).join(fieldEnd);
      const bytes = crypto.createHash('sha256').update(line).digest();
      rows++;
      high += bytes.readUIntBE(0, 3);
      low += bytes.readUIntBE(3, 3);
    },
    get: (): RowSum => ({ rows, checksum: String(BigInt(high) * 16_777_216n + BigInt(low)) }),
  };
}
