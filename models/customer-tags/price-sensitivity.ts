import { dayMs, type TagFacts } from './facts.ts';
import type { PriceSensitivityRecipe } from './recipe.ts';

export type SensitivityLevel = 'low' | 'middle' | 'high';

/** A share of something and out of how many; null: too few. */
export interface CountedShare {
  share: number;
  of: number;
}

/** How much a customer waits for a lower price, with its evidence; shares from 0 to 1. */
export interface PriceSensitivity {
  level: SensitivityLevel;
  /** mean of the parts that are known: discount, coupon, and how much more is abandoned at full price than on discount */
  score: number;
  /** of lines with a list price, those bought below it */
  discount: CountedShare | null;
  /** of orders since somebody used the shop's first coupon, those with one */
  coupon: CountedShare | null;
  /** of interests in an item at its full price, those that became no purchase in time */
  abandonedAtFullPrice: CountedShare | null;
  /** the same of interests on discount */
  abandonedOnDiscount: CountedShare | null;
}

/** Sales of each item with a known list price, in order of time: what the item cost when; and since when there are coupons. */
export interface PriceHistory {
  /** of item `i` from `offsets[i]` to `offsets[i + 1] - 1` */
  readonly offsets: Uint32Array;
  readonly times: Float64Array;
  /** 1 where it was sold below its list price */
  readonly discounted: Uint8Array;
  /** when somebody bought with a coupon for the first time; Infinity: nobody did */
  readonly couponsSince: number;
}

/**
 * What items cost when, from everybody's sales with a list price.
 *
 * @param facts lines in order of time
 */
export function gatherPrices({ items, lines }: TagFacts): PriceHistory {
  const offsets = new Uint32Array(items.categories.length + 1);
  const isPriced = (line: number) => lines.listPrices[line] > 0;
  for (let line = 0; line < lines.items.length; line++) if (isPriced(line)) offsets[lines.items[line] + 1]++;
  for (let item = 0; item + 1 < offsets.length; item++) offsets[item + 1] += offsets[item];
  const next = offsets.slice();
  const times = new Float64Array(offsets.at(-1)!);
  const discounted = new Uint8Array(times.length);
  for (let line = 0; line < lines.items.length; line++) {
    if (!isPriced(line)) continue;
    const place = next[lines.items[line]]++;
    times[place] = lines.times[line];
    discounted[place] = lines.unitPrices[line] < lines.listPrices[line] ? 1 : 0;
  }
  const firstCoupon = lines.withCoupon.indexOf(1);
  const couponsSince = firstCoupon < 0 ? Number.POSITIVE_INFINITY : lines.times[firstCoupon];
  return { offsets, times, discounted, couponsSince };
}

/** Was the item on discount then? By the nearest sale to anybody, the earlier of two as near. null: none is near enough. */
function wasDiscounted(
  { offsets, times, discounted }: PriceHistory,
  item: number,
  time: number,
  withinMs: number,
): boolean | null {
  const [start, end] = [offsets[item], offsets[item + 1]];
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  const before = low > start ? time - times[low - 1] : Number.POSITIVE_INFINITY;
  const after = low < end ? times[low] - time : Number.POSITIVE_INFINITY;
  if (Math.min(before, after) > withinMs) return null;
  return discounted[before <= after ? low - 1 : low] === 1;
}

/**
 * How much price moves a customer. A purchase on discount, with a coupon, and an interest that becomes no purchase while the
 * item has its full price speak for it; of abandoned interests only what goes beyond those on discount does, because most
 * of what is looked at is not bought at any price. null where no part has its minimum support.
 *
 * An interest is a customer's first behaviour with an item and all others until `purchaseWithinDays` later; one that is not
 * yet so old does not count.
 *
 * @param own places of the customer's lines and events
 */
export function findPriceSensitivity(
  facts: TagFacts,
  own: { lines: Uint32Array; events: Uint32Array },
  prices: PriceHistory,
  recipe: PriceSensitivityRecipe,
): PriceSensitivity | null {
  const discount = shareDiscounted(facts, own.lines, recipe.minimumLines);
  const coupon = shareWithCoupon(facts, own.lines, prices.couponsSince, recipe.minimumOrders);
  const { atFullPrice, onDiscount } = countAbandoned(facts, own, prices, recipe);
  const parts = [
    ...(discount ? [discount.share] : []),
    ...(coupon ? [coupon.share] : []),
    ...(atFullPrice && onDiscount ? [Math.max(0, atFullPrice.share - onDiscount.share)] : []),
  ];
  if (parts.length === 0) return null;
  const score = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return {
    level: score < recipe.low ? 'low' : score >= recipe.high ? 'high' : 'middle',
    score,
    discount,
    coupon,
    abandonedAtFullPrice: atFullPrice,
    abandonedOnDiscount: onDiscount,
  };
}

function shareDiscounted({ lines }: TagFacts, own: Uint32Array, minimum: number): CountedShare | null {
  const priced = own.filter((line) => lines.listPrices[line] > 0);
  const discounted = priced.filter((line) => lines.unitPrices[line] < lines.listPrices[line]);
  return shareOf(discounted.length, priced.length, minimum);
}

function shareWithCoupon({ lines }: TagFacts, own: Uint32Array, since: number, minimum: number): CountedShare | null {
  const { withCoupon, orders } = lines;
  const all = new Set<number>();
  const coupons = new Set<number>();
  for (const line of own) {
    // Before there were coupons nobody could use one.
    if (lines.times[line] < since) continue;
    all.add(orders[line]);
    if (withCoupon[line]) coupons.add(orders[line]);
  }
  return shareOf(coupons.size, all.size, minimum);
}

function countAbandoned(
  { lines, events, asOf }: TagFacts,
  own: { lines: Uint32Array; events: Uint32Array },
  prices: PriceHistory,
  recipe: PriceSensitivityRecipe,
): { atFullPrice: CountedShare | null; onDiscount: CountedShare | null } {
  const window = recipe.purchaseWithinDays * dayMs;
  const bought = new Map<number, number[]>();
  for (const line of own.lines) {
    const item = lines.items[line];
    const times = bought.get(item);
    if (times) times.push(lines.times[line]);
    else bought.set(item, [lines.times[line]]);
  }
  const began = new Map<number, number>();
  const interests = [0, 0];
  const abandoned = [0, 0];
  for (const event of own.events) {
    const [item, time] = [events.items[event], events.times[event]];
    if (time > asOf - window) break;
    if (time < (began.get(item) ?? Number.NEGATIVE_INFINITY) + window) continue;
    began.set(item, time);
    const discounted = wasDiscounted(prices, item, time, recipe.priceKnownDays * dayMs);
    if (discounted === null) continue;
    const side = discounted ? 1 : 0;
    interests[side]++;
    if (!bought.get(item)?.some((at) => at >= time && at <= time + window)) abandoned[side]++;
  }
  const share = (side: 0 | 1) => shareOf(abandoned[side], interests[side], recipe.minimumInterests);
  return { atFullPrice: share(0), onDiscount: share(1) };
}

function shareOf(part: number, whole: number, minimum: number): CountedShare | null {
  return whole > 0 && whole >= minimum ? { share: part / whole, of: whole } : null;
}
