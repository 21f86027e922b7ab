import type { Attributes, ItemText, MarketOffer } from '../request-elements.ts';
import type { EmbeddingMark } from './embedding.ts';

/** An item as stored; times in epoch milliseconds, prices as plain decimal strings. */
export interface StoredItem {
  itemKey: number;
  itemId: string;
  title: string | null;
  url: string | null;
  imageUrl: string | null;
  description: string | null;
  /** the main path */
  category: string | null;
  /** its other paths */
  moreCategories: string[];
  gtin: string | null;
  /** the id of what it is a variant of, be that an item or not */
  parentId: string | null;
  options: Record<string, string>;
  /** by language tag */
  texts: Record<string, ItemText>;
  /** by market; null: nothing was told, so that it is sold in all of them */
  markets: Record<string, MarketOffer> | null;
  brand: string | null;
  price: string | null;
  listPrice: string | null;
  cost: string | null;
  stock: number | null;
  hidden: boolean;
  availableFrom: number | null;
  availableUntil: number | null;
  attributes: Attributes;
  /** null: it has none, or nothing is told of it and it was not looked for */
  embedding: EmbeddingMark | null;
  /** First seen in an order; the catalogue has not spoken yet. */
  provisional: boolean;
  isProduct: boolean;
  /** Who says so: its code and title, a file's mapping, or the catalogue, whose word stands. */
  isProductBy: 'words' | 'mapping' | 'catalogue' | null;
  updatedAt: number | null;
  /** when the catalogue's last word came in, by the database's clock; null: unknown, or now */
  toldAt: number | null;
}
