import { EventEmitter, once } from 'node:events';
import pg from 'pg';
import { PannierError } from '../../errors.ts';
import { overloaded } from './failures.ts';
import { connectionsFor, type Purpose, purposes } from './purposes.ts';

/** The connections of one purpose that the pools of several shops share. */
export interface SharedPlaces {
  /** What one pool may have of them, so that no shop takes all. */
  readonly mostOfOne: number;
  readonly waitMs: number;
  /** What their pools make connections with. */
  readonly Client: new (
    config?: pg.ClientConfig,
  ) => pg.Client;
  join(pool: pg.Pool): PlacesOfPool;
}

/** The share of one pool. */
export interface PlacesOfPool {
  /** Would it have to wait for one? */
  isFull(): boolean;
  /** A client of this pool, for which another pool's idle one may have to go. */
  take(): Promise<pg.PoolClient>;
  /** The pool is at its end. */
  leave(): void;
}

/**
 * Connections that several shops share, each with pools of its own: a connection belongs to one schema as long as it lives.
 * undefined: those of the purpose are the shop's own.
 */
export type ConnectionBudget = (purpose: Purpose) => SharedPlaces | undefined;

/** @param poolSize for requests; other purposes have their share of it, as for one shop alone */
export function createConnectionBudget(poolSize: number): ConnectionBudget {
  const known = new Map<Purpose, SharedPlaces>();
  return (purpose) => {
    if (purpose === 'watch') return undefined;
    const places = known.get(purpose) ?? sharePlaces(connectionsFor(purpose, poolSize), turnMs(purpose));
    known.set(purpose, places);
    return places;
  };
}

/** So long a turn is waited for. For what is done without anybody waiting there may be many shops before this one. */
function turnMs(purpose: Purpose): number {
  return purpose === 'work' ? 60_000 : purposes[purpose].waitMs;
}

function brokenOff(): PannierError {
  return new PannierError('unavailable', 'The work was broken off.');
}

interface Waiting {
  since: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** A connection that is being ended is not waited for any longer, as over a line that is dead. */
const endMs = 5_000;
/** So long the server takes to give up a statement whose connection was cut, once it is told to. */
const givesUpMs = 1_000;

/** What one pool has of the places, and who waits there for more. */
interface Sharer {
  inUse: number;
  usedAt: number;
  waiting: Waiting[];
}

/** Places go to whoever has the fewest of those that wait, so that a shop that asks for much does not make the others wait. */
function sharePlaces(most: number, waitMs: number): SharedPlaces {
  const sharers = new Map<pg.Pool, Sharer>();
  const mostOfOne = Math.max(2, Math.ceil(most / 2));
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  let inUse = 0;
  let open = 0;

  /** Counts for as long as the server has it: pools forget a connection before it is ended. */
  class CountedClient extends pg.Client {
    readonly gone: Promise<void>;
    #leave!: () => void;

    constructor(config?: pg.ClientConfig) {
      super(config);
      open++;
      this.gone = new Promise<void>((resolve) => {
        this.#leave = resolve;
      }).then(() => {
        open--;
        changes.emit('change');
      });
      this.once('end', () => {
        if (!isAtWork(this)) return this.#leave();
        cancelStatement(this);
        setTimeout(this.#leave, givesUpMs).unref();
      });
    }

    override end(): Promise<void>;
    override end(callback: (error: Error) => void): void;
    override end(callback?: (error: Error) => void): Promise<void> | void {
      setTimeout(this.#leave, endMs).unref();
      return callback ? super.end(callback) : super.end();
    }
  }

  const hasFree = (pool: pg.Pool) => pool.idleCount > pool.waitingCount;
  const mayHave = (sharer: Sharer) => inUse < most && sharer.inUse < mostOfOne;

  function enter(sharer: Sharer): Promise<void> | undefined {
    if (!mayHave(sharer)) {
      return new Promise((resolve, reject) => sharer.waiting.push({ since: performance.now(), resolve, reject }));
    }
    sharer.inUse++;
    inUse++;
    return undefined;
  }

  function leave(sharer: Sharer): void {
    sharer.inUse--;
    inUse--;
    for (;;) {
      const next = nextSharer();
      if (!next) return;
      const { since, resolve, reject } = next.waiting.shift()!;
      // Whoever asked for it has been turned away by now.
      if (performance.now() - since > waitMs) reject(overloaded());
      else {
        next.inUse++;
        inUse++;
        resolve();
      }
    }
  }

  /** Of those with the fewest the one that has waited longest. */
  function nextSharer(): Sharer | undefined {
    const able = [...sharers.values()].filter((sharer) => sharer.waiting.length > 0 && mayHave(sharer));
    return able.sort((one, other) => one.inUse - other.inUse || one.waiting[0].since - other.waiting[0].since)[0];
  }

  /** Of those with the most that are idle the one that was used longest ago. */
  function nextToGive(): pg.Pool | undefined {
    const able = [...sharers].filter(([pool]) => hasFree(pool));
    able.sort(([one, { usedAt }], [other, { usedAt: otherAt }]) => other.idleCount - one.idleCount || usedAt - otherAt);
    return able[0]?.[0];
  }

  async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
    // Between a look and what follows from it nobody else has a turn.
    while (!hasFree(pool) && open >= most) {
      const other = nextToGive();
      // Where none is idle one is just being ended, or will be idle: there are no more takers than places.
      if (!other) {
        await once(changes, 'change');
        continue;
      }
      const client = await other.connect();
      client.release(true);
      await (client as pg.PoolClient & CountedClient).gone;
    }
    // A shop may be stopped while it waits.
    if (pool.ending) throw brokenOff();
    return pool.connect();
  }

  return {
    mostOfOne,
    waitMs,
    Client: CountedClient,
    join(pool) {
      const sharer: Sharer = { inUse: 0, usedAt: 0, waiting: [] };
      sharers.set(pool, sharer);
      return {
        isFull: () => !mayHave(sharer),
        leave() {
          sharers.delete(pool);
          for (const { reject } of sharer.waiting.splice(0)) reject(brokenOff());
        },
        async take() {
          await enter(sharer);
          try {
            const client = await connect(pool);
            const { release } = client;
            client.release = (isSpoilt) => {
              release(isSpoilt);
              sharer.usedAt = performance.now();
              changes.emit('change');
              leave(sharer);
            };
            return client;
          } catch (error) {
            leave(sharer);
            throw error;
          }
        },
      };
    },
  };
}

/** What pg's clients and connections have besides their types. */
interface UntypedClient {
  hasExecuted: boolean;
  readyForQuery: boolean;
  processID: number;
  secretKey: unknown;
}
interface UntypedConnection {
  connect(portOrSocket: number | string, host?: string): void;
  cancel(processID: number, secretKey: unknown): void;
}

function isAtWork(client: pg.Client): boolean {
  const { hasExecuted, readyForQuery } = client as unknown as UntypedClient;
  return hasExecuted && !readyForQuery;
}

/** The server goes on with a statement that nobody waits for any more, until it is told; where it cannot be, until its deadline. */
function cancelStatement(client: pg.Client): void {
  const { processID, secretKey } = client as unknown as UntypedClient;
  const { host, port } = client;
  const asking = new pg.Connection({}) as pg.Connection & UntypedConnection;
  asking.on('error', () => {});
  asking.once('connect', () => asking.cancel(processID, secretKey));
  if (host.startsWith('/')) asking.connect(`${host}/.s.PGSQL.${port}`);
  else asking.connect(port, host);
}
