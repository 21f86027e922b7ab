import { isRetryable, type Queryable, type Transaction } from '../../db/index.ts';
import type { Assignment } from '../../experiments/index.ts';
import { customersRelation } from '../../intake/index.ts';
import type { Taken } from '../campaigns/campaign-memory.ts';
import {
  type Bound,
  type Counter,
  customerBounds,
  type FullCounter,
  fullCountersOf,
  type PackedCounter,
  toFull,
} from '../limits/store.ts';
import type { NewCoupon } from '../reservations/store.ts';
import type { DecisionAnswer, LoggedInputs } from './decision-inputs.ts';

export interface NewDecision {
  decisionId: number;
  customerKey: number | null;
  visitorKey: number | null;
  decidedAt: Date;
  inputs: LoggedInputs;
  answer: DecisionAnswer;
}

/** What is read for the decisions of one moment, in one statement. */
export interface AskedAbout {
  /** by id; whoever does not exist is absent */
  customers: Map<string, { customerKey: number; profilingAllowed: boolean }>;
  /** limits that they have reached */
  full: FullCounter[];
  /** of the decisions to come, so that a request's claim can name its answer */
  decisionIds: number[];
}

export async function selectAsked(
  db: Queryable,
  customerIds: readonly string[],
  { decisions, bounds, now }: { decisions: number; bounds: readonly Bound[]; now: Date },
): Promise<AskedAbout> {
  const [row] = await db.query<{
    customers: [key: number, id: string, allowed: boolean][] | null;
    reached: PackedCounter[] | null;
    ids: number[] | null;
  }>(
    `with asked as materialized (
       select known.customer_key, known.customer_id, known.profiling_allowed from ${customersRelation} as known
       where known.customer_id = any($1::text[]))
     select (select json_agg(json_build_array(asked.customer_key, asked.customer_id, asked.profiling_allowed)) from asked) as customers,
       ${fullCountersOf('(select asked.customer_key from asked)', '$3::int[], $4::text[], $5::date[], $6::int[]')} as reached,
       (select json_agg(nextval('coupon_decisions_decision_id_seq')) from generate_series(1, $2::int)) as ids`,
    [customerIds, decisions, ...customerBounds(bounds, now)],
    'asked-of-decisions',
  );
  const customers = (row.customers ?? []).map(
    ([customerKey, id, profilingAllowed]) => [id, { customerKey, profilingAllowed }] as const,
  );
  return {
    customers: new Map(customers),
    full: (row.reached ?? []).map((counter) => toFull('customer', counter)),
    decisionIds: row.ids ?? [],
  };
}

/** The request that a decision answers; null: none, so there is none to claim. */
interface RequestOf {
  keyId: number | null;
  idempotencyKey: string | null;
  bodyHash: string | null;
}

/** Decisions with all that they give and take. */
export interface Batch {
  operation: string;
  /** the shop's */
  timeZone: string;
  decisions: readonly (NewDecision & RequestOf)[];
  grants: readonly NewCoupon[];
  /** one a campaign's version */
  takings: readonly { campaignKey: number; termsKey: number; units: number; amountMinor: number }[];
  /** each once */
  counters: readonly (Counter & { units: number })[];
  assignments: readonly Assignment[];
}

/**
 * Writes all of it or nothing, in one statement: `write_decisions` of the migrations. @returns how the campaigns stand now
 * @throws what `whyNotWritten` tells
 */
