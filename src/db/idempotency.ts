import { createHash } from 'node:crypto';
import { PannierError } from '../errors.ts';
import type { Queryable, Transaction } from './pool.ts';

/** A write that must happen once however often it is sent. */
export interface IdempotentRequest {
  operation: string;
  /** the API key that asks: keys of different callers do not meet */
  keyId: number;
  idempotencyKey: string;
  /** the body as sent */
  body: Uint8Array;
}

/** What a write leaves behind for its repetitions: JSON without anything personal, rather ids of rows than their content. */
export interface OnceAnswer<Answer> {
  answer: Answer;
  /** the customer the request names, with whom it is forgotten; null: nobody */
  customerKey: number | null;
}

/**
 * The stored answer of a request that was already answered.
 * @throws PannierError `idempotency_mismatch` when its key came with another body
 */
export async function findAnswer<Answer>(db: Queryable, request: IdempotentRequest): Promise<Answer | undefined> {
  const [row] = await db.query<{ body_hash: Buffer; answer: Answer }>(
    'select body_hash, answer from idempotent_answers where operation = $1 and key_id = $2 and idempotency_key = $3',
    [request.operation, request.keyId, request.idempotencyKey],
    'find-idempotent-answer',
  );
  if (row && !row.body_hash.equals(hashOf(request.body))) {
    throw new PannierError('idempotency_mismatch', 'This Idempotency-Key was used with another body.', [
      { field: 'Idempotency-Key', message: 'was used with another body' },
    ]);
  }
  return row?.answer;
}

/**
 * Does `work` and stores its answer, in one transaction, unless it was done before: then the stored answer is given.
 * A repetition that comes while the first is still at work waits for it on the row; when `work` throws, nothing is stored.
 * Call it first in the transaction, so that whoever waits holds no other lock.
 * @throws PannierError `idempotency_mismatch`
 */
export async function answerOnce<Answer>(
  tx: Transaction,
  request: IdempotentRequest,
  work: () => Promise<OnceAnswer<Answer>>,
): Promise<Answer> {
  const identity = [request.operation, request.keyId, request.idempotencyKey];
  const claimed = await tx.query(
    `insert into idempotent_answers (operation, key_id, idempotency_key, body_hash) values ($1, $2, $3, $4)
     on conflict do nothing returning operation`,
    [...identity, hashOf(request.body)],
    'claim-idempotency-key',
  );
  if (claimed.length === 0) return (await findAnswer<Answer>(tx, request))!;
  const { answer, customerKey } = await work();
  await tx.query(
    `update idempotent_answers set answer = $4, customer_key = $5
     where operation = $1 and key_id = $2 and idempotency_key = $3`,
    [...identity, JSON.stringify(answer), customerKey],
    'store-idempotent-answer',
  );
  return answer;
}

/** Erasure of a person: requests that name them are no longer known. */
export async function forgetAnswers(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('delete from idempotent_answers where customer_key = $1', [customerKey]);
}

function hashOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}
