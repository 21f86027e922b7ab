import { forgetAnswers } from '../db/idempotency.ts';
import type { Database, Transaction } from '../db/index.ts';
import { reserve } from './campaign-store.ts';
import { type Campaigns, createCampaigns } from './campaigns.ts';
import { clearCustomer as clearDecisions } from './decision-store.ts';
import { createDecisions, type DecisionDependencies, type Decisions } from './decisions.ts';
import { clearCustomer as clearCoupons, type LedgerDifference, selectDifferences } from './ledger-store.ts';
import { createRedemptions, type Redemptions } from './redemptions.ts';

export type Coupons = Campaigns & Decisions & Redemptions;

/** @param deps `reserve` is the conditional update of the counters, unless another is given */
export function createCoupons(
  deps: Omit<DecisionDependencies, 'reserve'> & Partial<Pick<DecisionDependencies, 'reserve'>>,
): Coupons {
  const whole = { reserve, ...deps };
  return { ...createCampaigns(whole), ...createDecisions(whole), ...createRedemptions(whole) };
}

/** Where the campaigns' counters are not what ledger and coupons add up to; nothing, when all is well. */
export function checkLedger(db: Database): Promise<LedgerDifference[]> {
  return selectDifferences(db);
}

/** Erasure of a person: ledger, coupons and decisions stay without them. */
export async function eraseFromCoupons(tx: Transaction, customerKey: number): Promise<void> {
  await forgetAnswers(tx, customerKey);
  await clearCoupons(tx, customerKey);
  await clearDecisions(tx, customerKey);
}
