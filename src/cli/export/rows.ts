import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { invalidField } from '../../errors.ts';
import { csvField } from '../../segments/index.ts';

export const rowFormats = ['csv', 'json', 'ndjson', 'parquet'] as const;
export type RowFormat = (typeof rowFormats)[number];

/** What an export holds: rows with these columns, a list of ids being a text of ids with a space between them where it must. */
export interface RowSource {
  columns: readonly { name: string; type: 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP' }[];
  rows: AsyncIterable<Row>;
}

export type Row = Record<string, string | number | boolean | Date | readonly string[] | null>;

type Write = (text: string) => Promise<void>;

/**
 * Writes rows to a file, or to stdout where none is named.
 * @returns how many
 * @throws PannierError `invalid_request` when Parquet is to go to stdout
 */
export async function writeRows(source: RowSource, format: RowFormat, file: string | undefined): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<Row> {
    for await (const row of source.rows) {
      count++;
      yield row;
    }
  }
  const rows = counted();
  if (format === 'parquet') {
    if (file === undefined) throw invalidField('--output', 'is needed: Parquet is written to a file');
    await writeParquet({ ...source, rows }, file);
    return count;
  }
  const target = file === undefined ? process.stdout : createWriteStream(file);
  const opened = file === undefined ? undefined : once(target, 'open');
  await opened;
  await textWriters[format]({ ...source, rows }, async (text) => {
    if (!target.write(text)) await once(target, 'drain');
  });
  if (file !== undefined) {
    target.end();
    await once(target, 'close');
  }
  return count;
}

const textWriters: Record<Exclude<RowFormat, 'parquet'>, (source: RowSource, write: Write) => Promise<void>> = {
  async csv({ columns, rows }, write) {
    await write(`${columns.map(({ name }) => name).join(',')}\n`);
    for await (const row of rows) {
      const fields = columns.map(({ name }) => {
        const value = plainOf(row[name]);
        if (value === null) return '';
        return csvField(
          typeof value === 'boolean' ? String(value) : value instanceof Date ? value.toISOString() : value,
        );
      });
      await write(`${fields.join(',')}\n`);
    }
  },
  async ndjson({ rows }, write) {
    for await (const row of rows) await write(`${JSON.stringify(row)}\n`);
  },
  async json({ rows }, write) {
    let before = '[\n';
    for await (const row of rows) {
      await write(`${before}${JSON.stringify(row)}`);
      before = ',\n';
    }
    await write(before === '[\n' ? '[]\n' : '\n]\n');
  },
};

async function writeParquet({ columns, rows }: RowSource, file: string): Promise<void> {
  async function* plain() {
    for await (const row of rows) {
      yield Object.fromEntries(columns.map(({ name }) => [name, plainOf(row[name])]));
    }
  }
  await parquetWriteRows({
    writer: fileWriter(file),
    columns: columns.map((column) => ({ ...column, nullable: true })),
    rows: plain(),
  });
}

function plainOf(value: Row[string] | undefined): string | number | boolean | Date | null {
  return Array.isArray(value) ? value.join(' ') : ((value ?? null) as Exclude<Row[string], readonly string[]>);
}
