/** What is planted in a shop with `indicators`: a reader of its facts should find these figures again. */
export interface TradeTruth {
  /** chances that an order is of these channels; the rest is of the store, over the counter */
  readonly appShare: number;
  /** of orders of web and app: never paid, and cancelled after two days */
  readonly cancelledShare: number;
  readonly stores: readonly string[];
  /** of visits: reached by a paid campaign, by its name; what a visit of it costs */
  readonly campaigns: readonly PlantedVisits[];
  /** visits of strangers who look at one page and leave, against all others */
  readonly bounces: number;
  /** of visits that put something in the cart and buy nothing: as many begin the checkout */
  readonly abandonedShare: number;
  /** what makes goods sell over the counter: sales are multiplied by `factor` */
  readonly attributeEffects: readonly {
    readonly attribute: string;
    readonly value: string | boolean;
    readonly factor: number;
  }[];
  /** sales over the counter change so with the price against the list price: (price / list price) ^ elasticity */
  readonly priceElasticity: number;
  /** ids of items of which more is sold over the counter in summer: 1 + amplitude × cos(2π (day of the year − peak) / 365.25) */
  readonly seasonalItems: readonly string[];
  readonly seasonalAmplitude: number;
  readonly seasonalPeakDay: number;
  /** days (both count) on which an item was sold out: nothing of it was sold */
  stockOuts(): readonly StockOut[];
  /** the category whose goods are rated badly from a day on, and the mean ratings */
  readonly badGoods: {
    readonly category: string;
    readonly from: string;
    readonly rating: number;
    readonly usualRating: number;
  };
  /** turnover placed of the shop against the market's, in every month and category */
  readonly marketShare: number;
  /** prices of the competitor, where the shop's are 100 */
  readonly competitorPrices: { readonly name: string; readonly priceIndex: number };
}

export interface PlantedVisits {
  readonly name: string;
  readonly source: string;
  readonly medium: string;
  readonly channel: string;
  readonly share: number;
  /** cents */
  readonly costOfVisit: number;
}

export interface StockOut {
  readonly itemId: string;
  readonly from: string;
  readonly to: string;
}

export const planted = {
  appShare: 0.3,
  cancelledShare: 0.02,
  stores: ['S-Mitte', 'S-Hafen'],
  campaigns: [
    { name: 'brand-search', source: 'search', medium: 'cpc', channel: 'search', share: 0.08, costOfVisit: 42 },
    { name: 'new-season', source: 'social', medium: 'cpc', channel: 'social', share: 0.05, costOfVisit: 65 },
    { name: 'newsletter', source: 'newsletter', medium: 'email', channel: 'email', share: 0.06, costOfVisit: 4 },
  ],
  bounces: 0.25,
  abandonedShare: 0.4,
  attributeEffects: [
    { attribute: 'organic', value: true, factor: 1.5 },
    { attribute: 'variant', value: 'blue', factor: 1.3 },
    { attribute: 'variant', value: 'large', factor: 0.7 },
  ],
  priceElasticity: -1.8,
  seasonalAmplitude: 0.8,
  seasonalPeakDay: 196,
  badCategory: 'Care > Skin',
  badRating: 2.2,
  usualRating: 4.2,
  marketShare: 0.05,
  competitorPrices: { name: 'Bazaar', priceIndex: 96 },
} as const;

/** Of ten items that are sold all the year one has a season over the counter. */
export function isSeasonal(item: number): boolean {
  return item % 10 === 3;
}

/**
 * A uniform number in [0, 1) for the n-th thing of a matter, and always the same: whatever is asked of a shop first, nothing else
 * moves with it. By the finaliser of a multiplicative hash (lowbias32).
 */
export function chance(seed: number, matter: number, n: number): number {
  let hash = Math.imul(seed ^ Math.imul(matter + 1, 0x9e3779b1), 0x85ebca6b) + Math.imul(n, 0xc2b2ae35);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}

/** A Poisson number by its own uniform one. */
export function poisson(mean: number, uniform: number): number {
  let [count, probability] = [0, Math.exp(-mean)];
  for (let sum = probability; uniform >= sum && count < 1_000; sum += probability) probability *= mean / ++count;
  return count;
}

/** Matters of `chance`. */
export const matters = {
  device: 1,
  campaign: 2,
  landing: 3,
  ping: 4,
  dwell: 5,
  checkout: 6,
  review: 7,
  rating: 8,
  complaint: 9,
  registered: 10,
  app: 11,
  cancelled: 12,
  shipped: 13,
  counter: 14,
  shuffle: 15,
  basket: 16,
  bounce: 17,
  stock: 18,
  soldOut: 19,
} as const;
