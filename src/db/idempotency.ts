import { hash } from 'node:crypto';
import { PannierError } from '../errors.ts';
import type { Queryable, Transaction } from './connections/database.ts';
import { deleteInPortions } from './retention.ts';

/** A write that must happen once however often it is sent. */
export interface IdempotentRequest {
  operation: string;
  /** the API key that asks: keys of different callers do not meet */
  keyId: number;
  idempotencyKey: string;
  /** what the body says, the same however it is written */
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
  const [found] = await findAnswers<Answer>(db, [request]);
  if (found?.error) throw found.error;
  return found?.answer;
}

/** The same for many requests, in their order; `error` is the mismatch of one. */
export async function findAnswers<Answer>(
  db: Queryable,
  requests: readonly IdempotentRequest[],
): Promise<({ answer: Answer; error?: undefined } | { error: PannierError; answer?: undefined } | undefined)[]> {
  const rows = await db.query<{ place: number; body_hash: Buffer; answer: Answer }>(
    `select place::int, body_hash, answer
     from unnest($1::text[], $2::bigint[], $3::text[]) with ordinality as asked (operation, key_id, idempotency_key, place)
     cross join lateral (
       select known.body_hash, known.answer from idempotent_answers as known
       where (known.operation, known.key_id, known.idempotency_key) = (asked.operation, asked.key_id, asked.idempotency_key)
       -- One by one through the index: a plan made while the table was small would read all of it for ever.
       limit 1) as found`,
    identitiesOf(requests),
    'find-idempotent-answers',
  );
  const found: Awaited<ReturnType<typeof findAnswers<Answer>>> = requests.map(() => undefined);
  for (const { place, body_hash: bodyHash, answer } of rows) {
    const matches = bodyHash.equals(hashOf(requests[place - 1].body));
    found[place - 1] = matches ? { answer } : { error: mismatch() };
  }
  return found;
}

/**
 * Claims requests for this transaction and stores their answers with it, in one statement. False where it cannot: another
 * transaction has claimed the same, and is at work or has answered. Nobody waits: the claim is a try at an advisory lock that
 * ends with its transaction, and the row of the answer is unique.
 */
export async function claimRequests(
  tx: Transaction,
  claims: readonly { request: IdempotentRequest; answer: unknown; customerKey: number | null }[],
): Promise<boolean[]> {
  const requests = claims.map(({ request }) => request);
  const rows = await tx.query<{ place: number; claimed: boolean }>(
    `with asked as materialized (
       select *, pg_try_advisory_xact_lock(hashtextextended(current_schema() || operation || key_id || idempotency_key, 0)) as free
       from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::int[])
         with ordinality as given (operation, key_id, idempotency_key, body_hash, answer, customer_key, place)),
     claimed as (
       insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, customer_key)
       select operation, key_id, idempotency_key, body_hash, answer::json, customer_key from asked where free
       order by operation, key_id, idempotency_key
       on conflict do nothing returning operation, key_id, idempotency_key)
     select place::int, claimed.operation is not null as claimed
     from asked left join claimed using (operation, key_id, idempotency_key)`,
    [
      ...identitiesOf(requests),
      requests.map(({ body }) => hashOf(body)),
      claims.map(({ answer }) => (answer === undefined ? null : JSON.stringify(answer))),
      claims.map(({ customerKey }) => customerKey),
    ],
    'claim-idempotency-keys',
  );
  const claimed = claims.map(() => false);
  for (const row of rows) claimed[row.place - 1] = row.claimed;
  return claimed;
}

/** Does `work` once for a request. @throws as `answerOnce` */
export type AnswerOnce = <Answer>(
  tx: Transaction,
  request: IdempotentRequest,
  work: () => Promise<OnceAnswer<Answer>>,
) => Promise<Answer>;

/**
 * Does `work` and stores its answer, in one transaction, unless it was done before: then the stored answer is given. When
 * `work` throws, nothing is stored. Call it first in the transaction.
 * @throws PannierError `idempotency_mismatch`; `request_in_progress` while the same request is still at work elsewhere
 */
export const answerOnce: AnswerOnce = async (tx, request, work) => {
  const [claimed] = await claimRequests(tx, [{ request, answer: undefined, customerKey: null }]);
  if (!claimed) {
    const answer = await findAnswer<Awaited<ReturnType<typeof work>>['answer']>(tx, request);
    if (answer === undefined) throw inProgress();
    return answer;
  }
  const { answer, customerKey } = await work();
  await tx.query(
    `update idempotent_answers set answer = $4, customer_key = $5
     where operation = $1 and key_id = $2 and idempotency_key = $3`,
    [request.operation, request.keyId, request.idempotencyKey, JSON.stringify(answer), customerKey],
    'store-idempotent-answer',
  );
  return answer;
};

export function inProgress(): PannierError {
  return new PannierError('request_in_progress', 'The same request is still being worked on.', [
    { field: 'Idempotency-Key', message: 'belongs to a request that is still being worked on' },
  ]);
}

/** Erasure of a person: requests that name them are no longer known. */
export async function forgetAnswers(
  tx: Transaction,
  customerKey: number,
  visitorKeys: readonly number[],
): Promise<void> {
  await tx.query('delete from idempotent_answers where customer_key = $1', [customerKey]);
  await tx.query('delete from idempotent_answers where visitor_key = any($1::bigint[])', [visitorKeys]);
}

/** Answers given before a time: the same request would be a new one. */
export function expireAnswers(db: Queryable, before: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (
       select operation, key_id, idempotency_key from idempotent_answers where created_at < $1 order by created_at limit $2),
     gone as (
       delete from idempotent_answers where (operation, key_id, idempotency_key) in (select * from due) returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}

function mismatch(): PannierError {
  return new PannierError('idempotency_mismatch', 'This Idempotency-Key was used with another body.', [
    { field: 'Idempotency-Key', message: 'was used with another body' },
  ]);
}

function identitiesOf(requests: readonly IdempotentRequest[]): unknown[] {
  return [
    requests.map(({ operation }) => operation),
    requests.map(({ keyId }) => keyId),
    requests.map(({ idempotencyKey }) => idempotencyKey),
  ];
}

/** What is kept of a body, to know it again. */
export function hashOf(body: Uint8Array): Buffer {
  return hash('sha256', body, 'buffer');
}
