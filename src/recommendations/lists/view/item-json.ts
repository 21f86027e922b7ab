import type { CatalogueItem } from '../../../intake/index.ts';
import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import { offerIn } from '../../memory/catalogue/market-offers.ts';
import { type ListField, type ListView, usualFields } from './list-view.ts';

/** What a list says of an item up to its score, as JSON without braces: `"item_id":…,"title":…,` and so on, ending with a comma. */
export function itemFragment(catalogue: Catalogue, item: number, view: ListView): string {
  const record = catalogue.record(item);
  const texts = catalogue.textsOf(item);
  // Most items are the same in every language and market, and ready.
  const isUsual = !view.fields && (view.market === undefined || record.markets === null);
  if (isUsual && (view.tags.length === 0 || record.texts === null)) return texts.fragment;
  const told = sayOf(record, view);
  const fields = view.fields ?? usualFields;
  let json = `"item_id":${texts.idJson}`;
  for (const field of toldFields) {
    if (fields.has(field)) json += `,"${field}":${JSON.stringify(told[field])}`;
  }
  return fields.has('score') ? `${json},"score":` : json;
}

/** What an item is called to whoever sees the list; its id where nobody said. */
export function nameIn(catalogue: Catalogue, item: number, view: ListView): string {
  const record = catalogue.record(item);
  return textIn(record, view, 'title') ?? record.title ?? record.itemId;
}

type ToldField = Exclude<ListField, 'score' | 'reason'>;

const toldFields: readonly ToldField[] = [
  ...(['title', 'category', 'categories', 'brand', 'price', 'list_price', 'url', 'image_url'] as const),
  ...(['gtin', 'parent_id', 'options', 'attributes'] as const),
];

function sayOf(record: CatalogueItem, view: ListView): Record<ToldField, unknown> {
  const offer = view.market === undefined ? record : (offerIn(record, view.market) ?? record);
  return {
    title: textIn(record, view, 'title') ?? record.title,
    category: record.category,
    categories: record.category === null ? record.moreCategories : [record.category, ...record.moreCategories],
    brand: record.brand,
    price: offer.price,
    list_price: offer.listPrice,
    // Where a market has pages of its own, they are the ones to buy on.
    url: offer.url === record.url ? (textIn(record, view, 'url') ?? record.url) : offer.url,
    image_url: record.imageUrl,
    gtin: record.gtin,
    parent_id: record.parentId,
    options: record.options,
    attributes: record.attributes,
  };
}

function textIn({ texts }: CatalogueItem, { tags }: ListView, field: 'title' | 'url'): string | undefined {
  if (texts === null) return undefined;
  for (const tag of tags) {
    const text = Object.hasOwn(texts, tag) ? texts[tag][field] : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}
