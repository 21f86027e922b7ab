import { once } from 'node:events';
import type pg from 'pg';
import { overloaded } from './failures.ts';
import { connectionsFor, type Purpose, purposes } from './purposes.ts';

/** The connections of one purpose that the pools of several shops share. */
export interface SharedPlaces {
  /** What one pool may have of them, so that no shop takes all. */
  readonly mostOfOne: number;
  isFull(): boolean;
  add(pool: pg.Pool): void;
  remove(pool: pg.Pool): void;
  /** A client of this pool, for which another pool's idle one may have to go. */
  take(pool: pg.Pool): Promise<pg.PoolClient>;
}

/** Connections that several shops share, each with pools of its own: a connection belongs to one schema as long as it lives. */
export type ConnectionBudget = (purpose: Purpose) => SharedPlaces;

/** @param poolSize for requests; other purposes have their share of it, as for one shop alone */
export function createConnectionBudget(poolSize: number): ConnectionBudget {
  const known = new Map<Purpose, SharedPlaces>();
  return (purpose) => {
    const places = known.get(purpose) ?? sharePlaces(connectionsFor(purpose, poolSize), purposes[purpose].waitMs);
    known.set(purpose, places);
    return places;
  };
}

interface Waiting {
  since: number;
  resolve(): void;
  reject(error: unknown): void;
}

function sharePlaces(most: number, waitMs: number): SharedPlaces {
  const pools = new Set<pg.Pool>();
  const waiting: Waiting[] = [];
  let inUse = 0;
  const countOpen = () => [...pools].reduce((sum, { totalCount }) => sum + totalCount, 0);
  const hasFree = (pool: pg.Pool) => pool.idleCount > pool.waitingCount;

  function enter(): Promise<void> | undefined {
    if (inUse < most) {
      inUse++;
      return undefined;
    }
    return new Promise((resolve, reject) => waiting.push({ since: performance.now(), resolve, reject }));
  }

  function leave(): void {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      // Whoever asked for it has been turned away by now.
      if (performance.now() - next.since <= waitMs) {
        next.resolve();
        return;
      }
      next.reject(overloaded());
    }
    inUse--;
  }

  async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
    // Between a look and what follows from it nobody else has a turn.
    while (!hasFree(pool) && countOpen() >= most) {
      const other = [...pools].find(hasFree);
      if (!other) break;
      const client = await other.connect();
      const gone = once(other, 'remove');
      client.release(true);
      await gone;
    }
    return pool.connect();
  }

  return {
    mostOfOne: Math.max(2, Math.ceil(most / 2)),
    isFull: () => inUse >= most,
    add: (pool) => void pools.add(pool),
    remove: (pool) => void pools.delete(pool),
    async take(pool) {
      await enter();
      try {
        const client = await connect(pool);
        const { release } = client;
        client.release = (isSpoilt) => {
          release(isSpoilt);
          leave();
        };
        return client;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
