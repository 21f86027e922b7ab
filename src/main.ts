import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import { type Config, configFor } from './config.ts';
import { campaignsAimedAt, couponChores, couponRoutes, createCoupons, eraseFromCoupons } from './coupons/index.ts';
import {
  type Chore,
  type Database,
  listen,
  migrate,
  type Notice,
  openDatabase,
  settleShop,
  startEmbeddedServer,
  type Trouble,
  takesWrites,
} from './db/index.ts';
import { PannierError } from './errors.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createHttpServer, createMetrics, type Handlers, operationRoutes, stopHttpServer } from './http/index.ts';
import { createIntake, intakeChores, intakeRoutes } from './intake/index.ts';
import { createKeyRing } from './keys/index.ts';
import { createOutcomes, createResponses, eraseFromOutcomes, outcomeRoutes } from './outcomes/index.ts';
import { createRecommendations, recommendationChores, recommendationRoutes } from './recommendations/index.ts';
import { createSegments, eraseFromSegments, segmentChores, segmentRoutes } from './segments/index.ts';
import { createSnapshotKeeper, readServingSnapshot, type ServingSnapshot, snapshotPath } from './snapshot.ts';
import { createTraining, trainingChores, trainingRoutes } from './training/index.ts';
import { createReleaseMemory, type ReleaseMemory } from './versions/index.ts';

export interface OpenDatabase {
  database: Database;
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

/**
 * Opens the configured database, or starts (or joins) the embedded one, and brings its schema up to this code.
 * @param options.orSnapshot what serves lists only may begin without it, from what an earlier run left
 * @throws ConfigError where its facts are in another currency or zone than the configured ones
 */
export async function openConfiguredDatabase(
  config: Config,
  log: Logger,
  { orSnapshot = false } = {},
): Promise<OpenDatabase> {
  const embedded = config.databaseUrl ? undefined : await startEmbeddedServer({ folder: config.dataFolder });
  embedded?.keepRunning(log);
  const connectionString = config.databaseUrl ?? embedded!.connectionString;
  const database = openDatabase({
    connectionString,
    schema: config.schema,
    poolSize: config.poolSize,
    onError: (error) => log.warn({ err: error }, 'database connection lost'),
  });
  let closing: Promise<void> | undefined;
  // An interrupt may find its caller closing already.
  const close = () => {
    closing ??= within(closeMs, database.close()).then(() => embedded?.stop());
    return closing;
  };
  const prepare = async () => {
    const applied = await migrate(database);
    if (applied.length > 0) log.info({ applied }, 'migrated');
    return configFor(config, await settleShop(database, config));
  };
  const path = snapshotPath(config);
  const opened = { database, connectionString, embeddedFolder: embedded?.folder, snapshotPath: path, close };
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

export interface Stations {
  handlers: Handlers;
  intake: ReturnType<typeof createIntake>;
  training: ReturnType<typeof createTraining>;
  recommendations: ReturnType<typeof createRecommendations>;
  coupons: ReturnType<typeof createCoupons>;
  outcomes: ReturnType<typeof createOutcomes>;
  keys: ReturnType<typeof createKeyRing>;
  metrics: ReturnType<typeof createMetrics>;
  /** What is published, for all stations that ask at every request. */
  releases: ReleaseMemory;
  /** Something has changed; when the promise resolves the next answer knows of it. */
  follow(notice: Notice): Promise<void>;
  /** Told to stop: `/readyz` says so at once. */
  life: { isStopping: boolean };
  /** What grows and is tidied by `createHousekeeping`. */
  chores: Chore[];
}

export interface StationOptions {
  database: Database;
  connectionString: string;
  config: Config;
  log: Logger;
  clock?: () => Date;
  /** The compiled entry of the trainer's child process. */
  trainerEntry?: URL;
  /** from one round of housekeeping to the next */
  housekeepingMs?: number;
}

/** `snapshotPath` absent: none is kept. */
export type ServiceOptions = StationOptions & Partial<Pick<OpenDatabase, 'snapshotPath' | 'snapshot' | 'prepared'>>;

/** Puts the stations of the ring together; nothing is started yet. */
export function createStations(options: StationOptions): Stations {
  const { database, connectionString, config, log } = options;
  const db = database.for('requests');
  const reports = database.for('reports');
  const clock = options.clock ?? (() => new Date());
  const metrics = createMetrics();
  const keys = createKeyRing(db);
  const recommendations = createRecommendations({ db, reports, config, clock, log, metrics });
  const releases = createReleaseMemory(db);
  const readRelease = releases.read;
  const follow = (notice: Notice) => {
    if (notice.about === 'release') releases.forget();
    return recommendations.onNotice(notice);
  };
  const segments = createSegments({
    db,
    reports,
    minorDigits: config.minorDigits,
    clock,
    campaignsAimedAt,
    readRelease,
  });
  const intake = createIntake({
    db: database.for('facts'),
    work: database,
    config,
    clock,
    onChange: follow,
    onErase: [recommendations.eraseCustomer, eraseFromSegments, eraseFromCoupons, eraseFromOutcomes],
  });
  const coupons = createCoupons({
    db,
    reports,
    config,
    clock,
    lowerPricedItems: recommendations.lowerPricedItems,
    itemsForScope: recommendations.itemsForScope,
    responses: createResponses(db),
    readRelease,
  });
  const outcomes = createOutcomes({ db: reports, config, clock, coupons, intake });
  const training = createTraining({
    db: database,
    connectionString,
    config,
    clock,
    log,
    onChange: follow,
    trainerEntry: options.trainerEntry ?? new URL('./training/engines/local/trainer.js', import.meta.url),
  });
  const probe = {
    database: () => findTrouble(db, 1_000),
    release: () => recommendations.isServing().release,
    snapshot: () => recommendations.isRestored(),
    fresh: () => recommendations.isServing().fresh,
    stopping: () => life.isStopping,
  };
  const life = { isStopping: false };
  const handlers: Handlers = {
    ...intakeRoutes(intake),
    ...recommendationRoutes(recommendations),
    ...segmentRoutes(segments, config),
    ...couponRoutes(coupons, config),
    ...outcomeRoutes(outcomes, { ...config, clock }),
    ...trainingRoutes(training),
    ...operationRoutes(metrics, probe),
  };
  const chores = [
    ...couponChores(database, coupons, config),
    ...intakeChores(database, config),
    ...recommendationChores(database, config),
    ...segmentChores(database, config),
    ...trainingChores(database, config),
  ];
  return {
    handlers,
    intake,
    training,
    recommendations,
    coupons,
    outcomes,
    keys,
    metrics,
    releases,
    follow,
    chores,
    life,
  };
}

/** What stands against the database's doing its work now; undefined: nothing is known. */
async function findTrouble(db: Database, milliseconds: number): Promise<Trouble | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Trouble>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), milliseconds);
  });
  const answer = takesWrites(db).then(
    // It was away, and answers: what else was met lately may stand against writes still.
    (takes) => (takes ? troublesBesides('unavailable', db) : 'read_only'),
    (error) => (error as { trouble?: Trouble }).trouble ?? 'unavailable',
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function troublesBesides(past: Trouble, db: Database): Trouble | undefined {
  const trouble = db.trouble();
  return trouble === past ? undefined : trouble;
}

export interface Service {
  url: string;
  stations: Stations;
  stop(): Promise<void>;
}

const keyReloadSeconds = 30;
/** A stop takes at most their sum, and the stop of the embedded server. */
const lingerMs = 1_000;
const graceMs = 5_500;
const windUpMs = 1_000;
const closeMs = 1_000;

/** Waits for `work`, but no longer; what is not done by then is left to the end of the process. */
function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    work
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}

