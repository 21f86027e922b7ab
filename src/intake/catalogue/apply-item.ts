import { isSame, kept, keptAttributes, keptPrice, keptTime, newestTime } from '../batch/upsert-rules.ts';
import type { Attributes, ItemElement } from '../request-elements.ts';
import { meansService } from './not-products.ts';

/** An item as stored; times in epoch milliseconds, prices as plain decimal strings. */
export interface StoredItem {
  itemKey: number;
  itemId: string;
  title: string | null;
  category: string | null;
  brand: string | null;
  price: string | null;
  listPrice: string | null;
  cost: string | null;
  stock: number | null;
  hidden: boolean;
  availableFrom: number | null;
  availableUntil: number | null;
  attributes: Attributes;
  /** First seen in an order; the catalogue has not spoken yet. */
  provisional: boolean;
  isProduct: boolean;
  /** Who says so: its code and title, a file's mapping, or the catalogue, whose word stands. */
  isProductBy: 'words' | 'mapping' | 'catalogue' | null;
  updatedAt: number | null;
}

/**
 * What an item becomes by an element of the catalogue: absent fields are kept, null clears.
 * undefined: the element is older than what is stored, or tells nothing new.
 */
export function applyItem(stored: StoredItem, element: ItemElement): StoredItem | undefined {
  // A provisional item's time is that of a sale, which the catalogue's own times do not compete with.
  const updatedAt = newestTime(stored.provisional ? null : stored.updatedAt, element.updated_at);
  if (updatedAt === undefined) return undefined;
  const next: StoredItem = {
    ...stored,
    title: kept(element.title, stored.title),
    category: kept(element.category, stored.category),
    brand: kept(element.brand, stored.brand),
    price: keptPrice(element.price, stored.price),
    listPrice: keptPrice(element.list_price, stored.listPrice),
    cost: keptPrice(element.cost, stored.cost),
    stock: kept(element.stock, stored.stock),
    hidden: kept(element.hidden, stored.hidden),
    availableFrom: keptTime(element.available_from, stored.availableFrom),
    availableUntil: keptTime(element.available_until, stored.availableUntil),
    attributes: keptAttributes(element.attributes, stored.attributes),
    ...productWord(stored, element),
    provisional: false,
    updatedAt,
  };
  return isSame(stored, next) ? undefined : next;
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
