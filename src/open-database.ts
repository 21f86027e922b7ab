import type { Logger } from 'pino';
import { type Config, configFor } from './config.ts';
import {
  type ConnectionBudget,
  type Database,
  migrate,
  openDatabase,
  settleShop,
  startEmbeddedServer,
} from './db/index.ts';
import { PannierError } from './errors.ts';
import { readServingSnapshot, type ServingSnapshot, snapshotPath } from './serving-snapshot/keeper.ts';
import { waitAtMost } from './wait-at-most.ts';

export interface OpenDatabase {
  database: Database;
  /** What is read only may be read here; undefined: there is none. */
  replica: Database | undefined;
  /** as it holds for this database */
  config: Config;
  connectionString: string;
  /** Where the embedded server's data lies; undefined with DATABASE_URL. */
  embeddedFolder: string | undefined;
  snapshotPath: string;
  /** The database is away: what an earlier run left is served until `prepared`. */
  snapshot?: ServingSnapshot;
  /** Resolves when the database is there and its schema is brought up to this code. */
  prepared?: Promise<void>;
  close(): Promise<void>;
}

/** The Postgres that is configured, or our own. */
export interface DatabaseServer {
  connectionString: string;
  /** Where the data of our own lies; undefined with DATABASE_URL. */
  folder: string | undefined;
  /** Stops our own. */
  stop(): Promise<void>;
}

/** Finds the configured server, or starts (or joins) the embedded one. */
export async function openServer(config: Config, log: Logger): Promise<DatabaseServer> {
  if (config.databaseUrl) return { connectionString: config.databaseUrl, folder: undefined, stop: async () => {} };
  const embedded = await startEmbeddedServer({ folder: config.dataFolder });
  embedded.keepRunning(log);
  return { connectionString: embedded.connectionString, folder: embedded.folder, stop: () => embedded.stop() };
}

/**
 * Opens the configured database, or starts (or joins) the embedded one, and brings its schema up to this code.
 * @param options.orSnapshot what serves lists only may begin without it, from what an earlier run left
 * @param options.isUnhurried for a command: nobody else waits behind whoever asks
 * @throws ConfigError where its facts are in another currency or zone than the configured ones
 */
export async function openConfiguredDatabase(
  config: Config,
  log: Logger,
  options: Pick<SchemaOptions, 'orSnapshot' | 'isUnhurried'> = {},
): Promise<OpenDatabase> {
  return openSchema(config, log, await openServer(config, log), options);
}

interface SchemaOptions {
  orSnapshot?: boolean;
  isUnhurried?: boolean;
  /** What it shares with the other shops, whose server it does not stop then. */
  budget?: ConnectionBudget;
  /** the same of the replica */
  replicaBudget?: ConnectionBudget;
}

/** The same of one shop on a server that is there. */
export async function openSchema(
  config: Config,
  log: Logger,
  server: DatabaseServer,
  { orSnapshot = false, isUnhurried, budget, replicaBudget }: SchemaOptions = {},
): Promise<OpenDatabase> {
  const { connectionString } = server;
  const open = (url: string, shared: ConnectionBudget | undefined) =>
    openDatabase({
      connectionString: url,
      schema: config.schema,
      poolSize: config.poolSize,
      budget: shared,
      isUnhurried,
      onError: (error) => log.warn({ err: error }, 'database connection lost'),
    });
  const database = open(connectionString, budget);
  const replica = config.databaseReadUrl ? open(config.databaseReadUrl, replicaBudget) : undefined;
  let closing: Promise<void> | undefined;
  // An interrupt may find its caller closing already.
  const close = () => {
    closing ??= waitAtMost(closeMs, Promise.all([database.close(), replica?.close()])).then(() =>
      budget ? undefined : server.stop(),
    );
    return closing;
  };
  const prepare = async () => {
    const applied = await migrate(database);
    if (applied.length > 0) log.info({ applied }, 'migrated');
    return configFor(config, await settleShop(database, config));
  };
  const path = snapshotPath(config);
  const opened = { database, replica, connectionString, embeddedFolder: server.folder, snapshotPath: path, close };
  try {
    return { ...opened, config: await prepare() };
  } catch (error) {
    const snapshot = orSnapshot && isAway(error) ? await readServingSnapshot(path) : undefined;
    if (!snapshot) {
      await close();
      throw error;
    }
    const held = configFor(config, snapshot.shop);
    log.warn({ err: error }, 'the database is away: serving from the snapshot of an earlier run');
    const prepared = prepareWhenThere(prepare, () => closing !== undefined);
    return { ...opened, config: held, snapshot, prepared };
  }
}

function isAway(error: unknown): boolean {
  return error instanceof PannierError && error.code === 'unavailable';
}

async function prepareWhenThere(prepare: () => Promise<unknown>, isOver: () => boolean): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, prepareEveryMs).unref());
    if (isOver()) throw new Error('The database was closed before it was there.');
    try {
      await prepare();
      return;
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  }
}

const prepareEveryMs = 500;
/** Closing takes at most as long. */
const closeMs = 1_000;
