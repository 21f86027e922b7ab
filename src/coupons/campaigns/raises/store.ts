import type { Queryable, Transaction } from '../../../db/index.ts';
import type { Budgets } from './large-raise.ts';

export type RaiseState = 'waiting' | 'approved' | 'rejected' | 'withdrawn';

/** A raise that one person asked for and a second one decides about. */
export interface BudgetRaise extends Budgets {
  raiseId: number;
  state: RaiseState;
  /** a key, or below 0 a user; 0: the command line */
  askedBy: number;
  askedByName: string;
  askedAt: Date;
  /** nobody can approve it from then on */
  expiresAt: Date;
  decidedByName: string | null;
  decidedAt: Date | null;
}

const columns = `raise_id as "raiseId", coupon_budget as "couponBudget", money_budget_minor as "moneyBudgetMinor", state,
  asked_by as "askedBy", asked_by_name as "askedByName", asked_at as "askedAt", expires_at as "expiresAt",
  decided_by_name as "decidedByName", decided_at as "decidedAt"`;

/** What one person raises from: the budgets of the latest terms that are older than `since`, the first ones, or approved by a second. */
export async function selectRaisedFrom(tx: Transaction, campaignKey: number, since: Date): Promise<Budgets> {
  const [row] = await tx.query<Budgets>(
    `select terms.coupon_budget as "couponBudget", terms.money_budget_minor as "moneyBudgetMinor" from campaign_terms as terms
     where terms.campaign_key = $1 and (terms.version = 1 or terms.since <= $2
       or exists (select from budget_raises as raised where raised.terms_key = terms.terms_key))
     order by terms.version desc limit 1`,
    [campaignKey, since],
  );
  return row;
}

export async function insertRaise(
  tx: Transaction,
  campaignKey: number,
  raise: Pick<BudgetRaise, keyof Budgets | 'askedBy' | 'askedByName' | 'askedAt' | 'expiresAt'>,
): Promise<void> {
  await tx.query(
    `insert into budget_raises (campaign_key, coupon_budget, money_budget_minor, asked_by, asked_by_name, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      campaignKey,
      raise.couponBudget,
      raise.moneyBudgetMinor,
      raise.askedBy,
      raise.askedByName,
      raise.askedAt,
      raise.expiresAt,
    ],
  );
}

export async function selectRaise(
  db: Queryable,
  campaignKey: number,
  raiseId: string,
): Promise<BudgetRaise | undefined> {
  const [row] = await db.query<BudgetRaise>(
    `select ${columns} from budget_raises where campaign_key = $1 and raise_id = $2`,
    [campaignKey, raiseId],
  );
  return row;
}

/** Newest first, below an id. */
export function selectRaises(
  db: Queryable,
  campaignKey: number,
  limit: number,
  below?: number,
): Promise<BudgetRaise[]> {
  return db.query<BudgetRaise>(
    `select ${columns} from budget_raises where campaign_key = $1 and ($2::bigint is null or raise_id < $2)
     order by raise_id desc limit $3`,
    [campaignKey, below ?? null, limit],
  );
}

export async function decideRaise(
  tx: Transaction,
  raiseId: number,
  decision: { state: Exclude<RaiseState, 'waiting'>; byName: string; at: Date; termsKey?: number },
): Promise<void> {
  await tx.query(
    'update budget_raises set state = $2, decided_by_name = $3, decided_at = $4, terms_key = $5 where raise_id = $1',
    [raiseId, decision.state, decision.byName, decision.at, decision.termsKey ?? null],
  );
}
