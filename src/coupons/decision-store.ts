import type { Queryable, Transaction } from '../db/index.ts';
import type { Discount } from './campaign-terms.ts';
import type { Judgement } from './decide.ts';
import type { RecommendedItem } from './elements.ts';
import type { Outcome } from './eligibility.ts';

export interface GrantedCoupon {
  code: string;
  campaignId: string;
  discount: Discount;
  minimumSpendMinor: number | null;
  validUntil: Date;
}

/** What was answered, without whom. */
export interface DecisionAnswer extends Judgement {
  campaigns: { campaignId: string; outcome: Outcome }[];
  coupon: GrantedCoupon | null;
  lowerPricedItems: readonly RecommendedItem[];
}

export interface LoggedDecision extends DecisionAnswer {
  decisionId: number;
  /** null: the customer was unknown, or was erased since */
  customerKey: number | null;
  decidedAt: Date;
}

export async function insertDecision(
  tx: Transaction,
  decision: { customerKey: number | null; decidedAt: Date; inputs: object; answer: DecisionAnswer },
): Promise<number> {
  const [row] = await tx.query<{ decision_id: number }>(
    'insert into coupon_decisions (customer_key, decided_at, inputs, answer) values ($1, $2, $3, $4) returning decision_id',
    [decision.customerKey, decision.decidedAt, JSON.stringify(decision.inputs), JSON.stringify(decision.answer)],
    'insert-decision',
  );
  return row!.decision_id;
}

export async function selectDecision(db: Queryable, decisionId: number | string): Promise<LoggedDecision | undefined> {
  const [row] = await db.query<{
    decision_id: number;
    customer_key: number | null;
    decided_at: Date;
    answer: DecisionAnswer;
  }>(
    'select decision_id, customer_key, decided_at, answer from coupon_decisions where decision_id = $1',
    [decisionId],
    'select-decision',
  );
  if (!row) return undefined;
  const { coupon } = row.answer;
  return {
    ...row.answer,
    coupon: coupon && { ...coupon, validUntil: new Date(coupon.validUntil) },
    decisionId: row.decision_id,
    customerKey: row.customer_key,
    decidedAt: row.decided_at,
  };
}

/** The decisions stay, and nobody knows about whom they were. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update coupon_decisions set customer_key = null where customer_key = $1', [customerKey]);
}
