import { readFile, rm, writeFile } from 'node:fs/promises';
import { migrate, openDatabase, startEmbeddedServer } from '../../src/db/index.ts';
import { projectPath } from '../../src/project.ts';
import { schemaText } from '../support/service/schema-text.ts';
import { makeScratchFolder } from '../support/service/scratch-folder.ts';

// Writes migrations/schema.sql; with --check it says whether the file is as it would be written.
const file = projectPath('migrations/schema.sql');
const folder = await makeScratchFolder('schema');
const server = await startEmbeddedServer({ folder, disposable: true });
try {
  const database = openDatabase({ connectionString: server.adminConnectionString, schema: 'pannier', poolSize: 1 });
  await migrate(database);
  const text = await schemaText(database, database.schema);
  await database.close();
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error('migrations/schema.sql is not what the migrations make: npm run schema');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
