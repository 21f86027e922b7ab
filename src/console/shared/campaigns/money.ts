import type { Campaign, Discount } from './types.ts';

/** What all coupons of a campaign may cost, each used in full; null: its terms set no bound. */
export function mostByCoupons({ discount, budget }: Pick<Campaign, 'discount' | 'budget'>): number | null {
  const each = Number((discount.type === 'amount' ? discount.amount : discount.maximum_discount) ?? 0);
  return budget.coupons === null || each === 0 ? null : budget.coupons * each;
}

/** What coupons of the same discount have cost so far, in the mean of those used; undefined: none was used. */
export function pastCostOf(
  discount: Pick<Discount, 'type' | 'percent' | 'amount' | 'buy' | 'get'>,
  campaigns: readonly Pick<Campaign, 'discount' | 'counters'>[],
): { each: number; used: number } | undefined {
  const isSame = ({ discount: other }: Pick<Campaign, 'discount'>) =>
    other.type === discount.type &&
    (['percent', 'amount', 'buy', 'get'] as const).every(
      (part) => Number(other[part] ?? 0) === Number(discount[part] ?? 0),
    );
  const same = campaigns.filter(isSame).map(({ counters }) => counters);
  const used = same.reduce((sum, { redeemed }) => sum + redeemed, 0);
  const money = same.reduce((sum, { money_redeemed: given }) => sum + Number(given), 0);
  return used > 0 && money > 0 ? { each: money / used, used } : undefined;
}
