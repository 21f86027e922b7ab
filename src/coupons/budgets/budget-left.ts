import { boundMoney, type Campaign, type CampaignCounters, reservationOf } from '../campaigns/campaign-terms.ts';

/** Which budget has no room for one more coupon. */
export function budgetObstacle(
  { couponBudget, moneyBudgetMinor, discount }: Pick<Campaign, 'couponBudget' | 'moneyBudgetMinor' | 'discount'>,
  counters: CampaignCounters,
): 'coupon-budget-spent' | 'money-budget-spent' | undefined {
  if (couponBudget !== null && counters.issued >= couponBudget) return 'coupon-budget-spent';
  if (moneyBudgetMinor === null) return undefined;
  return boundMoney(counters) + reservationOf(discount) > moneyBudgetMinor ? 'money-budget-spent' : undefined;
}

/** How many more coupons both budgets have room for, each at its maximum; Infinity: no limit. */
export function couponsLeft(campaign: Pick<Campaign, 'couponBudget' | 'moneyBudgetMinor' | 'counters' | 'discount'>) {
  const { coupons, moneyMinor } = budgetLeft(campaign);
  const reserved = reservationOf(campaign.discount);
  const byMoney = moneyMinor === null || reserved === 0 ? Number.POSITIVE_INFINITY : Math.floor(moneyMinor / reserved);
  return Math.max(0, Math.min(coupons ?? Number.POSITIVE_INFINITY, byMoney));
}

/** What is left of both budgets; null: no limit. */
export function budgetLeft(campaign: Pick<Campaign, 'couponBudget' | 'moneyBudgetMinor' | 'counters'>): {
  coupons: number | null;
  moneyMinor: number | null;
} {
  const { couponBudget, moneyBudgetMinor, counters } = campaign;
  return {
    coupons: couponBudget === null ? null : couponBudget - counters.issued,
    moneyMinor: moneyBudgetMinor === null ? null : moneyBudgetMinor - boundMoney(counters),
  };
}
