import { plainDecimal } from '../../shop/money.ts';
import { keptParts } from '../batch/upsert-rules.ts';
import type { Fault } from '../cleaning/rules.ts';
import type { Changes, ItemElement, ItemText, MarketOffer } from '../request-elements.ts';
import type { StoredItem } from './stored-item.ts';

/** How much is kept of one item; what is told at once has bounds of its own in the contract. */
export const most = { attributes: 100, options: 10, languages: 40, markets: 100 } as const;

/**
 * A language tag as it is kept and compared: `DE-at` is de-AT, `ZH-HANT` zh-Hant.
 * @see RFC 5646, section 2.1.1
 */
export function languageTag(text: string): string {
  const [language, ...rest] = text.toLowerCase().split('-');
  const parts = rest.map((part) => {
    if (part.length === 2) return part.toUpperCase();
    return part.length === 4 && /^[a-z]/.test(part) ? part[0].toUpperCase() + part.slice(1) : part;
  });
  return [language, ...parts].join('-');
}

/** All of an item's category paths: the main one first, each once. */
export function categoriesOf({ category, moreCategories }: Pick<StoredItem, 'category' | 'moreCategories'>): string[] {
  return category === null ? moreCategories : [category, ...moreCategories];
}

/**
 * Its categories by an element. `categories` tells all of them, the first being the main one; `category` tells the main one, and
 * the others stay. Where the main one is cleared the next takes its place.
 */
export function keptCategories(
  { category: main, moreCategories }: Pick<StoredItem, 'category' | 'moreCategories'>,
  { category, categories }: Pick<ItemElement, 'category' | 'categories'>,
): Pick<StoredItem, 'category' | 'moreCategories'> {
  if (category === undefined && categories === undefined) return { category: main, moreCategories };
  const others = categories === undefined ? moreCategories : (categories ?? []);
  const paths = new Set(typeof category === 'string' ? [category, ...others] : others);
  const [first = null, ...more] = paths;
  return { category: first, moreCategories: more };
}

/** The texts of each language, told part by part. A language of which nothing is left is gone. */
export function keptTexts(
  told: ItemElement['texts'],
  stored: Readonly<Record<string, ItemText>>,
): Record<string, ItemText> {
  if (told === undefined) return stored;
  return keptParts(mergedInto(stored, told, languageTag), stored);
}

/**
 * What is told of markets, part by part. null: nothing was ever told, so that the item is sold everywhere; a market that is not
 * there is one that it is not sold in.
 */
export function keptMarkets(
  told: ItemElement['markets'],
  stored: StoredItem['markets'],
): Record<string, MarketOffer> | null {
  if (told === undefined) return stored;
  if (told === null) return null;
  const offers = Object.entries(told).map(([market, offer]) => [market, offer && inPlainForm(offer)]);
  return keptParts(
    mergedInto(stored ?? {}, Object.fromEntries(offers), (market) => market, true),
    stored ?? {},
  );
}

function mergedInto<Part extends object>(
  stored: Readonly<Record<string, Part>>,
  told: Changes<Record<string, Changes<Part>>> | null,
  nameOf: (name: string) => string,
  keepsEmpty = false,
): Changes<Record<string, Part>> | null {
  if (told === null) return null;
  const merged = Object.entries(told).map(([name, part]) => {
    const key = nameOf(name);
    const before = Object.hasOwn(stored, key) ? stored[key] : ({} as Part);
    const next = part ? keptParts<Part>(part, before) : null;
    return [key, next && (keepsEmpty || Object.keys(next).length > 0) ? next : null];
  });
  return Object.fromEntries(merged);
}

function inPlainForm(offer: Changes<MarketOffer>): Changes<MarketOffer> {
  const { price, list_price: listPrice } = offer;
  return {
    ...offer,
    ...(price && { price: plainDecimal(price) }),
    ...(listPrice && { list_price: plainDecimal(listPrice) }),
  };
}

/** What is too much of one item. */
export function tooMuchOf({ attributes, options, texts, markets }: StoredItem): Fault[] {
  const counted = { attributes, options, texts, markets: markets ?? {} };
  const limits = { ...most, texts: most.languages };
  return (Object.keys(counted) as (keyof typeof counted)[])
    .filter((field) => Object.keys(counted[field]).length > limits[field])
    .map((field) => ({
      rule: 'impossible_value',
      field: `/${field}`,
      message: `would be more than ${limits[field]} with those that are kept`,
    }));
}
