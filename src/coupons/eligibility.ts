import type { Group } from '../segments/index.ts';
import { type Campaign, reservationOf, statusOf } from './campaign-terms.ts';
import type { Applicable } from './cart.ts';

export type Outcome =
  | 'granted'
  | 'not-needed'
  | 'group-not-targeted'
  | 'coupon-budget-spent'
  | 'money-budget-spent'
  | 'customer-limit-reached'
  | 'below-minimum-spend'
  | 'nothing-in-cart-applies'
  | 'not-active'
  | 'lower-priority';

export interface Candidate {
  campaign: Campaign;
  /** coupons of the campaign that the customer has, open or redeemed */
  held: number;
  /** null: no cart to judge by, so scope and minimum spend are left to the redemption */
  applicable: Applicable | null;
}

/** Why a campaign cannot give a customer of this group a coupon now, as far as can be said without reserving; undefined: it can. */
export function obstacleTo(
  { campaign, held, applicable }: Candidate,
  group: Group | null,
  now: Date,
): Outcome | undefined {
  if (statusOf(campaign, now) !== 'active') return 'not-active';
  if (campaign.targetGroups.length > 0 && !(group && campaign.targetGroups.includes(group)))
    return 'group-not-targeted';
  if (applicable?.lines === 0) return 'nothing-in-cart-applies';
  if (applicable && applicable.totalMinor < (campaign.minimumSpendMinor ?? 0)) return 'below-minimum-spend';
  if (held >= campaign.limitPerCustomer) return 'customer-limit-reached';
  return budgetObstacle(campaign);
}

/** Which budget has no room for one more coupon. */
export function budgetObstacle(campaign: Campaign): 'coupon-budget-spent' | 'money-budget-spent' | undefined {
  const { couponBudget, moneyBudgetMinor, counters } = campaign;
  if (couponBudget !== null && counters.issued >= couponBudget) return 'coupon-budget-spent';
  if (moneyBudgetMinor === null) return undefined;
  const bound = counters.moneyReservedMinor + counters.moneyRedeemedMinor;
  return bound + reservationOf(campaign.discount) > moneyBudgetMinor ? 'money-budget-spent' : undefined;
}
