import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { invalidField } from '../../../errors.ts';
import { csvLine } from '../../../formats/csv.ts';
import { type ParquetColumn, parquetSchemaOf, unscaled } from '../../../formats/parquet.ts';
import { writePrivately } from './private-file.ts';

export const rowFormats = ['csv', 'json', 'ndjson', 'parquet'] as const;
export type RowFormat = (typeof rowFormats)[number];

/**
 * What an export holds: rows with these columns. A list of ids is a text of ids with a space between them where it must, and money is a
 * decimal text, which Parquet holds as DECIMAL.
 */
export interface RowSource {
  columns: readonly ParquetColumn[];
  rows: AsyncIterable<Row>;
}

export type Row = Record<string, string | number | boolean | Date | readonly string[] | null>;

const charactersPerPart = 65_536;

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
  const named = { ...source, rows };
  if (format === 'parquet') {
    if (file === undefined) throw invalidField('--output', 'is needed: Parquet is written to a file');
    await writePrivately(file, (unfinished) => writeParquet(named, unfinished));
  } else if (file === undefined) {
    await writeInParts(named, format, async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    });
  } else {
    await writePrivately(file, (unfinished) => writeText(named, format, unfinished));
  }
  return count;
}

async function writeText(source: RowSource, format: TextFormat, file: string): Promise<void> {
  const target = await open(file, 'w');
  try {
    await writeInParts(source, format, (text) => target.appendFile(text));
  } finally {
    await target.close();
  }
}

async function writeInParts(source: RowSource, format: TextFormat, write: Write): Promise<void> {
  let part = '';
  await textWriters[format](source, async (text) => {
    part += text;
    if (part.length < charactersPerPart) return;
    await write(part);
    part = '';
  });
  if (part !== '') await write(part);
}

type TextFormat = Exclude<RowFormat, 'parquet'>;

const textWriters: Record<TextFormat, (source: RowSource, write: Write) => Promise<void>> = {
  async csv({ columns, rows }, write) {
    await write(csvLine(columns.map(({ name }) => name)));
    for await (const row of rows) await write(csvLine(columns.map(({ name }) => plainOf(row[name]))));
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
  async function* typed() {
    for await (const row of rows) {
      yield Object.fromEntries(columns.map(({ name, type }) => [name, typedOf(type, row[name])]));
    }
  }
  const { fileWriter, parquetWriteRows } = await import('hyparquet-writer');
  await parquetWriteRows({
    writer: fileWriter(file),
    columns: columns.map(({ name }) => ({ name })),
    schema: parquetSchemaOf(columns),
    rows: typed(),
  });
}

function typedOf(type: ParquetColumn['type'], value: Row[string] | undefined): unknown {
  return typeof type === 'object' && typeof value === 'string' ? unscaled(value, type.digits) : (value ?? null);
}

function plainOf(value: Row[string] | undefined): string | number | boolean | Date | null {
  return Array.isArray(value) ? value.join(' ') : ((value ?? null) as Exclude<Row[string], readonly string[]>);
}
