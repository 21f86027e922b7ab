import { rm } from 'node:fs/promises';
import pg from 'pg';

export default async function globalTeardown(): Promise<void> {
  await rm(process.env['TEST_FOLDER']!, { recursive: true, force: true });
  const server = globalThis.embeddedServer;
  if (!server) {
    const admin = new pg.Client(process.env['TEST_POSTGRES']);
    await admin.connect();
    await admin.query(`drop database ${process.env['TEST_TEMPLATE']} with (force)`).finally(() => admin.end());
    return;
  }
  await server.stop();
  await rm(server.folder, { recursive: true, force: true });
}
