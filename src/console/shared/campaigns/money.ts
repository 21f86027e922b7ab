import type { Campaign, Discount } from './types.ts';

/** What all coupons of a campaign may cost, each used in full; null: its terms set no bound. */
export function mostByCoupons({ discount, budget }: Pick<Campaign, 'discount' | 'budget'>): number | null {
  const each = Number((discount.type === 'amount' ? discount.amount : discount.maximum_discount) ?? 0);
  return budget.coupons === null || each === 0 ? null : budget.coupons * each;
}

/** What the coupons of a campaign can cost at most, by its terms alone, whoever gets them. */
export type CostBound =
  /** the shop bears it, not the campaign */
  | { is: 'nothing' }
  | { is: 'most'; money: number; by: 'money' }
  | { is: 'most'; money: number; by: 'coupons'; coupons: number; each: number }
  /** one coupon is bounded, how many there are is not */
  | { is: 'each'; each: number }
  /** a share of an order of any size */
  | { is: 'none' };

/** Bounds as far as what is written are numbers. */
export function costBoundOf({
  discount,
  budget,
}: {
  discount: Pick<Discount, 'type' | 'amount' | 'maximum_discount'>;
  budget: { coupons?: number | string | null; money?: number | string | null };
}): CostBound {
  if (discount.type === 'free-shipping') return { is: 'nothing' };
  const positive = (value: number | string | null | undefined) => (Number(value) > 0 ? Number(value) : undefined);
  const each = positive(discount.type === 'amount' ? discount.amount : discount.maximum_discount);
  if (each === undefined) return { is: 'none' };
  const [coupons, money] = [positive(budget.coupons), positive(budget.money)];
  const ofCoupons = coupons === undefined ? undefined : coupons * each;
  if (money !== undefined && (ofCoupons === undefined || money <= ofCoupons)) return { is: 'most', money, by: 'money' };
  if (coupons === undefined || ofCoupons === undefined) return { is: 'each', each };
  return { is: 'most', money: ofCoupons, by: 'coupons', coupons, each };
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
