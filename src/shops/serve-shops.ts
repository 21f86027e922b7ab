import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { ConfiguredShop } from '../config.ts';
import { type ConnectionBudget, createConnectionBudget, createListening, type Listening } from '../db/index.ts';
import { ConfigError } from '../errors.ts';
import { createHttpServer, gatherMetrics, type Health } from '../http/index.ts';
// Express comes by this door alone: commands that answer nobody start without it.
import { createAbsentShop, createFront } from '../http/service-endpoints/front.ts';
import { type DatabaseServer, openSchema } from '../open-database.ts';
import { listenFor, openShop, type Shop, stopServing } from '../service.ts';
import type { StationOptions } from '../stations.ts';
import { hostOf } from './host.ts';
import { createTurns } from './turns.ts';

/** Several shops in one process. */
export interface ServedShops {
  url: string;
  /** those that are started, by their names */
  shops: ReadonlyMap<string, Shop>;
  /** @param begin is told each step */
  stop(begin?: (step: string) => void): Promise<void>;
}

export interface ShopsOptions extends Pick<StationOptions, 'clock' | 'trainerEntry'> {
  shops: readonly ConfiguredShop[];
  server: DatabaseServer;
  log: Logger;
  /** from one try to start a shop that could not be started to the next */
  retryMs?: number;
}

/** Longer work is not waited for: a large shop's takes minutes. */
const longestWorkMs = 60_000;

type OpenedShop = Shop & { close(): Promise<void> };

/**
 * Serves shops that have a schema each. They have stations, keys and connections of their own, which is what keeps them apart; they
 * share a server, a number of connections and the turns of their nights. One that cannot be started is tried again, and keeps no
 * other from being served.
 * @throws ConfigError where the settings of a shop are not those of its database
 */
export async function serveShops(options: ShopsOptions): Promise<ServedShops> {
  const { shops: configured, server, log, retryMs = 30_000 } = options;
  const [{ config }] = configured;
  const [budget, replicaBudget] = [createConnectionBudget(config.poolSize), createConnectionBudget(config.poolSize)];
  if (config.poolSize < configured.length) {
    const meant = 'with fewer connections than shops they take them from each other: raise PANNIER_POOL_SIZE';
    log.warn({ shops: configured.length, connections: config.poolSize }, meant);
  }
  const listening = createListening(server.connectionString);
  const turns = {
    nightTurns: createTurns(config.nightsAtOnce),
    // What is short finds connections among those for long work, however many shops have much to do.
    workTurns: createTurns(Math.max(1, Math.floor(config.poolSize / 4)), longestWorkMs),
  };
  const opened = new Map<string, OpenedShop>();
  const absent = createAbsentShop(log);
  const appOf = (name: string): App => opened.get(name)?.app ?? absent;
  const nameOfHost = new Map(configured.flatMap(({ hosts, config }) => hosts.map((host) => [host, config.shop!])));
  const state = { isStopping: false };

  async function open({ config }: ConfiguredShop): Promise<void> {
    const name = config.shop!;
    try {
      const shop = await openOne(options, config, { budget, replicaBudget, listening, turns });
      if (state.isStopping) return await endShop(shop);
      opened.set(name, shop);
    } catch (error) {
      if (error instanceof ConfigError) throw new ConfigError(`Shop ${name}: ${error.message}`);
      log.error({ err: error, shop: name }, 'shop not started');
    }
  }
  async function openMissing(): Promise<void> {
    // One after the other: each start reads much.
    for (const shop of configured) if (!opened.has(shop.config.shop!)) await open(shop);
  }

  const readiness = () => readReadiness(configured, opened, state.isStopping);
  const metrics = gatherMetrics(() => [...opened.values()].map(({ stations }) => stations.metrics));
  const front = createFront({ readiness, metrics }, log);
  const http = createHttpServer(front, (request) => {
    const name = nameOfHost.get(hostOf(request));
    return name === undefined ? front : appOf(name);
  });
  let trying: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  function tryAgain(): void {
    trying ??= openMissing()
      .catch((error) => log.error({ err: error }, 'shop not started'))
      .finally(() => {
        trying = undefined;
      });
  }
  async function stop(begin?: (step: string) => void): Promise<void> {
    state.isStopping = true;
    clearInterval(retry);
    const all = [...opened.values()];
    await stopServing(http, all, begin);
    // What is just being started ends as soon as it is.
    await Promise.all([trying, ...all.map((shop) => shop.close())]);
  }
  try {
    await openMissing();
    // Not before: who is still being started would be started twice.
    retry = setInterval(tryAgain, retryMs);
    const url = await listenFor(http, config, log);
    return { url, shops: opened, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openOne(
  { server, log, clock, trainerEntry }: ShopsOptions,
  config: ConfiguredShop['config'],
  shared: {
    budget: ConnectionBudget;
    replicaBudget: ConnectionBudget;
    listening: Listening;
    turns: Pick<StationOptions, 'nightTurns' | 'workTurns'>;
  },
): Promise<OpenedShop> {
  const own = log.child({ shop: config.shop });
  const { turns, listening, ...budgets } = shared;
  const database = await openSchema(config, own, server, { orSnapshot: true, ...budgets });
  try {
    const shop = await openShop({ ...database, log: own, clock, trainerEntry, listening, ...turns });
    return { ...shop, close: database.close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function endShop(shop: OpenedShop): Promise<void> {
  await shop.stop();
  await shop.close();
}

/** Ready as long as one shop is; which ones are not is said of each. */
async function readReadiness(
  configured: readonly ConfiguredShop[],
  opened: ReadonlyMap<string, Shop>,
  isStopping: boolean,
): Promise<Health> {
  if (isStopping) return { status: 'unavailable', checks: { service: 'stopping' } };
  const found = await Promise.all(
    configured.map(async ({ config }): Promise<[string, string]> => {
      const health = await opened.get(config.shop!)?.stations.health();
      return [config.shop!, health?.status ?? 'unavailable'];
    }),
  );
  const states = found.map(([, state]) => state);
  const isReady = states.some((state) => state !== 'unavailable');
  const status = states.every((state) => state === 'ok') ? 'ok' : isReady ? 'degraded' : 'unavailable';
  return { status, checks: Object.fromEntries(found) };
}
