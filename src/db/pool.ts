import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PannierError } from '../errors.ts';

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
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** One client for session-scoped work (LISTEN, advisory locks, temporary tables); released when `work` ends. */
  session<Result>(work: (tx: Transaction, client: pg.PoolClient) => Promise<Result>): Promise<Result>;
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

/** The connection settings every client of this service shares. */
export function connectionSettings(options: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: options.connectionString,
    options: `-c search_path=${options.schema}`,
    application_name: 'pannier',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: types as unknown as pg.CustomTypesConfig,
  };
}

/** Opens a pool. It connects lazily and survives a database that goes away. */
export function openDatabase(
  options: ConnectionOptions & { poolSize: number; statementTimeoutMs?: number; onError?: (error: Error) => void },
): Database {
  const onError = options.onError ?? (() => {});
  const pool = new pg.Pool({
    ...connectionSettings(options),
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs ?? 0,
    idleTimeoutMillis: 30_000,
  });
  pool.on('error', onError);
  // A checked-out client that loses its connection emits 'error' too, and without a handler that ends the process.
  pool.on('connect', (client) => client.on('error', onError));

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw translate(error);
    }
  }

  const database: Database = {
    schema: options.schema,
    async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
      try {
        return (await pool.query({ text, values: values?.map(parameterOf), name })).rows as Row[];
      } catch (error) {
        throw translate(error);
      }
    },
    async session(work) {
      const client = await connect();
      let broken = true;
      try {
        const result = await work(transactionOn(client), client);
        broken = false;
        return result;
      } finally {
        client.release(broken);
      }
    },
    async transaction(work, { byKey = false, pipelined = false } = {}) {
      for (let attempt = 1; ; attempt++) {
        const client = await connect();
        let broken: boolean | Error = false;
        try {
          Object.assign(client, { pipeline: pipelined });
          const begun = client.query(byKey ? 'begin; set local enable_seqscan = off' : 'begin');
          if (!pipelined) await begun;
          const [result] = await Promise.all([work(transactionOn(client)), begun]);
          await client.query('commit');
          return result;
        } catch (error) {
          const translated = translate(error);
          await client.query('rollback').catch((lost) => {
            broken = lost instanceof Error ? lost : true;
          });
          if (!isRetryable(error) || attempt >= 5) throw translated;
        } finally {
          Object.assign(client, { pipeline: false });
          client.release(broken);
        }
      }
    },
    close: () => pool.end(),
  };
  return database;
}

function transactionOn(client: pg.PoolClient): Transaction {
  return {
    async query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> {
      try {
        return (await client.query({ text, values: values?.map(parameterOf), name })).rows as Row[];
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

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
]);

function sqlState(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function isRetryable(error: unknown): boolean {
  const code = sqlState(error instanceof PannierError ? error.cause : error);
  return code === '40001' || code === '40P01';
}

/** Is this the database being away (class 08, 57P0x shutdown, too many connections), rather than a statement's fault? */
function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  if (code.startsWith('08') || code.startsWith('57P') || code === '53300' || connectionCodes.has(code)) return true;
  const message = error instanceof Error ? error.message : '';
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|connection timeout|Query read timeout/i.test(
    message,
  );
}

function translate(error: unknown): unknown {
  if (error instanceof PannierError) return error;
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) {
    return new PannierError('unavailable', 'The database cannot be reached.', [], error);
  }
  if (isUnavailable(error)) return new PannierError('unavailable', 'The database cannot be reached.', [], error);
  if (sqlState(error).startsWith('22')) {
    return new PannierError('invalid_request', 'A value cannot be stored.', [], error);
  }
  return error;
}
