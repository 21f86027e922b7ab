import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { type App, createApp } from './app.ts';
import type { Config } from './config.ts';
import { createListening, type Database, type Listener, type Listening, type Notice } from './db/index.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createHttpServer, stopHttpServer } from './http/index.ts';
import type { OpenDatabase } from './open-database.ts';
import { createSnapshotKeeper } from './serving-snapshot/keeper.ts';
import { createStations, type StationOptions, type Stations } from './stations.ts';
import { waitAtMost } from './wait-at-most.ts';

export interface Service {
  url: string;
  stations: Stations;
  /** @param begin is told each step */
  stop(begin?: (step: string) => void): Promise<void>;
}

/** `snapshotPath` absent: none is kept. */
export interface ServiceOptions
  extends StationOptions,
    Partial<Pick<OpenDatabase, 'snapshotPath' | 'snapshot' | 'prepared'>> {
  /** from one round of housekeeping to the next */
  housekeepingMs?: number;
  /** what it shares with other shops; absent: it listens on a connection of its own */
  listening?: Listening;
}

/** A stop takes at most their sum, and what it takes to close the database. */
const lingerMs = 1_000;
const graceMs = 5_500;
const windUpMs = 1_000;
/** Who cannot hear by then reads without, and again when they can. */
const hearingMs = 1_000;

/** A shop that answers, apart from listening. */
export interface Shop {
  app: App;
  stations: Stations;
  database: Database;
  /** Says that it is being stopped, and begins nothing new. */
  wane(): void;
  stop(): Promise<void>;
}

/** Starts serving one shop. A start that fails leaves nothing behind. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log } = options;
  const shop = await openShop(options);
  const server = createHttpServer(shop.app);
  const stop: Service['stop'] = (begin) => stopServing(server, [shop], begin);
  const url = await listenFor(server, config, log).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stations: shop.stations, stop };
}

/** Nobody new is let in, what is under way comes to its end, and then the shops stop. */
export async function stopServing(
  server: Server,
  shops: readonly Shop[],
  begin: (step: string) => void = () => {},
): Promise<void> {
  for (const shop of shops) shop.wane();
  begin('requests');
  await stopHttpServer(server, { lingerMs: server.listening ? lingerMs : 0, graceMs });
  begin('stations');
  await Promise.all(shops.map((shop) => shop.stop()));
}

/** Starts what a shop needs to answer: notices between instances, and what the stations announce. A start that fails leaves nothing behind. */
export async function openShop(options: ServiceOptions): Promise<Shop> {
  const { database, connectionString, config, log, snapshotPath: path, snapshot, prepared } = options;
  const stations = createStations(options);
  const { ring, keys, recommendations, life } = stations;
  const keeper =
    path === undefined ? undefined : createSnapshotKeeper({ path, shop: config, keys, recommendations, log });
  const housekeeping = createHousekeeping({
    db: database,
    chores: ring.flatMap(({ chores = [] }) => chores),
    clock: options.clock ?? (() => new Date()),
    log,
    everyMs: options.housekeepingMs,
    turns: options.workTurns,
  });
  const warn = (failure: string) => (error: unknown) => log.warn({ err: error }, failure);
  const timers = ring
    .flatMap((station) => station.timers ?? [])
    .map(({ failure, everyMs, run }) =>
      setInterval(
        oneAtATime(() => run().catch(warn(failure))),
        everyMs,
      ),
    );
  let listener: Listener | undefined;
  /** Stations have begun to read: of what came before, all is read yet. */
  let isReading = false;

  function onNotice(notice: Notice): void {
    if (!isReading) return;
    const isKept = ['keys', 'release', 'list-holdout'].includes(notice.about);
    stations.follow(notice).then(() => isKept && keeper?.touch(), warn('notice not followed'));
  }
  function hear(arrives: boolean): void {
    if (!isReading) return;
    for (const station of ring) {
      Promise.resolve(station.onHearing?.(arrives)).catch(warn('not read anew'));
    }
  }
  /** From now on notices are heard. @returns when they are */
  function listen(): Promise<void> {
    const { listening = createListening(connectionString) } = options;
    return new Promise((resolve) => {
      const onConnect = () => {
        hear(true);
        resolve();
      };
      const onError = (error: Error) => {
        hear(false);
        warn('listening connection lost')(error);
      };
      listener = listening.listen(database.schema, { onNotice, onConnect, onError });
    });
  }
  /** What needs a database that is there. */
  async function beginWork(): Promise<void> {
    if (life.isStopping) return;
    if (!listener) void listen();
    housekeeping.start();
    for (const station of ring) {
      await station.start?.();
      // Who is told to stop meanwhile has been stopped already, and so is what has begun since.
      if (life.isStopping) return station.stop?.();
    }
    keeper?.start();
  }
  function sayUnprepared(error: unknown): void {
    if (!life.isStopping) log.fatal({ err: error }, 'the database that came back cannot be used');
  }
  function wane(): void {
    life.isStopping = true;
    for (const timer of timers) clearInterval(timer);
  }
  async function stop(): Promise<void> {
    wane();
    const others = [keeper?.stop(), housekeeping.stop(), listener?.close(), ...ring.map((station) => station.stop?.())];
    await waitAtMost(windUpMs, Promise.allSettled(others));
  }

  try {
    if (snapshot) {
      keys.restore(snapshot.keys);
      recommendations.restore(snapshot.pieces);
    }
    // Who hears of changes before they read need not read again to know what was said meanwhile.
    if (!prepared) await waitAtMost(hearingMs, listen());
    isReading = true;
    for (const station of ring) await station.load?.();
    if (prepared) prepared.then(beginWork).catch(sayUnprepared);
    else await beginWork();
  } catch (error) {
    await stop();
    throw error;
  }
  return { app: createApp({ ...stations, config, log }), stations, database, wane, stop };
}

/** @returns where it listens */
export async function listenFor(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  log: Logger,
): Promise<string> {
  await listenOn(server, port, host);
  const name = host.includes(':') ? `[${host}]` : host;
  const url = `http://${name}:${(server.address() as AddressInfo).port}`;
  log.info({ url }, 'listening');
  return url;
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

/** Who is called while the work is under way does nothing. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let isAtWork = false;
  return async () => {
    if (isAtWork) return;
    isAtWork = true;
    await work().finally(() => {
      isAtWork = false;
    });
  };
}
