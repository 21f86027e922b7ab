import { type ItemsForScope, linesInBundle, totalOf } from '../../discounts/priced-lines.ts';
import { stack } from '../../discounts/stacking.ts';
import type { CompiledCampaigns } from './compiled-campaigns.ts';
import { codeOf } from './outcome-codes.ts';
import type { ScopedLine, Situation } from './situation.ts';

const notActive = codeOf['not-active'];
const nothingApplies = codeOf['nothing-in-cart-applies'];
const bundleIncomplete = codeOf['bundle-incomplete'];
const belowMinimum = codeOf['below-minimum-spend'];
const givesNothing = codeOf['gives-nothing'];

/** Writes what stands against each listed campaign once the cart is looked at. */
export function judgeCart(
  campaigns: CompiledCampaigns,
  cart: readonly ScopedLine[],
  listed: Int32Array,
  { closed, upToFifth = false }: Pick<Situation, 'closed' | 'upToFifth'>,
  found: Uint8Array,
): void {
  const { scope, leastMinor, offers, scratch } = campaigns;
  sumByScope(campaigns, cart);
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at];
    const shut = closed[place];
    const of = scope[place];
    if (shut === notActive) found[place] = notActive;
    else if (scratch.lines[of] === 0)
      found[place] = offers[place].bundle.length > 0 ? bundleIncomplete : nothingApplies;
    else if (scratch.totals[of] < leastMinor[place]) found[place] = belowMinimum;
    else if (shut !== 0 || upToFifth || gives(campaigns, place, cart)) found[place] = shut;
    else found[place] = givesNothing;
  }
}

/** Whether the discount of the campaign at a place is more than 0.00 on this cart: mostly what is known of its scope tells. */
function gives({ offers, scope, scratch }: CompiledCampaigns, place: number, cart: readonly ScopedLine[]): boolean {
  const offer = offers[place];
  const { discount } = offer;
  const of = scope[place];
  // From so much on the share of an amount is one minor unit at least.
  const certain = 100 / ('percent' in discount ? discount.percent : 100);
  switch (discount.type) {
    case 'free-shipping':
      return true;
    case 'amount':
      return scratch.totals[of] > 0;
    case 'percent':
      if (scratch.totals[of] >= certain) return true;
      break;
    case 'buy-x-get-y':
      if (scratch.pieces[of] < discount.buy + discount.get) return false;
      if (scratch.cheapest[of] >= certain) return true;
  }
  return stack([offer], cart, itemsWithin(cart)).offers[0].outcome === 'applied';
}

/** Scopes by the categories that the lines are known to lie in. */
function itemsWithin(cart: readonly ScopedLine[]): ItemsForScope {
  return (_, { itemIds, categories }) => {
    const scoped = cart.filter(
      ({ itemId, within }) => itemIds.includes(itemId) || within.some((path) => categories.includes(path)),
    );
    return new Set(scoped.map(({ itemId }) => itemId));
  };
}

const wholeCart = [0];

function sumByScope(campaigns: CompiledCampaigns, cart: readonly ScopedLine[]): void {
  const { lines, totals, pieces, cheapest, lastLine } = campaigns.scratch;
  lines.fill(0);
  totals.fill(0);
  pieces.fill(0);
  cheapest.fill(Number.POSITIVE_INFINITY);
  lastLine.fill(-1);
  for (let index = 0; index < cart.length; index++) {
    const line = cart[index];
    addLine(campaigns, wholeCart, line, index);
    addLine(campaigns, campaigns.scopesByItem.get(line.itemId), line, index);
    for (const path of line.within) addLine(campaigns, campaigns.scopesByCategory.get(path), line, index);
  }
  for (const { scope, itemIds } of campaigns.bundles) {
    const parts = linesInBundle(itemIds, cart);
    lines[scope] = parts.length;
    totals[scope] = totalOf(parts);
    for (const { quantity, amountMinor } of parts) {
      pieces[scope] += quantity;
      cheapest[scope] = Math.min(cheapest[scope], amountMinor / quantity);
    }
  }
}

/** A line counts once in a scope, however often it is in it. */
function addLine(
  campaigns: CompiledCampaigns,
  scopes: readonly number[] | undefined,
  line: ScopedLine,
  index: number,
): void {
  if (!scopes) return;
  const { lines, totals, pieces, cheapest, lastLine } = campaigns.scratch;
  const whole = Math.floor(line.quantity);
  for (const scope of scopes) {
    if (lastLine[scope] === index) continue;
    lastLine[scope] = index;
    lines[scope]++;
    totals[scope] += line.amountMinor;
    pieces[scope] += whole;
    if (whole > 0) cheapest[scope] = Math.min(cheapest[scope], line.amountMinor / line.quantity);
  }
}
