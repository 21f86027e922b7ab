import type { CatalogueItem } from '../../../intake/index.ts';

/** What an item costs in a market, what is there of it and where its page is. */
export interface OfferThere {
  price: string | null;
  listPrice: string | null;
  stock: number | null;
  url: string | null;
}

/** The offer of an item in a market, as of the item where the market says nothing else; undefined: it is not sold there. */
export function offerIn(record: CatalogueItem, market: string): OfferThere | undefined {
  const { markets } = record;
  if (markets === null) return record;
  if (!Object.hasOwn(markets, market)) return undefined;
  const { price, list_price: listPrice, stock, url } = markets[market];
  return {
    price: price ?? record.price,
    // A price of its own is not reduced from one that was told of elsewhere.
    listPrice: listPrice ?? (price === undefined ? record.listPrice : null),
    stock: stock ?? record.stock,
    url: url ?? record.url,
  };
}
