import pg from 'pg';
import { type Actor, currentActor } from './actor.ts';
import type { Database } from './database.ts';
import { isRetryable, type Trouble, tooSlow, translate, Unavailable } from './failures.ts';
import { connectionsFor, type Purpose, type Terms, termsOf } from './purposes.ts';
import { createQueue } from './queue.ts';
import type { ConnectionBudget, PlacesOfPool } from './shared-places.ts';
import { type Begun, destroy, parameterOf, runTransaction, transactionOn } from './transaction.ts';

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    // int8 keys and counts stay far below 2^53.
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

/** Where the database is, and which schema is the shop's. */
export interface ConnectionOptions {
  connectionString: string;
  schema: string;
}

interface PoolOptions extends ConnectionOptions {
  poolSize: number;
  onError?: (error: Error) => void;
  /** for a command: nobody else waits behind whoever asks */
  isUnhurried?: boolean;
  /** what it shares with other shops; absent: it has as many as `poolSize` allows for itself */
  budget?: ConnectionBudget;
  /** after which a connection makes room for a new one, once nobody uses it */
  lifetimeSeconds?: number;
}

/** By which Postgres knows this process's connections. */
export const applicationName = `pannier ${process.pid}`;

/** The connection settings every client of this service shares. No connection is without deadlines. */
export function connectionSettings(
  options: ConnectionOptions,
  { statementMs, lockMs, idleInTransactionMs, waitMs }: Terms = termsOf('requests'),
): pg.ClientConfig {
  const settings = {
    search_path: options.schema,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  };
  return {
    connectionString: options.connectionString,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    application_name: applicationName,
    connectionTimeoutMillis: Math.max(waitMs, leastConnectMs),
    keepAlive: true,
    types: types as unknown as pg.CustomTypesConfig,
  };
}

const leastConnectMs = 4_000;
const troubleLastsMs = 10_000;
/** Statements that are prepared for a day or a version are gone with their connection. */
const connectionLivesSeconds = 3_600;

/**
 * Opens the database for long work; `for` gives it for other purposes. Pools connect lazily and survive a database that goes
 * away.
 */
