import type { CatalogueItem } from '../../../intake/index.ts';

/** What answers need of an item, ready; made anew when the item changes. */
export interface ItemTexts {
  readonly itemKey: number;
  /** what lists usually say of it: `"item_id":…,"title":…,"category":…,"price":…,"url":…,"image_url":…,"score":` */
  readonly fragment: string;
  /** the item's id as JSON */
  readonly idJson: string;
  /** the title, or the id where there is none, as it stands inside a JSON string */
  readonly name: string;
  /** reasons that name this item, by phrase; kept by `reasons.ts` */
  readonly reasons: (string | undefined)[];
}

export function textsOf({ itemKey, itemId, title, category, price, url, imageUrl }: CatalogueItem): ItemTexts {
  const idJson = JSON.stringify(itemId);
  const fragment = flatText(
    `"item_id":${idJson},"title":${JSON.stringify(title)},`,
    `"category":${JSON.stringify(category)},"price":${JSON.stringify(price)},`,
    `"url":${JSON.stringify(url)},"image_url":${JSON.stringify(imageUrl)},"score":`,
  );
  return { itemKey, fragment, idJson, name: JSON.stringify(title ?? itemId).slice(1, -1), reasons: [] };
}

/** One text in one piece: what is added up stays a tree of pieces, which is slow to copy again and again. */
export function flatText(...parts: string[]): string {
  return parts.join('');
}
