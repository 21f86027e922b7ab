import { budgetLeft } from '../budgets/budget-left.ts';
import type { Campaign, TermsVersion } from '../campaigns/campaign-terms.ts';
import { isOpenAt } from '../campaigns/opening-hours.ts';
import type { StackOutcome } from '../discounts/stacking.ts';
import type { UseState } from '../ledger/use-state.ts';
import type { CouponCode } from './store.ts';

/** What stands against a code, whatever it is to be redeemed on. */
export type CodeObstacle =
  | 'expired'
  | 'not-valid-yet'
  | 'not-open-now'
  | 'already-redeemed'
  | 'released'
  | 'stopped'
  | 'replaced'
  | 'not-this-customer'
  | 'own-referral'
  | 'circular-referral'
  | 'not-first-order'
  | 'limit-reached'
  | 'budget-spent';

export type CodeOutcome = CodeObstacle | StackOutcome | 'qualifies' | 'unknown-code' | 'given-twice';

/** Whom a request names. */
export interface NamedCustomer {
  /** undefined: nobody */
  customerId: string | undefined;
  /** null: nobody, or no customer yet */
  customerKey: number | null;
  /** null: none is named, or nothing is known of it */
  visitorKey: number | null;
}

/**
 * What stands against a code by itself and its customer: its limits by customer, campaign and period are counted elsewhere.
 * @param state of the use that an issued code has; null: not read
 * @param campaign as it stands, with the terms that hold now
 * @param terms those of the code
 */
export function obstacleTo(
  code: CouponCode,
  state: UseState | null,
  { campaign, terms }: { campaign: Campaign; terms: TermsVersion },
  customer: NamedCustomer,
  now: Date,
): CodeObstacle | undefined {
  // What was redeemed with it was redeemed, whatever came of the code.
  if (code.stop && code.left !== 0) return code.stop;
  if (code.kind === 'issued') {
    if (state === 'released' || state === 'expired') return state;
    if (state !== null && state !== 'reserved') return 'already-redeemed';
  } else {
    if (code.left === 0) return 'already-redeemed';
    const left = budgetLeft(campaign);
    const costsNothing = terms.discount.type === 'free-shipping';
    if (left.coupons === 0 || (left.moneyMinor === 0 && !costsNothing)) return 'budget-spent';
  }
  if (now >= endOf(code, campaign)) return 'expired';
  if (now < terms.validFrom) return 'not-valid-yet';
  if (!isOpenAt(terms, now.getTime())) return 'not-open-now';
  return isFor(code, customer) ? undefined : 'not-this-customer';
}

/** What a customer was given ends when they were told; other codes at the latest with the campaign. */
function endOf({ termsKey, validUntil }: CouponCode, campaign: Campaign): Date {
  if (validUntil === null) return campaign.validUntil;
  return termsKey === null && campaign.validUntil < validUntil ? campaign.validUntil : validUntil;
}

/**
 * An issued code of somebody who was erased is nobody's: bound to nobody, it would be anybody's. What a visitor was given is the
 * customer's who the visitor was then, and the visitor's for whomever is not known to be somebody else.
 */
function isFor(code: CouponCode, { customerKey, visitorKey }: NamedCustomer): boolean {
  if (code.visitorKey !== null) {
    return code.adoptedBy !== null && customerKey !== null
      ? code.adoptedBy === customerKey
      : code.visitorKey === visitorKey;
  }
  return code.customerKey === null ? code.kind !== 'issued' : code.customerKey === customerKey;
}
