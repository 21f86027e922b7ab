import { rm } from 'node:fs/promises';

export default async function globalTeardown(): Promise<void> {
  const server = globalThis.embeddedServer;
  await server?.stop();
  if (server) await rm(server.folder, { recursive: true, force: true });
}
