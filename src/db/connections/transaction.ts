import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { PannierError } from '../../errors.ts';
import { type Actor, statementOf } from './actor.ts';
import { inBinaryChunks, inChunks } from './copy.ts';
import type { Transaction, TransactionOptions } from './database.ts';
import { translate } from './failures.ts';

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

export function destroy(client: pg.PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

export function transactionOn(client: pg.PoolClient, onStatement: () => void = () => {}): Transaction {
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
    copyInto: (target, lines) => copyChunks(client, `copy ${target} from stdin`, inChunks(lines)),
    copyTuplesInto: (target, tuples) =>
      copyChunks(client, `copy ${target} from stdin (format binary)`, inBinaryChunks(tuples)),
    copyOut: (query) => client.query(copyTo(`copy (${query}) to stdout`)),
  };
}

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

/** Arrays of numbers as Postgres writes them: pg would quote and escape each number. */
export function parameterOf(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((element) => typeof element === 'number' || element === null)) return value;
  return `{${value.map((element) => element ?? 'null').join()}}`;
}
