import { toMinor } from '../money.ts';
import type { CampaignTerms, Discount } from './campaign-terms.ts';
import type { CartLineElement } from './elements.ts';

export interface PricedLine {
  itemId: string;
  amountMinor: number;
}

/** What a campaign's discount is for; both empty: the whole cart. */
export type Scope = Pick<CampaignTerms, 'itemIds' | 'categories'>;

/** Which of the items are named by a scope or lie in or below one of its categories, by the catalogue in memory. */
export type ItemsForScope = (itemIds: readonly string[], scope: Scope) => ReadonlySet<string>;

/** Prices each line, rounded half away from zero once a line. */
export function priceLines(lines: readonly CartLineElement[], digits: number): PricedLine[] {
  return lines.map((line) => ({
    itemId: line.item_id,
    amountMinor: toMinor(line.unit_price, digits, line.quantity),
  }));
}

/** What of a cart a discount applies to. */
export interface Applicable {
  lines: number;
  totalMinor: number;
}

export function applicablePart(scope: Scope, lines: readonly PricedLine[], itemsForScope: ItemsForScope): Applicable {
  const isWhole = scope.itemIds.length === 0 && scope.categories.length === 0;
  const inScope = isWhole
    ? undefined
    : itemsForScope(
        lines.map((line) => line.itemId),
        scope,
      );
  const applicable = inScope ? lines.filter((line) => inScope.has(line.itemId)) : lines;
  return { lines: applicable.length, totalMinor: totalOf(applicable) };
}

export function totalOf(lines: readonly PricedLine[]): number {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0);
}

/** The discount on an applicable total, in minor units: never above its maximum, nor above the total. */
export function discountOn(totalMinor: number, discount: Discount): number {
  if (discount.type === 'amount') return Math.min(discount.amountMinor, totalMinor);
  // To −2 digits is to hundreds: total × percent / 100, exact, and rounded half away from zero.
  const share = toMinor(String(totalMinor), -2, discount.percent);
  return Math.min(share, discount.maximumMinor ?? share);
}
