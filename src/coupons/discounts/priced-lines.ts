import { toMinor } from '../../shop/money.ts';
import type { CampaignTerms } from '../campaigns/campaign-terms.ts';
import type { CartLineElement } from '../request-elements.ts';

export interface PricedLine {
  itemId: string;
  quantity: number;
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
    quantity: line.quantity,
    amountMinor: toMinor(line.unit_price, digits, line.quantity),
  }));
}

export function linesInScope<Line extends PricedLine>(
  scope: Scope,
  lines: readonly Line[],
  itemsForScope: ItemsForScope,
): Line[] {
  if (scope.itemIds.length === 0 && scope.categories.length === 0) return [...lines];
  const itemIds = lines.map((line) => line.itemId);
  const inScope = itemsForScope(itemIds, scope);
  return lines.filter((line) => inScope.has(line.itemId));
}

/** Whether lines add up to an amount that is exact. */
export function isBookable(lines: readonly PricedLine[]): boolean {
  return Number.isSafeInteger(totalOf(lines));
}

export function totalOf(lines: readonly { amountMinor: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0);
}