export function openDatabase(options: PoolOptions): Database {
  const opened = new Map<Purpose, Database>();
  const pools: { end(): Promise<void> }[] = [];
  const begun: Begun = { clients: new Set(), isOver: false };
  const met = new Map<Trouble, number>();
  const onTrouble = (trouble: Trouble) => void met.set(trouble, performance.now());
  const isRecent = (trouble: Trouble) => performance.now() - met.get(trouble)! < troubleLastsMs;
  let actor: Actor | undefined;
  const findActor = () => currentActor() ?? actor;
  const common = {
    actAs(acting: Actor | undefined) {
      actor = acting;
    },
    for(purpose: Purpose): Database {
      const known = opened.get(purpose);
      if (known) return known;
      const pool = openPool(options, purpose, { onTrouble, begun, findActor });
      pools.push(pool);
      const database = { ...pool, ...common };
      opened.set(purpose, database);
      return database;
    },
    trouble() {
      const recent = [...met.keys()].filter(isRecent).sort((one, other) => met.get(other)! - met.get(one)!);
      return recent.find((trouble) => trouble !== 'unavailable') ?? recent[0];
    },
    abandon() {
      begun.isOver = true;
      for (const client of begun.clients) destroy(client);
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
  return common.for('work');
}

function openPool(
  options: PoolOptions,
  purpose: Purpose,
  {
    onTrouble,
    begun,
    findActor,
  }: {
    onTrouble: (trouble: Trouble) => void;
    begun: Begun;
    findActor: () => Actor | undefined;
  },
): Omit<Database, 'for' | 'actAs' | 'trouble' | 'abandon' | 'close'> & { end(): Promise<void> } {
  const onError = options.onError ?? (() => {});
  const ownTerms = termsOf(purpose, options.isUnhurried);
  const { patienceMs } = ownTerms;
  const places = options.budget?.(purpose);
  const pool = new pg.Pool({
    ...connectionSettings(options, ownTerms),
    ...(places && { Client: places.Client }),
    max: places?.mostOfOne ?? connectionsFor(purpose, options.poolSize),
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: options.lifetimeSeconds ?? connectionLivesSeconds,
  });
  pool.on('error', onError);
  // A checked-out client that loses its connection emits 'error' too, and without a handler that ends the process.
  pool.on('connect', (client) => client.on('error', onError));
  const own = places?.join(pool);
  const terms = { ...ownTerms, ...(places && { waitMs: places.waitMs }) };
  const withClient = lendClients(pool, terms, onTrouble, own);

  const transaction: Database['transaction'] = async (work, transactionOptions = {}) => {
    const started = performance.now();
    const actor = findActor();
    for (let attempt = 1; ; attempt++) {
      try {
        return await withClient((client, spoil, onStatement) =>
          runTransaction(client, work, transactionOptions, { spoil, onStatement, open: begun, actor }),
        );
      } catch (error) {
        const isOver = patienceMs !== undefined && performance.now() - started > patienceMs / 2;
        if (!isRetryable(error) || attempt >= 5 || isOver) throw error;
      }
    }
  };

  return {
    schema: options.schema,
    query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
      // Whose doing a change is, is known within a transaction; after the end of all of them what is left is to say so.
      if (!begun.isOver && findActor() && !/^\s*select\b/i.test(text))
        return transaction((tx) => tx.query<Row>(text, values, name));
      return withClient(async (client, spoil) => {
        try {
          return (await client.query({ text, values: values?.map(parameterOf), name })).rows as Row[];
        } catch (error) {
          if (translate(error) instanceof Unavailable) spoil();
          throw error;
        }
      });
    },
    session: (work) =>
      withClient(async (client, spoil) => {
        try {
          return await work(transactionOn(client), client);
        } catch (error) {
          spoil();
          throw error;
        }
      }),
    transaction,
    end: () => pool.end().finally(() => own?.leave()),
  };
}

type ClientWork<Result> = (client: pg.PoolClient, spoil: () => void, onStatement: () => void) => Promise<Result>;

/** Lends `work` a client, which is ended when `work` says that it is of no more use, or takes too long. */
function lendClients(
  pool: pg.Pool,
  { patienceMs, mostMs, waitMs }: Terms,
  onTrouble: (trouble: Trouble) => void,
  places: PlacesOfPool | undefined,
): <Result>(work: ClientWork<Result>) => Promise<Result> {
  const queue = createQueue(waitMs);
  const take = () => (places ? places.take() : pool.connect());

  async function connect(): Promise<pg.PoolClient> {
    // A connection that somebody waits for in this turn of the event loop is idle still.
    const free = pool.idleCount + pool.options.max - pool.totalCount;
    return pool.waitingCount >= free || places?.isFull() ? queue.wait(take) : take();
  }

  return async (work) => {
    const started = performance.now();
    let client: pg.PoolClient | undefined;
    let isSpoilt = false;
    let isLate = false;
    let isUsed = false;
    let late: ((error: Unavailable) => void) | undefined;
    const timer =
      patienceMs === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true;
            // Whatever waits on this connection fails with it; nothing comes over a line that is dead.
            if (client && isUsed) destroy(client);
            late?.(tooSlow());
          }, patienceMs);
    const lend = async () => {
      try {
        client = await connect();
        if (isLate) throw tooSlow();
        isUsed = true;
        const spoil = () => {
          isSpoilt = true;
        };
        return await work(client, spoil, () => {
          if (patienceMs !== undefined && performance.now() - started < mostMs - patienceMs) timer?.refresh();
        });
      } catch (error) {
        throw isLate ? tooSlow() : translate(error);
      } finally {
        clearTimeout(timer);
        client?.release(isSpoilt || (isLate && isUsed));
      }
    };
    const deadline = new Promise<never>((_, reject) => {
      late = reject;
    });
    try {
      return await Promise.race([lend(), deadline]);
    } catch (error) {
      if (error instanceof Unavailable) onTrouble(error.trouble);
      throw error;
    }
  };
}
