import { createHash } from 'node:crypto';
import type { CampaignTerms } from '../campaigns/campaign-terms.ts';
import { discountLines } from './discount-lines.ts';
import { type ItemsForScope, linesInScope, type PricedLine, totalOf } from './priced-lines.ts';

export type Offer = Pick<
  CampaignTerms,
  | 'campaignId'
  | 'discount'
  | 'itemIds'
  | 'categories'
  | 'bundle'
  | 'minimumSpendMinor'
  | 'stacking'
  | 'stackingOrder'
  | 'priority'
>;

export type StackOutcome =
  | 'applied'
  | 'nothing-in-cart-applies'
  | 'bundle-incomplete'
  | 'below-minimum-spend'
  | 'gives-nothing'
  | 'same-campaign'
  | 'not-combinable';

export interface StackedOffer {
  outcome: StackOutcome;
  discountMinor: number;
  /** of its discount, in the order of the lines */
  perLine: number[];
}

export interface Stacked {
  /** in the order of the offers */
  offers: StackedOffer[];
  totalMinor: number;
  /** of all offers together, in the order of the lines */
  perLine: number[];
  freeShipping: boolean;
}

/**
 * What a set of coupons gives on the lines of a cart or an order. It is the only place where that is found, whether it is asked,
 * decided or redeemed, and it depends neither on the sequence of the offers nor on that of the lines:
 * - each must be good for itself: something in its scope, of a bundle a whole set, and its minimum spend met by the lines as they are;
 * - of one campaign there is one;
 * - an exclusive coupon applies alone; stackable ones apply together, in ascending `stackingOrder` (then higher priority, then
 *   campaign id), each on what those before it have left of the lines;
 * - one that gives nothing does not apply, unless it is for free shipping;
 * - of all that is possible, the largest total is given; when equal, the stackable ones together, then the exclusive one of
 *   the higher priority, then of the lower campaign id.
 */
export function stack(offers: readonly Offer[], lines: readonly PricedLine[], itemsForScope: ItemsForScope): Stacked {
  const places = lines.map((_, place) => place).sort((a, b) => compareLines(lines[a], lines[b]));
  const sorted = places.map((place) => lines[place]);
  const outcomes = offers.map((offer, index): StackOutcome | undefined => {
    if (offers.findIndex(({ campaignId }) => campaignId === offer.campaignId) !== index) return 'same-campaign';
    const scoped = linesInScope(offer, sorted, itemsForScope);
    if (scoped.length === 0) return offer.bundle.length > 0 ? 'bundle-incomplete' : 'nothing-in-cart-applies';
    return totalOf(scoped) < (offer.minimumSpendMinor ?? 0) ? 'below-minimum-spend' : undefined;
  });
  const sound = offers.map((_, index) => index).filter((index) => outcomes[index] === undefined);
  const stackable = sound.filter((index) => offers[index].stacking === 'stackable').sort(byOrder(offers));
  const exclusive = sound.filter((index) => offers[index].stacking === 'exclusive').sort(byPriority(offers));
  let best: Given = new Map();
  for (const turn of [stackable, ...exclusive.map((index) => [index])]) {
    const given = applyInTurn(offers, turn, sorted, itemsForScope);
    for (const index of turn) if (!given.has(index)) outcomes[index] = 'gives-nothing';
    if (best.size === 0 || sumOf(given) > sumOf(best)) best = given;
  }
  const inOrderOfLines = (ofSorted: readonly number[] | undefined) => {
    const perLine = lines.map(() => 0);
    ofSorted?.forEach((minor, index) => {
      perLine[places[index]] = minor;
    });
    return perLine;
  };
  const stacked = offers.map((_, index): StackedOffer => {
    const perLine = inOrderOfLines(best.get(index));
    const outcome = outcomes[index] ?? (best.has(index) ? 'applied' : 'not-combinable');
    return { outcome, discountMinor: sum(perLine), perLine };
  });
  return {
    offers: stacked,
    totalMinor: sumOf(best),
    perLine: lines.map((_, line) => sum(stacked.map(({ perLine }) => perLine[line]))),
    freeShipping: [...best.keys()].some((index) => offers[index].discount.type === 'free-shipping'),
  };
}

/** By offer, what it gives on each line; who gives nothing is not in it. */
type Given = Map<number, number[]>;

const sum = (all: readonly number[]) => all.reduce((total, minor) => total + minor, 0);
const sumOf = (given: Given) => sum([...given.values()].map(sum));

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Lines that are alike in all of this are alike to every discount. */
const compareLines = (a: PricedLine, b: PricedLine) =>
  compareTexts(a.itemId, b.itemId) || a.amountMinor - b.amountMinor || a.quantity - b.quantity;

const byPriority = (offers: readonly Offer[]) => (a: number, b: number) =>
  offers[b].priority - offers[a].priority || compareTexts(offers[a].campaignId, offers[b].campaignId);

const byOrder = (offers: readonly Offer[]) => (a: number, b: number) =>
  offers[a].stackingOrder - offers[b].stackingOrder || byPriority(offers)(a, b);

/** Each on what those before it have left. */
function applyInTurn(
  offers: readonly Offer[],
  order: readonly number[],
  lines: readonly PricedLine[],
  itemsForScope: ItemsForScope,
): Given {
  const left = lines.map((line, place) => ({ ...line, place }));
  const given: Given = new Map();
  for (const index of order) {
    const offer = offers[index];
    const scoped = linesInScope(offer, left, itemsForScope);
    const { totalMinor, perLine } = discountLines(offer.discount, scoped);
    if (totalMinor === 0 && offer.discount.type !== 'free-shipping') continue;
    const ofAll = lines.map(() => 0);
    scoped.forEach(({ place }, at) => {
      left[place].amountMinor -= perLine[at];
      ofAll[place] = perLine[at];
    });
    given.set(index, ofAll);
  }
  return given;
}

/** The same for the same lines, whatever their sequence. */
export function hashLines(lines: readonly PricedLine[]): Buffer {
  const content = lines
    .toSorted(compareLines)
    .map(({ itemId, quantity, amountMinor }) => [itemId, quantity, amountMinor]);
  return createHash('sha256').update(JSON.stringify(content)).digest();
}
