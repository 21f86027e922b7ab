import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PannierError } from '../../errors.ts';
import { isRetryable, overloaded, type Trouble, tooSlow, translate, Unavailable } from './failures.ts';
import { connectionsFor, type Purpose, purposes } from './purposes.ts';

/** What a store speaks to: the pool outside a transaction, one client inside. */
export interface Queryable {
  /**
   * Runs one statement and gives its rows. With `name` the statement is prepared once a connection.
   * @throws PannierError `unavailable` when the database is away, `invalid_request` when it refuses a value (SQLSTATE class 22).
   */
  query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]>;
}

export interface Transaction extends Queryable {
  /** COPY of text-format lines (see `copyLine`) into `target`, written as `table (column, …)`. Gives the number of rows. */
  copyInto(target: string, lines: Iterable<string> | AsyncIterable<string>): Promise<number>;
  /** COPY (query) TO STDOUT in text format, as raw chunks. */
  copyOut(query: string): AsyncIterable<Buffer>;
}

export interface TransactionOptions {
  /**
   * Finds rows, and checks foreign keys, through indexes only: a plan from when a table was small would read all of it for
   * every row, until the table is analysed again.
   */
  byKey?: boolean;
  /** Statements that nobody waits between go out together, in their order; COPY is not possible then. */
  pipelined?: boolean;
}

export interface Database extends Queryable {
  readonly schema: string;
  /**
   * Commits what `work` did, or nothing. Serialisation failures and deadlocks are tried again, at most five times.
   * @throws PannierError `unavailable` when it takes longer than its purpose allows
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** One client for session-scoped work (LISTEN, advisory locks, temporary tables); released when `work` ends. */
  session<Result>(work: (tx: Transaction, client: pg.PoolClient) => Promise<Result>): Promise<Result>;
  /** The same database by connections with the deadlines of a purpose. */
  for(purpose: Purpose): Database;
  /** Why the database could not do something lately, rather than that it was away; undefined: nothing is known against it. */
  trouble(): Trouble | undefined;
  /** Breaks off every transaction whose commit has not been asked for yet, and lets no other one begin: nothing of them stays. */
  abandon(): void;
  close(): Promise<void>;
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    // int8 keys and counts stay far below 2^53.
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

export interface ConnectionOptions {
  connectionString: string;
  schema: string;
}

/** The connection settings every client of this service shares. No connection is without deadlines. */
export function connectionSettings(options: ConnectionOptions, purpose: Purpose = 'requests'): pg.ClientConfig {
  const { statementMs, lockMs, idleInTransactionMs, waitMs } = purposes[purpose];
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
    application_name: 'pannier',
    connectionTimeoutMillis: Math.max(waitMs, leastConnectMs),
    keepAlive: true,
    types: types as unknown as pg.CustomTypesConfig,
  };
}

const leastConnectMs = 4_000;
const troubleLastsMs = 10_000;

/**
 * Opens the database for long work; `for` gives it for other purposes. Pools connect lazily and survive a database that goes
 * away.
 */