export async function writeBatch(db: Queryable, batch: Batch): Promise<Taken[]> {
  const rows = await db.query<{
    of_campaign: number;
    now_issued: number;
    now_reserved_minor: number;
    now_redeemed_minor: number;
    now_reversed_minor: number;
  }>(
    'select * from write_decisions($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [
      batch.operation,
      batch.timeZone,
      JSON.stringify(batch.decisions.map(rowOf)),
      // As one text each, a line a decision: as elements of an array every quotation mark would have to be escaped.
      batch.decisions.map(({ inputs }) => JSON.stringify(inputs)).join('\n'),
      batch.decisions.map(({ answer }) => JSON.stringify(answer)).join('\n'),
      JSON.stringify(batch.grants.map(grantRowOf)),
      JSON.stringify(
        batch.takings.map(({ campaignKey, termsKey, units, amountMinor }) => {
          return { campaign_key: campaignKey, terms_key: termsKey, units, amount_minor: amountMinor };
        }),
      ),
      JSON.stringify(
        batch.counters.map(({ campaignKey, atMost, ...counter }) => {
          return { ...counter, campaign_key: campaignKey, at_most: atMost };
        }),
      ),
      JSON.stringify(batch.assignments.map(assignmentRowOf)),
    ],
    'write-decisions',
  );
  return rows.map((row) => ({
    campaignKey: row.of_campaign,
    issued: row.now_issued,
    moneyReservedMinor: row.now_reserved_minor,
    moneyRedeemedMinor: row.now_redeemed_minor,
    moneyReversedMinor: row.now_reversed_minor,
  }));
}

const rowOf = ({
  decisionId,
  customerKey,
  visitorKey,
  decidedAt,
  keyId,
  idempotencyKey,
  bodyHash,
}: Batch['decisions'][number]) => ({
  decision_id: decisionId,
  customer_key: customerKey,
  visitor_key: visitorKey,
  decided_at: decidedAt,
  key_id: keyId,
  idempotency_key: idempotencyKey,
  body_hash: bodyHash,
});

const grantRowOf = (coupon: NewCoupon) => ({
  code: coupon.code,
  campaign_key: coupon.campaignKey,
  terms_key: coupon.termsKey,
  customer_key: coupon.customerKey,
  visitor_key: coupon.visitorKey,
  decision_id: coupon.decisionId,
  reserved_minor: coupon.reservedMinor,
  issued_at: coupon.issuedAt,
  valid_until: coupon.validUntil,
  ...coupon.starts,
});

const assignmentRowOf = (assignment: Assignment) => ({
  experiment_key: assignment.experimentKey,
  customer_key: assignment.customerKey,
  visitor_key: assignment.visitorKey,
  arm: assignment.arm,
  control_share: assignment.controlShare,
  holdout_share: assignment.holdoutShare,
  decision_id: assignment.decisionId,
  assigned_at: assignment.assignedAt,
});

/**
 * Why a batch was not written: something could not be taken or somebody has gone, or these decisions answer requests that were
 * claimed before. undefined: neither
 */
export function whyNotWritten(error: unknown): 'not taken' | { claimed: ReadonlySet<number> } | undefined {
  if (isRetryable(error)) return 'not taken';
  const { code, detail = '' } = (error ?? {}) as { code?: unknown; detail?: string };
  if (code === 'PD001') return 'not taken';
  return code === 'PD002' ? { claimed: new Set(detail.split(',').map(Number)) } : undefined;
}

export interface LoggedDecision {
  decisionId: number;
  /** null: nobody known, or erased since; visitorKey alike, of one who was nobody by name */
  customerKey: number | null;
  visitorKey: number | null;
  decidedAt: Date;
  answer: DecisionAnswer;
}

interface DecisionRow {
  decision_id: number;
  customer_key: number | null;
  visitor_key: number | null;
  decided_at: Date;
  answer: DecisionAnswer;
}

const toLogged = (row: DecisionRow): LoggedDecision => ({
  decisionId: row.decision_id,
  customerKey: row.customer_key,
  visitorKey: row.visitor_key,
  decidedAt: row.decided_at,
  answer: row.answer,
});

export async function selectDecisions(
  db: Queryable,
  decisionIds: readonly (number | string)[],
): Promise<Map<number, LoggedDecision>> {
  const rows = await db.query<DecisionRow>(
    'select decision_id, customer_key, visitor_key, decided_at, answer from coupon_decisions where decision_id = any($1::bigint[])',
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
