import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/db/index.ts';
import { projectPath } from '../../src/project.ts';

/** A schema of its own as it was after the migration of this number, to be filled as that version filled it. */
export async function createOldSchema(connectionString: string, schema: string, last: number): Promise<Database> {
  const database = openDatabase({ connectionString, schema, poolSize: 2 });
  const folder = projectPath('migrations');
  const names = (await readdir(folder)).sort().filter((name) => Number(name.slice(0, 4)) <= last);
  await database.transaction(async (tx) => {
    await tx.query(`create schema ${schema}`);
    await tx.query(`create table migrations (
      number int primary key, name text not null, hash text not null, applied_at timestamptz not null default clock_timestamp())`);
    for (const name of names) {
      const sql = await readFile(join(folder, name), 'utf8');
      await tx.query(sql);
      const hash = createHash('sha256').update(sql).digest('hex');
      await tx.query('insert into migrations values ($1, $2, $3)', [Number(name.slice(0, 4)), name, hash]);
    }
  });
  return database;
}