export function openDatabase(
  options: ConnectionOptions & { poolSize: number; onError?: (error: Error) => void },
): Database {
  const opened = new Map<Purpose, Database>();
  const pools: { end(): Promise<void> }[] = [];
  const begun: Begun = { clients: new Set(), isOver: false };
  const met = new Map<Trouble, number>();
  const onTrouble = (trouble: Trouble) => void met.set(trouble, performance.now());
  const isRecent = (trouble: Trouble) => performance.now() - met.get(trouble)! < troubleLastsMs;
  const common = {
    for(purpose: Purpose): Database {
      const known = opened.get(purpose);
      if (known) return known;
      const pool = openPool(options, purpose, onTrouble, begun);
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

/** Transactions that may still be broken off. */
interface Begun {
  clients: Set<pg.PoolClient>;
  isOver: boolean;
}

function openPool(
  options: ConnectionOptions & { poolSize: number; onError?: (error: Error) => void },
  purpose: Purpose,
  onTrouble: (trouble: Trouble) => void,
  begun: Begun,
): Omit<Database, 'for' | 'trouble' | 'abandon' | 'close'> & { end(): Promise<void> } {
  const onError = options.onError ?? (() => {});
  const { patienceMs, mostMs, waitMs } = purposes[purpose];
  const pool = new pg.Pool({
    ...connectionSettings(options, purpose),
    max: connectionsFor(purpose, options.poolSize),
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', onError);
  // A checked-out client that loses its connection emits 'error' too, and without a handler that ends the process.
  pool.on('connect', (client) => client.on('error', onError));
  const queue = createQueue(waitMs);

  async function connect(): Promise<pg.PoolClient> {
    // A connection that somebody waits for in this turn of the event loop is idle still.
    const free = pool.idleCount + pool.options.max - pool.totalCount;
    return pool.waitingCount >= free ? queue.wait(() => pool.connect()) : pool.connect();
  }

  /** Lends `work` a client, which is ended when `work` says that it is of no more use, or takes too long. */
  async function withClient<Result>(
    work: (client: pg.PoolClient, spoil: () => void, onStatement: () => void) => Promise<Result>,
  ): Promise<Result> {
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
  }

  return {
    schema: options.schema,
    query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
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
    async transaction(work, transactionOptions = {}) {
      const started = performance.now();
      for (let attempt = 1; ; attempt++) {
        try {
          return await withClient((client, spoil, onStatement) =>
            runTransaction(client, work, transactionOptions, { spoil, onStatement, open: begun }),
          );
        } catch (error) {
          const isOver = patienceMs !== undefined && performance.now() - started > patienceMs / 2;
          if (!isRetryable(error) || attempt >= 5 || isOver) throw error;
        }
      }
    },
    end: () => pool.end(),
  };
}

async function runTransaction<Result>(
  client: pg.PoolClient,
  work: (tx: Transaction) => Promise<Result>,
  { byKey = false, pipelined = false }: TransactionOptions,
  { spoil, onStatement, open }: { spoil: () => void; onStatement: () => void; open: Begun },
): Promise<Result> {
  const refuseAbandoned = () => {
    if (open.isOver) throw new PannierError('unavailable', 'The work was broken off.');
  };
  try {
    refuseAbandoned();
    open.clients.add(client);
    Object.assign(client, { pipeline: pipelined });
    const begun = client.query(byKey ? 'begin; set local enable_seqscan = off' : 'begin');
    if (!pipelined) await begun;
    const [result] = await Promise.all([work(transactionOn(client, onStatement)), begun]);
    refuseAbandoned();
    open.clients.delete(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(spoil);
    throw error;
  } finally {
    open.clients.delete(client);
    Object.assign(client, { pipeline: false });
  }
}

function destroy(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** Waiting that is bounded: who would wait too long is turned away, at once where those before have waited long already. */
function createQueue(waitMs: number) {
  const since = new Set<{ at: number }>();
  return {
    wait<Result extends { release(): void }>(enter: () => Promise<Result>): Promise<Result> {
      const [oldest] = since;
      if (oldest && performance.now() - oldest.at > waitMs / 2) return Promise.reject(overloaded());
      const place = { at: performance.now() };
      since.add(place);
      return new Promise((resolve, reject) => {
        let isGone = false;
        const timer = setTimeout(() => {
          isGone = true;
          since.delete(place);
          reject(overloaded());
        }, waitMs);
        enter()
          .then((entered) => {
            if (isGone) entered.release();
            else resolve(entered);
          }, reject)
          .finally(() => {
            clearTimeout(timer);
            since.delete(place);
          });
      });
    },
  };
}

function transactionOn(client: pg.PoolClient, onStatement: () => void = () => {}): Transaction {
  return {
    async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
      try {
        const { rows } = await client.query({ text, values: values?.map(parameterOf), name });
        onStatement();
        return rows as Row[];
      } catch (error) {
        throw translate(error);
      }
    },
    async copyInto(target, lines) {
      const stream = client.query(copyFrom(`copy ${target} from stdin`));
      try {
        await pipeline(Readable.from(inChunks(lines)), stream);
      } catch (error) {
        throw translate(error);
      }
      return stream.rowCount;
    },
    copyOut: (query) => client.query(copyTo(`copy (${query}) to stdout`)),
  };
}

/** Arrays of numbers as Postgres writes them: pg would quote and escape each number. */
function parameterOf(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((element) => typeof element === 'number' || element === null)) return value;
  return `{${value.map((element) => element ?? 'null').join()}}`;
}

/** Joins lines to chunks of about 64 KB, which COPY takes fastest. */
async function* inChunks(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Buffer> {
  let chunk = '';
  for await (const line of lines) {
    chunk += line;
    if (chunk.length >= 65_536) {
      yield Buffer.from(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One row in COPY's text format. Arrays are Postgres arrays of numbers, dates are ISO strings, undefined is null. */
export function copyLine(values: readonly unknown[]): string {
  let line = '';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) line += '\t';
    line += copyField(values[index]);
  }
  return `${line}\n`;
}

function copyField(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `{${(value as unknown as number[]).join(',')}}`;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(/[\\\t\n\r]/g, (character) => escapes[character]!);
}
