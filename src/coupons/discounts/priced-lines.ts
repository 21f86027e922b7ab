import { toMinor } from '../../shop/money.ts';
import type { CampaignTerms } from '../campaigns/campaign-terms.ts';
import type { CartLineElement } from '../request-elements.ts';

export interface PricedLine {
  itemId: string;
  quantity: number;
  amountMinor: number;
}

/** What a campaign's discount is for: whole sets of a bundle, or, without one, items and categories; all empty: the whole cart. */
export type Scope = Pick<CampaignTerms, 'itemIds' | 'categories' | 'bundle'>;

/** Which of the items are named by a scope or lie in or below one of its categories, by the catalogue in memory. */
export type ItemsForScope = (itemIds: readonly string[], scope: Omit<Scope, 'bundle'>) => ReadonlySet<string>;

/** Prices each line, rounded half away from zero once a line. */
export function priceLines(lines: readonly CartLineElement[], digits: number): PricedLine[] {
  return lines.map((line) => ({
    itemId: line.item_id,
    quantity: line.quantity,
    amountMinor: toMinor(line.unit_price, digits, line.quantity),
  }));
}

/** The lines that a scope has; of a bundle those parts of them that make up whole sets. */
export function linesInScope<Line extends PricedLine>(
  scope: Scope,
  lines: readonly Line[],
  itemsForScope: ItemsForScope,
): Line[] {
  if (scope.bundle.length > 0) return linesInBundle(scope.bundle, lines);
  if (scope.itemIds.length === 0 && scope.categories.length === 0) return [...lines];
  const itemIds = lines.map((line) => line.itemId);
  const inScope = itemsForScope(itemIds, scope);
  return lines.filter((line) => inScope.has(line.itemId));
}

/**
 * As many whole sets of these items as there are: of each item as many whole pieces, of several lines of one item the pieces of the
 * lower price first. None where one of the items is missing.
 */
export function linesInBundle<Line extends PricedLine>(bundle: readonly string[], lines: readonly Line[]): Line[] {
  const ofItems = bundle.map((id) => lines.filter(({ itemId }) => itemId === id));
  const pieces = ofItems.map((own) => own.reduce((sum, { quantity }) => sum + Math.floor(quantity), 0));
  const sets = Math.min(...pieces);
  if (sets === 0) return [];
  const parts = new Map<Line, Line>();
  for (const own of ofItems) {
    let wanted = sets;
    for (const line of own.toSorted(byPrice)) {
      const quantity = Math.min(wanted, Math.floor(line.quantity));
      wanted -= quantity;
      if (quantity > 0) parts.set(line, { ...line, quantity, amountMinor: partOf(line, quantity, 100) });
    }
  }
  return lines.flatMap((line) => parts.get(line) ?? []);
}

/** Lines that are alike in all of this give parts that are alike. */
const byPrice = (a: PricedLine, b: PricedLine) =>
  a.amountMinor / a.quantity - b.amountMinor / b.quantity || a.amountMinor - b.amountMinor || a.quantity - b.quantity;

const thousandths = (quantity: number) => BigInt(Math.round(quantity * 1_000));

/** `percent` of the amount of `count` pieces of a line, rounded half up. */
export function partOf(line: PricedLine, count: number, percent: number): number {
  if (count === 0) return 0;
  const dividend = BigInt(line.amountMinor) * BigInt(count) * 1_000n * BigInt(Math.round(percent * 10_000));
  const divisor = thousandths(line.quantity) * 1_000_000n;
  return Number((2n * dividend + divisor) / (2n * divisor));
}

/** Whether lines add up to an amount that is exact. */
export function isBookable(lines: readonly PricedLine[]): boolean {
  return Number.isSafeInteger(totalOf(lines));
}

export function totalOf(lines: readonly { amountMinor: number }[]): number {
  return lines.reduce((sum, line) => sum + line.amountMinor, 0);
}
