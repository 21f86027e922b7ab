import { isOvertaken, isSame, kept, keptParts, keptPrice, keptTime, newestTime } from '../batch/upsert-rules.ts';
import type { ItemElement } from '../request-elements.ts';
import { markOf } from './embedding.ts';
import { keptCategories, keptMarkets, keptTexts } from './item-parts.ts';
import { meansService } from './not-products.ts';
import type { StoredItem } from './stored-item.ts';

/**
 * What an item becomes by an element of the catalogue: absent fields are kept, null clears.
 * @param receivedAt epoch milliseconds; undefined: now
 * @returns undefined: the element is older than what is stored, or tells nothing new.
 */
export function applyItem(stored: StoredItem, element: ItemElement, receivedAt?: number): StoredItem | undefined {
  if (isOvertaken(stored, element, receivedAt)) return undefined;
  // A provisional item's time is that of a sale, which the catalogue's own times do not compete with.
  const updatedAt = newestTime(stored.provisional ? null : stored.updatedAt, element.updated_at);
  if (updatedAt === undefined) return undefined;
  const next: StoredItem = {
    ...stored,
    title: kept(element.title, stored.title),
    url: kept(element.url, stored.url),
    imageUrl: kept(element.image_url, stored.imageUrl),
    description: kept(element.description, stored.description),
    ...keptCategories(stored, element),
    gtin: kept(element.gtin, stored.gtin),
    parentId: kept(element.parent_id, stored.parentId),
    options: keptParts(element.options, stored.options),
    texts: keptTexts(element.texts, stored.texts),
    markets: keptMarkets(element.markets, stored.markets),
    brand: kept(element.brand, stored.brand),
    price: keptPrice(element.price, stored.price),
    listPrice: keptPrice(element.list_price, stored.listPrice),
    cost: keptPrice(element.cost, stored.cost),
    stock: keptStock(element, stored.stock),
    hidden: kept(element.hidden, stored.hidden),
    availableFrom: keptTime(element.available_from, stored.availableFrom),
    availableUntil: keptTime(element.available_until, stored.availableUntil),
    attributes: keptParts(element.attributes, stored.attributes),
    embedding: kept(element.embedding && markOf(element.embedding), stored.embedding),
    ...productWord(stored, element),
    provisional: false,
    updatedAt,
  };
  return isSame(stored, next) ? undefined : { ...next, toldAt: receivedAt ?? null };
}

/** Who says only that there is some knows no better than a count, but of one that says there is none. */
function keptStock({ stock, in_stock: isInStock }: ItemElement, stored: number | null): number | null {
  if (stock !== undefined || isInStock === undefined) return kept(stock, stored);
  if (!isInStock) return 0;
  return stored === 0 ? null : stored;
}

function productWord(
  { itemId, isProduct, isProductBy, title: storedTitle }: StoredItem,
  element: ItemElement,
): Pick<StoredItem, 'isProduct' | 'isProductBy'> {
  const told = element.is_product;
  if (typeof told === 'boolean') return { isProduct: told, isProductBy: 'catalogue' };
  const isKept = told === undefined && (isProductBy === 'catalogue' || isProductBy === 'mapping');
  if (isKept) return { isProduct, isProductBy };
  const isService = meansService(itemId, kept(element.title, storedTitle));
  return { isProduct: !isService, isProductBy: isService ? 'words' : null };
}
