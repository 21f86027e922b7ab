import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Express } from 'express';
import { createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/index.ts';
import { createHttpServer, stopHttpServer } from '../../src/http/index.ts';
import { createKey, type Scope, scopes } from '../../src/keys/index.ts';
import { createLogger, createStations, type Stations } from '../../src/main.ts';
import { projectPath } from '../../src/project.ts';
import { createTestDatabase } from './database.ts';

/** The compiled trainer: a child process is not reached by the tests' transform, and `npm test` builds first. */
export const trainerEntry = pathToFileURL(projectPath('dist/src/training/trainer.js'));

export interface TestService {
  app: Express;
  /** A real server on a free port. */
  url: string;
  server: Server;
  database: Database;
  connectionString: string;
  stations: Stations;
  config: Config;
  /** A key for each scope. */
  keys: Record<Scope, string>;
  /** Headers with the key of this scope. */
  as(scope: Scope): { Authorization: string };
  /** Asks with the key of this scope, whatever the contract says. */
  ask(scope: Scope, method: string, path: string, body?: unknown): Promise<{ status: number; json: any }>;
  stop(): Promise<void>;
}

/** The whole service on a database of its own, with a real HTTP server, without the schedule. */
export async function createTestService(
  options: { env?: Record<string, string>; clock?: () => Date } = {},
): Promise<TestService> {
  const { database, connectionString, drop } = await createTestDatabase();
  const config = readConfig({ PANNIER_LOG_LEVEL: 'silent', ...options.env });
  const log = createLogger(config.logLevel);
  const stations = createStations({ database, connectionString, config, log, clock: options.clock, trainerEntry });
  const keys = {} as Record<Scope, string>;
  for (const scope of scopes) keys[scope] = (await createKey(database, scope, [scope])).token;
  await stations.keys.reload();
  await stations.recommendations.start();
  const app = createApp({ ...stations, log });
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const as = (scope: Scope) => ({ Authorization: `Bearer ${keys[scope]}` });
  return {
    app,
    url,
    server,
    database,
    connectionString,
    stations,
    config,
    keys,
    as,
    async ask(scope, method, path, body) {
      const isTold = body !== undefined;
      const response = await fetch(url + path, {
        method,
        headers: { ...as(scope), ...(isTold && { 'Content-Type': 'application/json' }) },
        body: isTold ? JSON.stringify(body) : undefined,
      });
      return { status: response.status, json: await response.json() };
    },
    async stop() {
      await stopHttpServer(server, 1_000);
      await stations.training.stop();
      await stations.recommendations.stop();
      await drop();
    },
  };
}
