import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectPath } from '../project.ts';
import type { Database } from './pool.ts';

interface Migration {
  number: number;
  name: string;
  sql: string;
  hash: string;
}

/**
 * Brings the schema up to this code: numbered SQL files of `migrations/`, in order, in one transaction under an advisory lock.
 * Two migrators at once are safe.
 * @returns the names of the files applied now.
 * @throws Error when the schema is newer than the code, or an applied file has changed since.
 */
export async function migrate(database: Database): Promise<string[]> {
  const migrations = await readMigrations();
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`pannier.migrate.${database.schema}`]);
    await tx.query(`create schema if not exists ${database.schema}`);
    await tx.query(`create table if not exists migrations (
      number int primary key, name text not null, hash text not null, applied_at timestamptz not null default clock_timestamp())`);
    const applied = await tx.query<{ number: number; name: string; hash: string }>(
      'select number, name, hash from migrations order by number',
    );
    for (const old of applied) {
      const known = migrations.find((migration) => migration.number === old.number);
      if (!known) {
        throw new Error(
          `The database schema "${database.schema}" is newer than this version of pannier (it has ${old.name}). Upgrade pannier.`,
        );
      }
      if (known.hash !== old.hash) throw new Error(`Migration ${old.name} was changed after it was applied.`);
    }
    const pending = migrations.filter((migration) => !applied.some((old) => old.number === migration.number));
    for (const migration of pending) {
      await tx.query(migration.sql);
      await tx.query('insert into migrations (number, name, hash) values ($1, $2, $3)', [
        migration.number,
        migration.name,
        migration.hash,
      ]);
    }
    return pending.map((migration) => migration.name);
  });
}

async function readMigrations(): Promise<Migration[]> {
  const folder = projectPath('migrations');
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { number: Number(name.slice(0, 4)), name, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
