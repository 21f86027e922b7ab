import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectPath } from '../project.ts';
import type { Database, Transaction } from './connections/database.ts';

interface Migration {
  number: number;
  name: string;
  sql: string;
  hash: string;
  /** As its first line `-- no transaction` asks, to build an index concurrently: each of its statements is committed by itself. */
  isAlone: boolean;
}

interface AppliedMigration {
  number: number;
  name: string;
  hash: string;
}

/**
 * Brings the schema up to this code: numbered SQL files of `migrations/`, in order, under an advisory lock; in one transaction,
 * except those that may not run in one. Two migrators at once are safe.
 * @returns the names of the files applied now.
 * @throws Error when the schema is newer than the code, or an applied file has changed since.
 */
export async function migrate(database: Database, folder: string = projectPath('migrations')): Promise<string[]> {
  const migrations = await readMigrations(folder);
  return withLock(database, `pannier.migrate.${database.schema}`, async () => {
    const done: string[] = [];
    for (;;) {
      const { applied, next } = await database.transaction((tx) => applyTogether(tx, database.schema, migrations));
      done.push(...applied);
      if (!next) return done;
      await applyAlone(database, next);
      done.push(next.name);
    }
  });
}

/** Applies what is pending up to the first migration that may not run in a transaction: that one is `next`. */
async function applyTogether(
  tx: Transaction,
  schema: string,
  migrations: readonly Migration[],
): Promise<{ applied: string[]; next: Migration | undefined }> {
  await tx.query(`create schema if not exists ${schema}`);
  await tx.query(`create table if not exists migrations (
    number int primary key, name text not null, hash text not null, applied_at timestamptz not null default clock_timestamp())`);
  await renumber(tx, migrations);
  const before = await selectApplied(tx);
  refuseUnknown(schema, before, migrations);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (before.some((old) => old.number === migration.number)) continue;
    if (migration.isAlone) return { applied, next: migration };
    await tx.query(migration.sql);
    await record(tx, migration);
    applied.push(migration.name);
  }
  return { applied, next: undefined };
}

/** Where one of its statements fails, those before it stay, and the next start begins with the first again. */
async function applyAlone(database: Database, migration: Migration): Promise<void> {
  await database.session(async (session) => {
    // Nothing but the end of a line tells where a statement ends: such a file has no function in it.
    const statements = migration.sql.replace(/^\s*--.*$/gm, '').split(/;[ \t]*$/m);
    for (const statement of statements) {
      if (statement.trim() !== '') await session.query(statement);
    }
    await record(session, migration);
  });
}

function refuseUnknown(schema: string, applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const old of applied) {
    const known = migrations.find((migration) => migration.number === old.number);
    if (!known) {
      throw new Error(
        `The database schema "${schema}" is newer than this version of pannier (it has ${old.name}). Upgrade pannier.`,
      );
    }
    if (known.hash !== old.hash) throw new Error(`Migration ${old.name} was changed after it was applied.`);
  }
}

/** Numbers had gaps once. What follows the number stayed, and tells which migration of now is meant. */
async function renumber(tx: Transaction, migrations: readonly Migration[]): Promise<void> {
  const ofTitle = new Map(migrations.map((migration) => [titleOf(migration.name), migration]));
  for (const { number, name } of await selectApplied(tx)) {
    const known = ofTitle.get(titleOf(name));
    // A number only ever becomes smaller, so in this order each is free.
    if (!known || known.number >= number) continue;
    await tx.query('update migrations set number = $2, name = $3 where number = $1', [
      number,
      known.number,
      known.name,
    ]);
  }
}

function titleOf(name: string): string {
  return name.slice(name.indexOf('_') + 1);
}

function selectApplied(tx: Transaction): Promise<AppliedMigration[]> {
  return tx.query('select number, name, hash from migrations order by number');
}

async function record(tx: Transaction, { number, name, hash }: Migration): Promise<void> {
  await tx.query('insert into migrations (number, name, hash) values ($1, $2, $3)', [number, name, hash]);
}

const pollMs = 100;

/**
 * Runs `work` while a connection of its own holds the lock. It is asked for again and again rather than waited for: an index is
 * built concurrently only when no statement from before is running any more, and a statement that waits is one.
 */
async function withLock<Result>(database: Database, name: string, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    const outcome = await database.session(async (session) => {
      const [answer] = await session.query<{ held: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as held',
        [name],
      );
      if (!answer.held) return undefined;
      const result = await work();
      await session.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      return { result };
    });
    if (outcome) return outcome.result;
    await sleep(pollMs);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return {
        number: Number(name.slice(0, 4)),
        name,
        sql,
        hash: createHash('sha256').update(sql).digest('hex'),
        isAlone: /^-- no transaction\b/.test(sql),
      };
    }),
  );
}
