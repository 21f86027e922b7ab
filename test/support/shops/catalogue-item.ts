import type { CatalogueItem } from '../../../src/intake/index.ts';

/** An item for sale of which nothing is known but what is given. */
export function catalogueItem(itemKey: number, given: Partial<CatalogueItem> = {}): CatalogueItem {
  return {
    itemKey,
    itemId: `I${itemKey}`,
    title: null,
    url: null,
    imageUrl: null,
    category: null,
    moreCategories: [],
    brand: null,
    gtin: null,
    parentId: null,
    options: {},
    price: null,
    listPrice: null,
    texts: null,
    markets: null,
    stock: null,
    hidden: false,
    availableFrom: null,
    availableUntil: null,
    attributes: {},
    embeddingDigest: null,
    isProduct: true,
    arrivedAt: new Date(0),
    earlierPrice: null,
    ...given,
  };
}
