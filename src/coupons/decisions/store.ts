import type { Queryable, Transaction } from '../../db/index.ts';
import type { DecisionAnswer, LoggedInputs } from './decision-inputs.ts';

export interface NewDecision {
  decisionId: number;
  customerKey: number | null;
  decidedAt: Date;
  inputs: LoggedInputs;
  answer: DecisionAnswer;
}

/** Ids for decisions to come, so that a request's claim can name its answer. */
export async function nextDecisionIds(db: Queryable, count: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select nextval('coupon_decisions_decision_id_seq') as id from generate_series(1, $1::int)`,
    [count],
    'next-decision-ids',
  );
  return rows.map((row) => row.id);
}

export async function insertDecisions(tx: Transaction, decisions: readonly NewDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await tx.query(
    // As one text each, a line a decision: as elements of an array every quotation mark would have to be escaped.
    `insert into coupon_decisions (decision_id, customer_key, decided_at, inputs, answer) overriding system value
     select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], string_to_array($4, e'\\n')::json[],
       string_to_array($5, e'\\n')::json[])`,
    [
      decisions.map(({ decisionId }) => decisionId),
      decisions.map(({ customerKey }) => customerKey),
      decisions.map(({ decidedAt }) => decidedAt.toISOString()),
      decisions.map(({ inputs }) => JSON.stringify(inputs)).join('\n'),
      decisions.map(({ answer }) => JSON.stringify(answer)).join('\n'),
    ],
    'insert-decisions',
  );
}

export interface LoggedDecision {
  decisionId: number;
  /** null: nobody known, or erased since */
  customerKey: number | null;
  decidedAt: Date;
  answer: DecisionAnswer;
}

interface DecisionRow {
  decision_id: number;
  customer_key: number | null;
  decided_at: Date;
  answer: DecisionAnswer;
}

const toLogged = (row: DecisionRow): LoggedDecision => ({
  decisionId: row.decision_id,
  customerKey: row.customer_key,
  decidedAt: row.decided_at,
  answer: row.answer,
});

export async function selectDecisions(
  db: Queryable,
  decisionIds: readonly (number | string)[],
): Promise<Map<number, LoggedDecision>> {
  const rows = await db.query<DecisionRow>(
    'select decision_id, customer_key, decided_at, answer from coupon_decisions where decision_id = any($1::bigint[])',
    [decisionIds],
    'select-decisions',
  );
  return new Map(rows.map((row) => [row.decision_id, toLogged(row)]));
}

/** Decisions with what they were made from, newest first, below an id; those from before inputs were complete are left out. */
export async function selectReplayable(
  db: Queryable,
  before: number | null,
  limit: number,
): Promise<{ decisionId: number; inputs: LoggedInputs; answer: DecisionAnswer }[]> {
  const rows = await db.query<{ decision_id: number; inputs: LoggedInputs; answer: DecisionAnswer }>(
    `select decision_id, inputs, answer from coupon_decisions
     where ($1::bigint is null or decision_id < $1) and inputs->>'rules' is not null order by decision_id desc limit $2`,
    [before, limit],
  );
  return rows.map(({ decision_id: decisionId, inputs, answer }) => ({ decisionId, inputs, answer }));
}

/** One decision with what it was made from, as far as that was logged. */
export async function selectReplayableOne(
  db: Queryable,
  decisionId: string,
): Promise<{ inputs: LoggedInputs | null; answer: DecisionAnswer } | undefined> {
  const [row] = await db.query<{ inputs: LoggedInputs | null; answer: DecisionAnswer }>(
    'select inputs, answer from coupon_decisions where decision_id = $1',
    [decisionId],
  );
  return row;
}

/** Decisions stay, and nobody knows about whom they were. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update coupon_decisions set customer_key = null where customer_key = $1', [customerKey]);
}
