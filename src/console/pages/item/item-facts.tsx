import { type ReactNode, useState } from 'react';
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
  const { price, list_price: before, cost, stock, categories, brand, attributes, options, parent_id: parent } = item;
  const facts: [string, ReactNode][] = [
    [t.lists, <SaleBadge key="sale" why={whyNotForSale(item)} />],
    [words.price, format.money(price)],
    ...(before !== null && before !== price ? [[t.listPrice, format.money(before)] as [string, ReactNode]] : []),
    ...(cost === null ? [] : [[t.cost, format.money(cost)] as [string, ReactNode]]),
    [words.stock, stock === null ? words.unknown : format.count(stock)],
    [words.category, categories.length === 0 ? nothing : categories.join('\n')],
    [words.brand, brand ?? nothing],
    ...(item.gtin ? [['GTIN', item.gtin] as [string, ReactNode]] : []),
    ...(parent
      ? [
          [
            t.parent,
            <span key="parent" className="mono">
              {parent}
            </span>,
          ] as [string, ReactNode],
        ]
      : []),
    ...Object.entries(options),
    ...(item.available_from ? [[t.from, format.moment(item.available_from)] as [string, ReactNode]] : []),
    ...(item.available_until ? [[t.until, format.moment(item.available_until)] as [string, ReactNode]] : []),
    ...Object.entries(attributes).map(([name, value]): [string, ReactNode] => [name, say(value)]),
    ...(item.embedding_length === null
      ? []
      : [[t.embedding, t.embeddingOf(format.count(item.embedding_length))] as [string, ReactNode]]),
    ...(item.provisional ? [[t.known, t.provisional] as [string, ReactNode]] : []),
  ];
  return (
    <>
      <Look item={item} />
      <Facts facts={facts} />
    </>
  );
}

/** How it looks in the shop, and where it is there. */
function Look({ item: { title, item_id: id, image_url: picture, url } }: { item: StoredItem }) {
  const t = useTexts(texts);
  // A picture that is not there any more leaves nothing behind.
  const [failed, setFailed] = useState<string>();
  const isShown = picture !== null && picture !== failed && /^https:/i.test(picture);
  if (!isShown && url === null) return null;
  return (
    <div className="item-look">
      {isShown && (
        <img
          src={picture}
          alt={t.picture(title ?? id)}
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setFailed(picture)}
        />
      )}
      {url !== null && (
        <a href={url} target="_blank" rel="noopener noreferrer">
          {t.inShop}
        </a>
      )}
    </div>
  );
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
