import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedServer, migrate, openDatabase, startEmbeddedServer } from '../../src/db/index.ts';

export const templateDatabase = 'pannier_template';

declare global {
  var embeddedServer: EmbeddedServer | undefined;
}

/** One real Postgres for the whole run, with a migrated template that each test file clones. */
export default async function globalSetup(): Promise<void> {
  const server = await startEmbeddedServer({
    folder: await mkdtemp(join(tmpdir(), 'pannier-test-')),
    disposable: true,
  });
  globalThis.embeddedServer = server;
  process.env['TEST_POSTGRES'] = server.adminConnectionString;
  const admin = new pg.Client(server.adminConnectionString);
  await admin.connect();
  await admin.query(`create database ${templateDatabase}`);
  await admin.end();
  const database = openDatabase({
    connectionString: server.adminConnectionString.replace(/\/postgres$/, `/${templateDatabase}`),
    schema: 'pannier',
    poolSize: 1,
  });
  await migrate(database);
  await database.close();
}
