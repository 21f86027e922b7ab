/** What of an item decides whether it may be shown. */
export interface Offer {
  isProduct: boolean;
  hidden: boolean;
  /** null is unknown and counts as sellable */
  stock: number | null;
  availableFrom: Date | null;
  availableUntil: Date | null;
}

export type WhyNotForSale = 'no_product' | 'hidden' | 'sold_out' | 'not_yet_available' | 'no_longer_available';

/** Why an item is not to be shown whatever the hour; undefined: it may be. */
export function whyNotShown({
  isProduct,
  hidden,
  stock,
}: Omit<Offer, 'availableFrom' | 'availableUntil'>): WhyNotForSale | undefined {
  if (!isProduct) return 'no_product';
  if (hidden) return 'hidden';
  return stock !== null && stock <= 0 ? 'sold_out' : undefined;
}

/** Why an item is on no list at a time (epoch milliseconds); undefined: it may be. The same in SQL: `forSale` of search/store.ts. */
export function whyNotForSale(offer: Offer, now: number): WhyNotForSale | undefined {
  const whyNot = whyNotShown(offer);
  if (whyNot) return whyNot;
  const { availableFrom, availableUntil } = offer;
  if (availableFrom && availableFrom.getTime() > now) return 'not_yet_available';
  if (availableUntil && availableUntil.getTime() <= now) return 'no_longer_available';
  return undefined;
}
