import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../../src/db/index.ts';

export interface TestDatabase {
  database: Database;
  connectionString: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** The connection string of another database on the same server. */
export function databaseOn(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A migrated database of this test file's own, cloned from the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_POSTGRES'];
  if (!server) throw new Error('TEST_POSTGRES is not set: run the tests through npm test');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = async (sql: string) => {
    const client = new pg.Client(server);
    await client.connect();
    // Two clones at once would refuse each other's template.
    await client.query('select pg_advisory_lock(1)');
    await client.query(sql).finally(() => client.end());
  };
  // A copy of the files: written through the log, as is usual, it costs five times as much.
  await admin(`create database ${name} template ${process.env['TEST_TEMPLATE']} strategy file_copy`);
  const connectionString = databaseOn(server, name);
  const database = openDatabase({ connectionString, schema: 'pannier', poolSize: 10 });
  return {
    database,
    connectionString,
    async drop() {
      await database.close();
      await admin(`drop database ${name} with (force)`);
    },
  };
}
