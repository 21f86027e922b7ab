import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Express } from 'express';
import { createApp } from '../../../src/app.ts';
import { type Config, readConfig } from '../../../src/config.ts';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { createHttpServer, stopHttpServer } from '../../../src/http/index.ts';
import { createKey, type Scope, scopes } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { projectPath } from '../../../src/project.ts';
import { createStations, type Stations } from '../../../src/stations.ts';
import { type BreakableConnection, createBreakableConnection } from './breakable-connection.ts';
import { createTestDatabase } from './database.ts';

/**
 * The compiled trainer: a child process is not reached by the tests' transform, and `npm test` builds first. Its modules lie
 * together (src/vite.config.mjs), for it is started often.
 */
export const trainerEntry = pathToFileURL(projectPath('dist/service/training/engines/local/trainer.js'));

export interface TestService {
  app: Express;
  /** A real server on a free port. */
  url: string;
  server: Server;
  database: Database;
  /** Between the service and its database, where `through` was asked for. */
  connection: BreakableConnection | undefined;
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

/**
 * The whole service on a database of its own, with a real HTTP server, without the schedule.
 * @param options.through it reaches the database through a connection that can be broken
 */
export async function createTestService(
  options: { env?: Record<string, string>; clock?: () => Date; through?: boolean } = {},
): Promise<TestService> {
  const store = await createTestDatabase();
  const { connectionString } = store;
  const target = new URL(connectionString);
  const connection = options.through ? await createBreakableConnection(Number(target.port)) : undefined;
  if (connection) target.port = String(connection.port);
  const database = connection
    ? openDatabase({ connectionString: target.href, schema: 'pannier', poolSize: 10 })
    : store.database;
  const config = readConfig({ PANNIER_LOG_LEVEL: 'silent', ...options.env });
  const log = createLogger(config.logLevel);
  const stations = createStations({ database, connectionString, config, log, clock: options.clock, trainerEntry });
  const keys = {} as Record<Scope, string>;
  for (const scope of scopes) keys[scope] = (await createKey(database, scope, [scope])).token;
  await stations.keys.reload();
  await stations.recommendations.start();
  const app = createApp({ ...stations, config, log });
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const as = (scope: Scope) => ({ Authorization: `Bearer ${keys[scope]}` });
  return {
    app,
    url,
    server,
    database: store.database,
    connection,
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
      await stopHttpServer(server, { lingerMs: 0, graceMs: 1_000 });
      await stations.training.stop();
      await stations.recommendations.stop();
      if (connection) {
        // What was asked over a line that then went dead would be waited for.
        await Promise.all([connection.close(), database.close()]);
      }
      await store.drop();
    },
  };
}
