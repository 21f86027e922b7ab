import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedServer, migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { databaseOn } from '../service/database.ts';
import { makeDataFolder } from './data-folder.ts';

declare global {
  var embeddedServer: EmbeddedServer | undefined;
}

/**
 * One real Postgres for the whole run, with a migrated template that each test file clones: the one that TEST_POSTGRES names
 * (as somebody who may make databases), or else one of our own.
 */
export default async function globalSetup(): Promise<void> {
  // What one file makes for the others of the run.
  process.env['TEST_FOLDER'] = await mkdtemp(join(tmpdir(), 'pannier-run-'));
  if (!process.env['TEST_POSTGRES']) {
    globalThis.embeddedServer = await startEmbeddedServer({ folder: await makeDataFolder(), disposable: true });
    process.env['TEST_POSTGRES'] = globalThis.embeddedServer.adminConnectionString;
  }
  const server = process.env['TEST_POSTGRES'];
  // Several runs may share a server of somebody's.
  const template = `pannier_template_${randomBytes(4).toString('hex')}`;
  process.env['TEST_TEMPLATE'] = template;
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query(`create database ${template}`);
  await admin.end();
  const database = openDatabase({ connectionString: databaseOn(server, template), schema: 'pannier', poolSize: 1 });
  await migrate(database);
  await database.close();
}
