import { fromMinor } from '../../shop/money.ts';
import type { CampaignTerms, TermsVersion } from '../campaigns/campaign-terms.ts';
import {
  type ItemsForScope,
  linesInBundle,
  linesInScope,
  type PricedLine,
  totalOf,
} from '../discounts/priced-lines.ts';
import { type Stacked, type StackedOffer, type StackOutcome, stack } from '../discounts/stacking.ts';
import { notRedeemable, type RefusedCode, RefusedCodes } from './refusals.ts';
import type { OrderUse } from './store.ts';
import type { WantedCode } from './wanted-codes.ts';

/** A code of the request, with what it gives. */
export type NewRedemption = WantedCode & { offer: StackedOffer };

/** What the order had redeemed before, with what it gives beside the new codes. */
export interface EarlierRedemption {
  use: OrderUse;
  /** what the use was taken under */
  terms: TermsVersion;
  offer: StackedOffer;
}

/** What all codes of an order give together. */
export interface CombinedCodes {
  redeemed: NewRedemption[];
  /** of another discount now, or undone */
  changed: EarlierRedemption[];
  /** changed, or its discount is shared out over the lines in another way */
  restated: EarlierRedemption[];
  order: Omit<Stacked, 'offers'>;
}

export interface Pricing {
  itemsForScope: ItemsForScope;
  /** after the point of the currency's minor unit */
  digits: number;
}

/** Others of the order have left it nothing: it is as if it had not been redeemed. */
export const isUndone = ({ offer }: EarlierRedemption) => offer.outcome === 'gives-nothing';

/**
 * Stacks the codes of a request on those that the order has.
 * @throws RefusedCodes naming the codes that give nothing or cannot be beside the earlier ones; PannierError
 *   `coupon_not_redeemable` when the lines are not enough for an earlier one
 */
export function combineCodes(
  wanted: readonly WantedCode[],
  before: readonly Omit<EarlierRedemption, 'offer'>[],
  lines: readonly PricedLine[],
  pricing: Pricing,
): CombinedCodes {
  const all = [...before, ...wanted].map(({ terms }) => terms);
  const { offers, ...order } = stack(all, lines, pricing.itemsForScope);
  const redeemed = wanted.map((one, index) => ({ ...one, offer: offers[before.length + index] }));
  const earlier = before.map((one, index) => ({ ...one, offer: offers[index] }));
  refuseUncombinable(redeemed, earlier);
  refuseUnapplied(redeemed, lines, pricing);
  if (earlier.some(({ offer }) => offer.outcome !== 'applied' && offer.outcome !== 'gives-nothing')) {
    throw notRedeemable('/lines', 'are not enough for a code that the order has');
  }
  const isChanged = (one: EarlierRedemption) => one.offer.discountMinor !== one.use.discountMinor || isUndone(one);
  const { offers: soFar } = stack(all.slice(0, before.length), lines, pricing.itemsForScope);
  const isSharedAnew = ({ offer }: EarlierRedemption, index: number) =>
    offer.perLine.some((minor, line) => minor !== soFar[index].perLine[line]);
  return {
    redeemed,
    changed: earlier.filter(isChanged),
    restated: earlier.filter((one, index) => isChanged(one) || isSharedAnew(one, index)),
    order,
  };
}

/** What an order has stands: a code that cannot be beside it is refused, also where it alone would give more. */
function refuseUncombinable(redeemed: readonly WantedCode[], earlier: readonly EarlierRedemption[]): void {
  if (earlier.length === 0) return;
  const ids = new Set(earlier.map(({ terms }) => terms.campaignId));
  const isTaken = earlier.some(({ terms }) => terms.stacking === 'exclusive');
  const refused = redeemed.flatMap(({ place, terms }): RefusedCode[] => {
    if (ids.has(terms.campaignId)) return [{ place, outcome: 'same-campaign' }];
    return isTaken || terms.stacking === 'exclusive' ? [{ place, outcome: 'not-combinable' }] : [];
  });
  if (refused.length > 0) throw new RefusedCodes(refused);
}

function refuseUnapplied(redeemed: readonly NewRedemption[], lines: readonly PricedLine[], pricing: Pricing): void {
  const refused = redeemed.flatMap(({ place, terms, offer: { outcome } }): RefusedCode[] => {
    if (outcome === 'applied') return [];
    return [{ place, outcome, message: describeRefusal(outcome, terms, lines, pricing) }];
  });
  if (refused.length > 0) throw new RefusedCodes(refused);
}

/** What is wrong with one code of its own; undefined: what is said of all alike. */
function describeRefusal(outcome: StackOutcome, terms: CampaignTerms, lines: readonly PricedLine[], pricing: Pricing) {
  if (outcome === 'below-minimum-spend') return describeSpend(terms, lines, pricing);
  if (outcome !== 'bundle-incomplete') return undefined;
  const missing = terms.bundle.filter((id) => linesInBundle([id], lines).length === 0);
  return `have no ${missing.join(', ')}, which the bundle of the code needs`;
}

function describeSpend(terms: CampaignTerms, lines: readonly PricedLine[], { itemsForScope, digits }: Pricing): string {
  const total = fromMinor(totalOf(linesInScope(terms, lines, itemsForScope)), digits);
  const least = fromMinor(terms.minimumSpendMinor!, digits);
  return `adds up to ${total} where the campaign applies, and ${least} is the least`;
}
