import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import type { Database } from '../../../../src/db/index.ts';
import { readColumn } from '../../../support/shops/intake.ts';

/** Rows of a table of events as JSON texts, as Postgres tells them. */
export async function rowsOfEvents(database: Database, table: string): Promise<string[]> {
  await database.query(`set time zone 'UTC'`).catch(() => undefined);
  const rows = await readColumn<object>(database, `select to_jsonb(fact) from ${table} as fact`);
  return rows.map(asText).sort();
}

/** The same of all files of an archive. */
export async function readArchive(folder: string): Promise<string[]> {
  const parsers = {
    timestampFromMicroseconds: (at: bigint) =>
      `${new Date(Number(at / 1000n)).toISOString().slice(0, -1)}${String(at % 1000n).padStart(3, '0')}`,
  };
  const rows: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.startsWith('.')) continue;
    const file = await asyncBufferFromFile(join(folder, name));
    for (const row of await parquetReadObjects({ file, parsers })) rows.push(asText(ofTable(row)));
  }
  return rows.sort();
}

/** The archive's names are those of the API, and its documents are texts. */
function ofTable({ position, ...row }: Record<string, unknown>): object {
  const document = (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : null);
  return { ...row, list_position: position, properties: document(row['properties']), page: document(row['page']) };
}

function asText(row: object): string {
  const plain = Object.entries(row).map(([name, value]) => [name, plainOf(name, value)]);
  return JSON.stringify(Object.fromEntries(plain.sort(([one], [other]) => (one! < other! ? -1 : 1))), (_, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

function plainOf(name: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  // Postgres leaves out ending zeros and tells the zone.
  if (name.endsWith('_at'))
    return String(value)
      .replace(/\+00:00$/, '')
      .replace(/(\.\d*?)0*$/, '$1')
      .replace(/\.$/, '');
  return value;
}
