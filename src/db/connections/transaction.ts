import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PannierError } from '../../errors.ts';
import { type Actor, statementOf } from './actor.ts';
import { inBinaryChunks, inChunks } from './copy.ts';
import type { Transaction, TransactionOptions } from './database.ts';
import { sqlState, translate } from './failures.ts';

/** Transactions that may still be broken off. */
export interface Begun {
  clients: Set<pg.PoolClient>;
  isOver: boolean;
}

export async function runTransaction<Result>(
  client: pg.PoolClient,
  work: (tx: Transaction) => Promise<Result>,
  { byKey = false, pipelined = false, lockMs }: TransactionOptions,
  { spoil, onStatement, open, actor }: { spoil: () => void; onStatement: () => void; open: Begun; actor?: Actor },
): Promise<Result> {
  const refuseAbandoned = () => {
    if (open.isOver) throw new PannierError('unavailable', 'The work was broken off.');
  };
  const tx = transactionOn(client, onStatement, pipelined);
  try {
    refuseAbandoned();
    open.clients.add(client);
    Object.assign(client, { pipeline: pipelined });
    const words = [
      'begin',
      ...(byKey ? ['set local enable_seqscan = off'] : []),
      ...(lockMs === undefined ? [] : [`set local lock_timeout = ${lockMs}`]),
      ...(actor ? [statementOf(actor)] : []),
    ];
    const begun = client.query(words.join('; '));
    if (!pipelined) await begun;
    const [result] = await Promise.all([work(tx), begun]);
    tx.end();
    refuseAbandoned();
    open.clients.delete(client);
    await client.query('commit');
    return result;
  } catch (error) {
    tx.end();
    await client.query('rollback').catch(spoil);
    throw error;
  } finally {
    open.clients.delete(client);
    Object.assign(client, { pipeline: false });
  }
}

export function destroy(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** What is asked on a client, until `end`. */
export function transactionOn(
  client: pg.PoolClient,
  onStatement: () => void = () => {},
  pipelined = false,
): Transaction & { end(): void } {
  let isOver = false;
  let failed: unknown;
  let last: Promise<unknown> = Promise.resolve();
  const ask = async <Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> => {
    if (isOver) throw new Error('The transaction is over.');
    try {
      const { rows } = await client.query({ text, values: values?.map(parameterOf), name });
      onStatement();
      return rows as Row[];
    } catch (error) {
      // What came behind a statement that failed was not looked at: that one is what has to be told.
      if (sqlState(error) !== inFailedTransaction) failed = error;
      throw translate(failed ?? error);
    }
  };
  return {
    query: <Row>(text: string, values?: unknown[], name?: string): Promise<Row[]> => {
      if (pipelined) return ask<Row>(text, values, name);
      // Who asks for several things at once is answered one after the other.
      const asked = last.then(() => ask<Row>(text, values, name));
      last = asked.catch(() => {});
      return asked;
    },
    copyInto: (target, lines) => copyChunks(client, `copy ${target} from stdin`, inChunks(lines)),
    copyTuplesInto: (target, tuples) =>
      copyChunks(client, `copy ${target} from stdin (format binary)`, inBinaryChunks(tuples)),
    copyOut: (query) => client.query(copyTo(`copy (${query}) to stdout`)),
    // Who has asked for several things at once may still go on with one of them.
    end() {
      isOver = true;
    },
  };
}

const inFailedTransaction = '25P02';

async function copyChunks(
  client: pg.PoolClient,
  statement: string,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<number> {
  const stream = client.query(copyFrom(statement));
  try {
    await pipeline(Readable.from(chunks), stream);
  } catch (error) {
    throw translate(error);
  }
  return stream.rowCount;
}

/** Arrays of numbers and texts as Postgres writes them: pg would quote and escape each element, one by one. */
export function parameterOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const written = new Array<string | number>(value.length);
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    if (typeof element === 'string') written[index] = quoted(element);
    else if (typeof element === 'number') written[index] = element;
    else if (element === null) written[index] = 'null';
    else return value;
  }
  return `{${written.join()}}`;
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}
