import type { Queryable, Transaction } from '../../db/index.ts';
import type { DecisionAnswer, DecisionInputs } from './answer.ts';
import type { Arm } from './choice/choose-campaign.ts';

export interface NewDecision {
  decisionId: number;
  customerKey: number | null;
  decidedAt: Date;
  inputs: DecisionInputs;
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
): Promise<{ decisionId: number; inputs: DecisionInputs; answer: DecisionAnswer }[]> {
  const rows = await db.query<{ decision_id: number; inputs: DecisionInputs; answer: DecisionAnswer }>(
    `select decision_id, inputs, answer from coupon_decisions
     where ($1::bigint is null or decision_id < $1) and inputs->>'rules' is not null order by decision_id desc limit $2`,
    [before, limit],
  );
  return rows.map(({ decision_id: decisionId, inputs, answer }) => ({ decisionId, inputs, answer }));
}

/** Decisions stay, and nobody knows about whom they were. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update coupon_decisions set customer_key = null where customer_key = $1', [customerKey]);
  await tx.query('update campaign_assignments set customer_key = null where customer_key = $1', [customerKey]);
  await tx.query('update holdout_considerations set customer_key = null where customer_key = $1', [customerKey]);
}

/** Which campaigns in which order; the same set has the same id. */
export async function insertRuleSet(db: Queryable, setId: string, campaignKeys: readonly number[]): Promise<void> {
  await db.query(
    'insert into coupon_rule_sets (set_id, campaign_keys) values ($1, $2) on conflict do nothing',
    [setId, campaignKeys],
    'insert-rule-set',
  );
}

export async function selectRuleSet(db: Queryable, setId: string): Promise<number[] | undefined> {
  const [row] = await db.query<{ campaign_keys: number[] }>(
    'select campaign_keys from coupon_rule_sets where set_id = $1',
    [setId],
  );
  return row?.campaign_keys;
}

export interface Assignment {
  campaignKey: number;
  customerKey: number;
  arm: Arm;
  controlShare: number;
  holdoutShare: number;
  decisionId: number;
  assignedAt: Date;
}

/** The first consideration is kept: by each campaign, and by any of them since the share that is held out now was set. */
export async function insertAssignments(tx: Transaction, assignments: readonly Assignment[]): Promise<void> {
  if (assignments.length === 0) return;
  await tx.query(
    `with given as materialized (
       select * from unnest($1::int[], $2::int[], $3::text[], $4::numeric[], $5::numeric[], $6::bigint[], $7::timestamptz[])
         as given (campaign_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
     ), considered as (
       insert into holdout_considerations (customer_key, holdout_id, arm, considered_at)
       select distinct on (customer_key) customer_key, holdout_id, arm, assigned_at
       from given, (select holdout_id, share from coupon_holdouts order by holdout_id desc limit 1) as held
       where share > 0 and share = holdout_share order by customer_key, decision_id
       on conflict (customer_key, holdout_id) do nothing
     )
     insert into campaign_assignments (campaign_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
     select * from given order by campaign_key, customer_key
     on conflict (campaign_key, customer_key) do nothing`,
    [
      assignments.map(({ campaignKey }) => campaignKey),
      assignments.map(({ customerKey }) => customerKey),
      assignments.map(({ arm }) => arm),
      assignments.map(({ controlShare }) => controlShare),
      assignments.map(({ holdoutShare }) => holdoutShare),
      assignments.map(({ decisionId }) => decisionId),
      assignments.map(({ assignedAt }) => assignedAt),
    ],
    'insert-assignments',
  );
}

/** Which share of customers is left alone, and which of decisions explores. */
export interface Holdout {
  holdoutId: number;
  share: number;
  explorationShare: number;
  salt: string;
  since: Date;
}

/** Newest first; the first one holds. @param limit null: all */
export async function selectHoldouts(db: Queryable, limit: number | null): Promise<Holdout[]> {
  const rows = await db.query<{
    holdout_id: number;
    share: string;
    exploration_share: string;
    salt: string;
    since: Date;
  }>(
    'select holdout_id, share, exploration_share, salt, since from coupon_holdouts order by holdout_id desc limit $1',
    [limit],
    'select-holdouts',
  );
  return rows.map((row) => ({
    holdoutId: row.holdout_id,
    share: Number(row.share),
    explorationShare: Number(row.exploration_share),
    salt: row.salt,
    since: row.since,
  }));
}

export async function insertHoldout(
  db: Queryable,
  share: number,
  explorationShare: number | null,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into coupon_holdouts (share, exploration_share, salt, since)
     select $1, coalesce($2, exploration_share), salt, $3 from coupon_holdouts order by holdout_id desc limit 1`,
    [share, explorationShare, now],
  );
}