/** Starts serving: HTTP, notices between instances, and the schedule. A start that fails leaves nothing behind. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { database, config, log } = options;
  const stations = createStations(options);
  const { keys, recommendations, training, chores, life } = stations;
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const onNotice = (notice: Notice) => {
    if (notice.about === 'keys') keys.reload().then(keeper?.touch, warn('keys not reloaded'));
    else stations.follow(notice).then(() => notice.about === 'release' && keeper?.touch(), warn('notice not followed'));
  };
  const { snapshotPath: path, snapshot, prepared } = options;
  const keeper =
    path === undefined ? undefined : createSnapshotKeeper({ path, shop: config, keys, recommendations, log });
  const tellUnprepared = (error: unknown) => {
    if (!stopping) log.fatal({ err: error }, 'the database that came back cannot be used');
  };
  let listener: ReturnType<typeof listen> | undefined;
  let stopping = false;
  const housekeeping = createHousekeeping({
    db: database,
    chores,
    clock: options.clock ?? (() => new Date()),
    log,
    everyMs: options.housekeepingMs,
  });
  const timers = [setInterval(() => keys.reload().catch(warn('keys not reloaded')), keyReloadSeconds * 1_000)];
  const server = createHttpServer(createApp({ ...stations, log }));
  async function stop(): Promise<void> {
    stopping = true;
    life.isStopping = true;
    for (const timer of timers) clearInterval(timer);
    await stopHttpServer(server, { lingerMs: server.listening ? lingerMs : 0, graceMs });
    const keep = Promise.resolve(keeper?.stop()).finally(() => recommendations.stop());
    const others = [training.stop(), housekeeping.stop(), listener?.close(), keep];
    await within(windUpMs, Promise.allSettled(others));
  }
  /** What needs a database that is there. */
  async function begin(): Promise<void> {
    if (stopping) return;
    listener = listen(
      { connectionString: options.connectionString, schema: database.schema },
      {
        onNotice,
        onConnect: () => {
          stations.releases.hear(true);
          keys.reload().catch(warn('keys not reloaded'));
          recommendations.refresh().catch(warn('not refreshed'));
        },
        onError: (error) => {
          stations.releases.hear(false);
          warn('listening connection lost')(error);
        },
      },
    );
    housekeeping.start();
    if (config.nightEnabled) await training.startSchedule();
    keeper?.start();
  }
  try {
    if (snapshot) {
      keys.restore(snapshot.keys);
      recommendations.restore(snapshot.pieces);
    } else await keys.reload();
    await recommendations.start();
    if (prepared) prepared.then(begin).catch(tellUnprepared);
    else await begin();
    await listenOn(server, config.port, config.host);
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host}:${port}`;
  log.info({ url }, 'listening');

  return { url, stations, stop };
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} of ${host} is taken: choose another with PANNIER_PORT.`) : error);
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** Structured logs on stderr, without personal data or keys: what is logged are ids of our own, counts and errors. */
export function createLogger(level: string): Logger {
  const options = { level, base: undefined, serializers: { err: describeError } };
  return pino(options, pino.destination({ dest: 2, sync: false }));
}

/** What the database says of a refused row may quote it, so of its errors only code and place are told. */
function describeError(
  error: Error & { code?: string; severity?: string; table?: string; constraint?: string },
): Record<string, unknown> {
  const { name: type, code, table, constraint, cause } = error;
  return {
    type,
    code,
    ...(error.severity === undefined ? { message: error.message } : { table, constraint }),
    stack: error.stack?.split('\n').filter((line) => line.startsWith('    at ')),
    ...(cause instanceof Error && { cause: describeError(cause) }),
  };
}
