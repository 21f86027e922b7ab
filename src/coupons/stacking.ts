import type { CampaignTerms } from './campaign-terms.ts';
import { type ItemsForScope, linesInScope, type PricedLine, totalOf } from './cart.ts';
import { discountLines, shareOut } from './discounts.ts';

export type Offer = Pick<
  CampaignTerms,
  'campaignId' | 'discount' | 'itemIds' | 'categories' | 'minimumSpendMinor' | 'stacking' | 'stackingOrder' | 'priority'
>;

export type StackOutcome =
  | 'applied'
  | 'nothing-in-cart-applies'
  | 'below-minimum-spend'
  | 'same-campaign'
  | 'not-combinable';

export interface Stacked {
  /** in the order of the offers */
  offers: { outcome: StackOutcome; discountMinor: number }[];
  totalMinor: number;
  freeShipping: boolean;
}

/**
 * What a set of coupons gives on a cart:
 * - each must be good for itself: something in its scope, and its minimum spend met by the cart as it is;
 * - of one campaign there is one;
 * - an exclusive coupon applies alone; stackable ones apply together, in ascending `stackingOrder` (then higher priority, then
 *   campaign id), each on what those before it have left of the lines;
 * - of all that is possible, the largest total is given; when equal, the stackable ones together, then the exclusive one of
 *   the higher priority, then of the lower campaign id.
 */
export function stack(offers: readonly Offer[], lines: readonly PricedLine[], itemsForScope: ItemsForScope): Stacked {
  const outcomes = offers.map((offer, index): StackOutcome | undefined => {
    if (offers.findIndex(({ campaignId }) => campaignId === offer.campaignId) !== index) return 'same-campaign';
    const scoped = linesInScope(offer, lines, itemsForScope);
    if (scoped.length === 0) return 'nothing-in-cart-applies';
    return totalOf(scoped) < (offer.minimumSpendMinor ?? 0) ? 'below-minimum-spend' : undefined;
  });
  const sound = offers.map((_, index) => index).filter((index) => outcomes[index] === undefined);
  const stackable = sound.filter((index) => offers[index]!.stacking === 'stackable').sort(byOrder(offers));
  const exclusive = sound.filter((index) => offers[index]!.stacking === 'exclusive').sort(byPriority(offers));
  let best = applyInTurn(offers, stackable, lines, itemsForScope);
  for (const index of exclusive) {
    const alone = applyInTurn(offers, [index], lines, itemsForScope);
    if (best.size === 0 || sumOf(alone) > sumOf(best)) best = alone;
  }
  return {
    offers: offers.map((_, index) => ({
      outcome: outcomes[index] ?? (best.has(index) ? 'applied' : 'not-combinable'),
      discountMinor: best.get(index) ?? 0,
    })),
    totalMinor: sumOf(best),
    freeShipping: [...best.keys()].some((index) => offers[index]!.discount.type === 'free-shipping'),
  };
}

const sumOf = (given: ReadonlyMap<number, number>) => [...given.values()].reduce((sum, minor) => sum + minor, 0);

const compareIds = (a: Offer, b: Offer) => (a.campaignId < b.campaignId ? -1 : 1);

const byPriority = (offers: readonly Offer[]) => (a: number, b: number) =>
  offers[b]!.priority - offers[a]!.priority || compareIds(offers[a]!, offers[b]!);

const byOrder = (offers: readonly Offer[]) => (a: number, b: number) =>
  offers[a]!.stackingOrder - offers[b]!.stackingOrder || byPriority(offers)(a, b);

/** Discounts by offer, each on what those before it have left. */
function applyInTurn(
  offers: readonly Offer[],
  order: readonly number[],
  lines: readonly PricedLine[],
  itemsForScope: ItemsForScope,
): Map<number, number> {
  const left = lines.map((line) => ({ ...line }));
  const given = new Map<number, number>();
  for (const index of order) {
    const offer = offers[index]!;
    const scoped = linesInScope(offer, left, itemsForScope);
    const { totalMinor, perLine } = discountLines(offer.discount, scoped);
    takeOff(scoped, perLine);
    given.set(index, totalMinor);
  }
  return given;
}

function takeOff(lines: PricedLine[], perLine: readonly number[]): void {
  lines.forEach((line, place) => {
    line.amountMinor -= perLine[place]!;
  });
}

/** A discount that an order has: `discountMinor` of it was given and not reversed. */
export interface GivenDiscount extends Pick<Offer, 'discount' | 'itemIds' | 'categories'> {
  discountMinor: number;
}

/**
 * What discounts that were given one after the other have left of an order's lines: each is taken off the lines that it is for,
 * as `stack` would. Where these are not the lines it was given on, or part of it was reversed, it is scaled to what was given;
 * what its lines cannot bear is taken off the others.
 */
export function linesAfter(
  given: readonly GivenDiscount[],
  lines: readonly PricedLine[],
  itemsForScope: ItemsForScope,
): PricedLine[] {
  const left = lines.map((line) => ({ ...line }));
  for (const one of given) {
    const scoped = linesInScope(one, left, itemsForScope);
    const { totalMinor, perLine } = discountLines(one.discount, scoped);
    const bearable = Math.min(one.discountMinor, totalOf(scoped));
    const weights = bearable > totalMinor ? scoped : perLine.map((amountMinor) => ({ amountMinor }));
    takeOff(scoped, shareOut(bearable, weights));
    takeOff(left, shareOut(Math.min(one.discountMinor - bearable, totalOf(left)), left));
  }
  return left;
}
