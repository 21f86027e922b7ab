import type { Discount } from '../campaigns/campaign-terms.ts';
import type { CartLineElement } from '../request-elements.ts';

/** Minor units as answers have amounts. */
export type WriteMoney = (minor: number) => string;

/** A campaign's discount in the contract's shape. */
export function discountJson(discount: Discount, money: WriteMoney) {
  if (discount.type === 'amount') return { type: discount.type, amount: money(discount.amountMinor) };
  if (discount.type === 'free-shipping') return { type: discount.type };
  const { percent, maximumMinor } = discount;
  const share = { percent, ...(maximumMinor !== null && { maximum_discount: money(maximumMinor) }) };
  if (discount.type === 'percent') return { type: discount.type, ...share };
  return { type: discount.type, buy: discount.buy, get: discount.get, ...share };
}

/** The discount of each line of a request; none where a request was answered before lines were kept. */
export function lineDiscountsJson(lines: readonly CartLineElement[], perLine: readonly number[], money: WriteMoney) {
  return perLine.map((minor, place) => ({ item_id: lines[place].item_id, discount: money(minor) }));
}

export function orNull(minor: number | null, money: WriteMoney): string | null {
  return minor === null ? null : money(minor);
}
