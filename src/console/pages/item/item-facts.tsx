import type { ReactNode } from 'react';
import { nothing, useFormat } from '../../format/index.ts';
import { Facts } from '../../kit/index.ts';
import { SaleBadge } from '../../shared/goods/item-link.tsx';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import type { StoredItem } from './answers.ts';
import { texts } from './texts.ts';

/** What the shop has said of it, and whether lists may show it. */
export function ItemFacts({ item }: { item: StoredItem }) {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  const say = (value: unknown) => {
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  const { price, list_price: before, cost, stock, category, brand, attributes } = item;
  const facts: [string, ReactNode][] = [
    [t.lists, <SaleBadge key="sale" why={whyNotForSale(item)} />],
    [words.price, format.money(price)],
    ...(before !== null && before !== price ? [[t.listPrice, format.money(before)] as [string, ReactNode]] : []),
    ...(cost === null ? [] : [[t.cost, format.money(cost)] as [string, ReactNode]]),
    [words.stock, stock === null ? words.unknown : format.count(stock)],
    [words.category, category ?? nothing],
    [words.brand, brand ?? nothing],
    ...(item.available_from ? [[t.from, format.moment(item.available_from)] as [string, ReactNode]] : []),
    ...(item.available_until ? [[t.until, format.moment(item.available_until)] as [string, ReactNode]] : []),
    ...Object.entries(attributes).map(([name, value]): [string, ReactNode] => [name, say(value)]),
    ...(item.provisional ? [[t.known, t.provisional] as [string, ReactNode]] : []),
  ];
  return <Facts facts={facts} />;
}

/** Why no list shows it now, by the order in which the service looks. */
function whyNotForSale(item: StoredItem): string | null {
  const now = Date.now();
  if (!item.is_product) return 'no_product';
  if (item.hidden) return 'hidden';
  if (item.stock !== null && item.stock <= 0) return 'sold_out';
  if (item.available_from && Date.parse(item.available_from) > now) return 'not_yet_available';
  if (item.available_until && Date.parse(item.available_until) <= now) return 'no_longer_available';
  return null;
}
