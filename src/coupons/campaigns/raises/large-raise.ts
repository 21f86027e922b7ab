/** What a campaign may give; null: no bound. */
export interface Budgets {
  couponBudget: number | null;
  moneyBudgetMinor: number | null;
}

/** By how much one person may raise budgets within a day; undefined: by as much as they like. */
export interface RaiseLimit {
  coupons: number | undefined;
  moneyMinor: number | undefined;
}

/** Whether a second person has to approve. @param before what one person raises from */
export function isLargeRaise(before: Budgets, wanted: Budgets, limit: RaiseLimit): boolean {
  return (
    isBeyond(before.couponBudget, wanted.couponBudget, limit.coupons) ||
    isBeyond(before.moneyBudgetMinor, wanted.moneyBudgetMinor, limit.moneyMinor)
  );
}

function isBeyond(before: number | null, wanted: number | null, most: number | undefined): boolean {
  if (most === undefined || before === null) return false;
  return wanted === null || wanted - before > most;
}
