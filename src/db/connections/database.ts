import type pg from 'pg';
import type { Actor } from './actor.ts';
import type { Trouble } from './failures.ts';
import type { Purpose } from './purposes.ts';

/** What a store speaks to: the pool outside a transaction, one client inside. */
export interface Queryable {
  /**
   * Runs one statement and gives its rows. With `name` the statement is prepared once a connection.
   * @throws PannierError `unavailable` when the database is away, `invalid_request` when it refuses a value (SQLSTATE class 22).
   */
  query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]>;
}

/** A transaction, or a session, under way: statements and COPY on one client. */
export interface Transaction extends Queryable {
  /** COPY of text-format lines (see `copyLine`) into `target`, written as `table (column, …)`. Gives the number of rows. */
  copyInto(target: string, lines: Iterable<string> | AsyncIterable<string>): Promise<number>;
  /** The same of rows of `copyTuple`, one or several in a buffer, in COPY's binary format. */
  copyTuplesInto(target: string, tuples: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number>;
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
  /** How long a lock is waited for, where that is less than the purpose allows. */
  lockMs?: number;
}

/** The door of the database: a pool with the deadlines of one purpose. */
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
  /** Whatever is changed from now on is this actor's doing, where nobody else is known to act; undefined: the service's own. */
  actAs(actor: Actor | undefined): void;
  /** Why the database could not do something lately, rather than that it was away; undefined: nothing is known against it. */
  trouble(): Trouble | undefined;
  /** Breaks off every transaction whose commit has not been asked for yet, and lets no other one begin: nothing of them stays. */
  abandon(): void;
  close(): Promise<void>;
}
