import { deleteInPortions, type Queryable } from '../../db/index.ts';
import { plainDecimal, trimPrice } from '../../shop/money.ts';
import { isoTime } from '../batch/upsert-rules.ts';
import type { Attributes, ItemText, MarketOffer } from '../request-elements.ts';
import { type EmbeddingMark, packEmbedding, unpackEmbedding } from './embedding.ts';
import { meansService } from './not-products.ts';
import type { StoredItem } from './stored-item.ts';

interface ItemRow {
  item_key: number;
  item_id: string;
  title: string | null;
  url: string | null;
  image_url: string | null;
  description: string | null;
  category: string | null;
  more_categories: string[];
  gtin: string | null;
  parent_id: string | null;
  options: Record<string, string>;
  texts: Record<string, Omit<ItemText, 'description'>>;
  descriptions: Record<string, string>;
  markets: Record<string, MarketOffer> | null;
  brand: string | null;
  price: string | null;
  list_price: string | null;
  cost: string | null;
  stock: number | null;
  hidden: boolean;
  available_from: Date | null;
  available_until: Date | null;
  attributes: Attributes;
  /** where it was looked for; null: it has none */
  embedding_length?: number | null;
  embedding_digest?: string | null;
  provisional: boolean;
  is_product: boolean;
  is_product_by: StoredItem['isProductBy'];
  updated_at: Date | null;
  told_at: Date | null;
}

/** An item as the other stations see it. */
export interface CatalogueItem {
  itemKey: number;
  itemId: string;
  title: string | null;
  url: string | null;
  imageUrl: string | null;
  /** The main path from the root: `Food > Coffee` */
  category: string | null;
  moreCategories: readonly string[];
  brand: string | null;
  gtin: string | null;
  /** The id of what it is a variant of, be that an item or not. */
  parentId: string | null;
  options: Readonly<Record<string, string>>;
  /** Decimal string without trailing zeros beyond the currency's digits: "7.49". */
  price: string | null;
  listPrice: string | null;
  /** By language tag; null: nothing is told. */
  texts: Readonly<Record<string, Omit<ItemText, 'description'>>> | null;
  /** By market; null: it is sold in all of them. Prices as of the item. */
  markets: Readonly<Record<string, MarketOffer>> | null;
  /** null is unknown and counts as sellable. */
  stock: number | null;
  hidden: boolean;
  availableFrom: Date | null;
  availableUntil: Date | null;
  attributes: Record<string, unknown>;
  /** Tells its embedding from others; null: it has none. */
  embeddingDigest: string | null;
  /** False for services, postage and adjustments, which are never recommended. */
  isProduct: boolean;
  /** When it came into the shop: since when it may be shown, or else is known. */
  arrivedAt: Date;
  /** What it cost before its price last changed, and when that was; null: it never has. */
  earlierPrice: { price: string; until: Date } | null;
}

/** The ids of items. */
export async function itemIdsOf(db: Queryable, itemKeys: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.query<Pick<ItemRow, 'item_key' | 'item_id'>>(
    'select item_key, item_id from items where item_key = any($1::int[])',
    [itemKeys],
    'intake-item-ids',
  );
  return new Map(rows.map((row) => [row.item_key, row.item_id]));
}

/** What an item is called. */
export interface ItemName {
  itemId: string;
  title: string | null;
}

/** The names of items, by their keys. */
export async function itemNamesOf(db: Queryable, itemKeys: readonly number[]): Promise<Map<number, ItemName>> {
  if (itemKeys.length === 0) return new Map();
  const rows = await db.query<Pick<ItemRow, 'item_key' | 'item_id' | 'title'>>(
    'select item_key, item_id, title from items where item_key = any($1::int[])',
    [itemKeys],
  );
  return new Map(rows.map((row) => [row.item_key, { itemId: row.item_id, title: row.title }]));
}

/** The names of items, by their ids, in that order; of those that there are. */
export async function itemsNamed(
  db: Queryable,
  itemIds: readonly string[],
): Promise<(ItemName & Pick<ItemRow, 'category'>)[]> {
  if (itemIds.length === 0) return [];
  return db.query(
    `select item_id as "itemId", title, category from items where item_id = any($1::text[]) order by item_id`,
    [itemIds],
  );
}

/** SQL of the digest of a row `embedding`. */
const embeddingDigest = `encode(embedding.digest, 'hex')`;

/**
 * Items by key, or all of them, in ascending order of their keys.
 * @param minorDigits of the currency, for the form of prices
 */
export async function loadItems(db: Queryable, keys?: readonly number[], minorDigits = 2): Promise<CatalogueItem[]> {
  const rows = await db.query<ItemRow & { created_at: Date; earlier_price: string | null; price_since: Date | null }>(
    `select items.item_key, item_id, title, url, image_url, category, more_categories, brand, gtin, parent_id, options, items.price, list_price,
            texts, markets, stock, hidden, available_from, available_until, attributes, is_product, created_at,
            ${embeddingDigest} as embedding_digest, told.prices[2] as earlier_price, told.since as price_since
     from items left join item_embeddings as embedding on embedding.item_key = items.item_key
     left join lateral (
       select array_agg(latest.price order by latest.since desc) as prices, max(latest.since) as since
       from (select change.price, change.since from item_prices as change where change.item_key = items.item_key
             order by change.since desc limit 2) as latest) as told on true
     ${keys ? 'where items.item_key = any($1::int[])' : ''} order by items.item_key`,
    keys && [keys],
  );
  return rows.map((row) => ({
    itemKey: row.item_key,
    itemId: row.item_id,
    title: row.title,
    url: row.url,
    imageUrl: row.image_url,
    category: row.category,
    moreCategories: row.more_categories.length === 0 ? none : row.more_categories,
    brand: row.brand,
    gtin: row.gtin,
    parentId: row.parent_id,
    options: isEmpty(row.options) ? noOptions : row.options,
    price: row.price && trimPrice(row.price, minorDigits),
    listPrice: row.list_price && trimPrice(row.list_price, minorDigits),
    texts: isEmpty(row.texts) ? null : row.texts,
    markets: row.markets && trimOffers(row.markets, minorDigits),
    stock: row.stock,
    hidden: row.hidden,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
    attributes: row.attributes,
    embeddingDigest: row.embedding_digest ?? null,
    isProduct: row.is_product,
    arrivedAt: row.available_from ?? row.created_at,
    earlierPrice:
      row.earlier_price && row.price_since
        ? { price: trimPrice(row.earlier_price, minorDigits), until: row.price_since }
        : null,
  }));
}

/** An embedding of an item. */
export interface ItemEmbedding {
  itemKey: number;
  digest: string;
  numbers: Float32Array;
}

/** The embeddings of those of the items that have one. */
export async function loadEmbeddings(db: Queryable, itemKeys: readonly number[]): Promise<ItemEmbedding[]> {
  const rows = await db.query<{ item_key: number; digest: string; numbers: Buffer }>(
    `select item_key, ${embeddingDigest} as digest, numbers from item_embeddings as embedding where item_key = any($1::int[])`,
    [itemKeys],
  );
  return rows.map((row) => ({ itemKey: row.item_key, digest: row.digest, numbers: unpackEmbedding(row.numbers) }));
}

/** What a piece costs the shop now, by item; of others it is not known. */
export async function loadItemCosts(db: Queryable): Promise<Map<number, number>> {
  const rows = await db.query<{ item_key: number; cost: number }>(
    'select item_key, cost::float8 as cost from items where cost is not null',
  );
  return new Map(rows.map((row) => [row.item_key, row.cost]));
}

// Most items have none of these: they share one that is empty.
const none: readonly string[] = [];
const noOptions: Readonly<Record<string, string>> = {};

function isEmpty(parts: object): boolean {
  for (const _ in parts) return false;
  return true;
}

function trimOffers(markets: Record<string, MarketOffer>, minorDigits: number): Record<string, MarketOffer> {
  for (const offer of Object.values(markets)) {
    if (offer.price !== undefined) offer.price = trimPrice(offer.price, minorDigits);
    if (offer.list_price !== undefined) offer.list_price = trimPrice(offer.list_price, minorDigits);
  }
  return markets;
}

/** The texts of each language with its description, which lies apart from what lists need. */
function withDescriptions({ texts, descriptions }: Pick<ItemRow, 'texts' | 'descriptions'>): Record<string, ItemText> {
  if (isEmpty(descriptions)) return texts;
  const whole: Record<string, ItemText> = { ...texts };
  for (const [language, description] of Object.entries(descriptions))
    whole[language] = { ...whole[language], description };
  return whole;
}

function toStoredItem(row: ItemRow): StoredItem {
  return {
    itemKey: row.item_key,
    itemId: row.item_id,
    title: row.title,
    url: row.url,
    imageUrl: row.image_url,
    description: row.description,
    category: row.category,
    moreCategories: row.more_categories,
    gtin: row.gtin,
    parentId: row.parent_id,
    options: row.options,
    texts: withDescriptions(row),
    markets: row.markets,
    brand: row.brand,
    price: row.price && plainDecimal(row.price),
    listPrice: row.list_price && plainDecimal(row.list_price),
    cost: row.cost && plainDecimal(row.cost),
    stock: row.stock,
    hidden: row.hidden,
    availableFrom: row.available_from?.getTime() ?? null,
    availableUntil: row.available_until?.getTime() ?? null,
    attributes: row.attributes,
    embedding: markOfRow(row),
    provisional: row.provisional,
    isProduct: row.is_product,
    isProductBy: row.is_product_by,
    updatedAt: row.updated_at?.getTime() ?? null,
    toldAt: row.told_at?.getTime() ?? null,
  };
}

function markOfRow({ embedding_length: length, embedding_digest: digest }: Partial<ItemRow>): EmbeddingMark | null {
  return length && digest ? { length, digest } : null;
}

export async function selectItem(db: Queryable, itemId: string): Promise<StoredItem | undefined> {
  const [row] = await db.query<ItemRow>(
    `select items.*, embedding.length as embedding_length, ${embeddingDigest} as embedding_digest
     from items left join item_embeddings as embedding using (item_key) where item_id = $1`,
    [itemId],
  );
  return row && toStoredItem(row);
}

/**
 * Makes the items that are not there yet, and gives their ids.
 * Only missing ones are tried: each try takes a number from the sequence of int4 keys.
 */
export async function insertMissingItems(tx: Queryable, itemIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ item_id: string }>(
    `insert into items (item_id)
     select asked.id from unnest($1::text[]) as asked (id)
     where not exists (select from items where items.item_id = asked.id)
     order by asked.id collate "C" on conflict (item_id) do nothing returning item_id`,
    [itemIds],
  );
  return new Set(rows.map((row) => row.item_id));
}

/** Items for a change, in one order for all, so that two writers do not wait for each other. */
export async function lockItems(tx: Queryable, itemIds: readonly string[]): Promise<Map<string, StoredItem>> {
  const rows = await tx.query<ItemRow>(
    'select * from items where item_id = any($1::text[]) order by item_id for no key update',
    [itemIds],
  );
  return new Map(rows.map((row) => [row.item_id, toStoredItem(row)]));
}

export async function updateItems(tx: Queryable, states: readonly StoredItem[]): Promise<void> {
  const rows = states.map((state) => ({
    item_key: state.itemKey,
    title: state.title,
    url: state.url,
    image_url: state.imageUrl,
    category: state.category,
    more_categories: state.moreCategories,
    gtin: state.gtin,
    parent_id: state.parentId,
    options: state.options,
    texts: withoutDescriptions(state.texts),
    markets: state.markets,
    brand: state.brand,
    price: state.price,
    list_price: state.listPrice,
    cost: state.cost,
    stock: state.stock,
    hidden: state.hidden,
    available_from: isoTime(state.availableFrom),
    available_until: isoTime(state.availableUntil),
    attributes: state.attributes,
    provisional: state.provisional,
    is_product: state.isProduct,
    is_product_by: state.isProductBy,
    updated_at: isoTime(state.updatedAt),
    told_at: isoTime(state.toldAt),
  }));
  await tx.query(
    `update items set title = new.title, url = new.url, image_url = new.image_url, category = new.category,
       more_categories = new.more_categories, gtin = new.gtin, parent_id = new.parent_id, options = new.options,
       texts = new.texts, markets = new.markets, brand = new.brand, price = new.price, list_price = new.list_price, cost = new.cost, stock = new.stock, hidden = new.hidden,
       available_from = new.available_from, available_until = new.available_until, attributes = new.attributes,
       provisional = new.provisional, is_product = new.is_product, is_product_by = new.is_product_by, updated_at = new.updated_at,
       told_at = coalesce(new.told_at, clock_timestamp())
     from jsonb_to_recordset($1::jsonb) as new(item_key int, title text, url text, image_url text, category text,
       more_categories text[], gtin text, parent_id text, options jsonb, texts jsonb, markets jsonb, brand text, price numeric,
       list_price numeric, cost numeric, stock int, hidden boolean, available_from timestamptz, available_until timestamptz,
       attributes jsonb, provisional boolean, is_product boolean, is_product_by text, updated_at timestamptz,
       told_at timestamptz)
     where items.item_key = new.item_key`,
    [JSON.stringify(rows)],
  );
}

function withoutDescriptions(texts: StoredItem['texts']): Record<string, Omit<ItemText, 'description'>> {
  const short: Record<string, Omit<ItemText, 'description'>> = {};
  for (const [language, { description: _, ...text }] of Object.entries(texts))
    if (!isEmpty(text)) short[language] = text;
  return short;
}

/** The marks of the embeddings of those of the items that have one; of items that are locked. */
export async function embeddingMarks(tx: Queryable, itemKeys: readonly number[]): Promise<Map<number, EmbeddingMark>> {
  const rows = await tx.query<{ item_key: number; embedding_length: number; embedding_digest: string }>(
    `select item_key, length as embedding_length, ${embeddingDigest} as embedding_digest
     from item_embeddings as embedding where item_key = any($1::int[])`,
    [itemKeys],
  );
  return new Map(rows.map((row) => [row.item_key, markOfRow(row)!]));
}

/**
 * How many numbers every embedding has: as many as the first that came, and where there is none any more, as many as are told now.
 * It stays so until the transaction ends, once an embedding is stored in it.
 */
export async function settleEmbeddingLength(tx: Queryable, told: number): Promise<number> {
  await tx.query('insert into embedding_length (length) values ($1) on conflict do nothing', [told]);
  const read = async (lock: '' | 'for update') => {
    const [row] = await tx.query<{ length: number }>(`select length from embedding_length ${lock}`);
    return row.length;
  };
  const isAny = async () => (await tx.query('select from item_embeddings limit 1')).length > 0;
  const length = await read('');
  if (length === told || (await isAny())) return length;
  // Nobody can store one of the length that is read here before this transaction ends.
  const settled = await read('for update');
  if (settled === told || (await isAny())) return settled;
  await tx.query('update embedding_length set length = $1', [told]);
  return told;
}

/** Stores embeddings; null: there is none. */
export async function updateEmbeddings(
  tx: Queryable,
  told: ReadonlyMap<number, readonly number[] | null>,
): Promise<void> {
  if (told.size === 0) return;
  const stored = Array.from(told).flatMap(([itemKey, numbers]) => (numbers ? [{ itemKey, numbers }] : []));
  await tx.query('delete from item_embeddings where item_key = any($1::int[])', [
    Array.from(told.keys()).filter((itemKey) => told.get(itemKey) === null),
  ]);
  await tx.query(
    `insert into item_embeddings (item_key, length, numbers)
     select item_key, length, numbers from unnest($1::int[], $2::int2[], $3::bytea[]) as told (item_key, length, numbers)
     on conflict (item_key) do update set length = excluded.length, numbers = excluded.numbers`,
    [
      stored.map(({ itemKey }) => itemKey),
      stored.map(({ numbers }) => numbers.length),
      stored.map(({ numbers }) => packEmbedding(numbers)),
    ],
  );
}

/** Descriptions are long, so that they are written only where they are told. */
export async function updateDescriptions(tx: Queryable, states: readonly StoredItem[]): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ itemKey, description, texts }) => ({
    item_key: itemKey,
    description,
    descriptions: Object.fromEntries(
      Object.entries(texts).flatMap(([language, text]) =>
        text.description === undefined ? [] : [[language, text.description]],
      ),
    ),
  }));
  await tx.query(
    `update items set description = new.description, descriptions = new.descriptions
     from jsonb_to_recordset($1::jsonb) as new(item_key int, description text, descriptions jsonb)
     where items.item_key = new.item_key`,
    [JSON.stringify(rows)],
  );
}

/** A price that the catalogue tells: a decimal string, null where it is not known any more; from when on, epoch milliseconds. */
export interface PriceTold {
  itemKey: number;
  at: number;
  price: string | null;
}

export async function insertPrices(tx: Queryable, prices: readonly PriceTold[]): Promise<void> {
  if (prices.length === 0) return;
  // Of two at the same moment the last one told stands.
  const last = new Map(prices.map((told) => [`${told.itemKey} ${told.at}`, told]));
  const rows = Array.from(last.values(), ({ itemKey, at, price }) => ({
    item_key: itemKey,
    since: isoTime(at),
    price,
  }));
  await tx.query(
    `insert into item_prices (item_key, since, price)
     select item_key, since, price from jsonb_to_recordset($1::jsonb) as told (item_key int, since timestamptz, price numeric)
     on conflict (item_key, since) do update set price = excluded.price`,
    [JSON.stringify(rows)],
  );
}

/** Deletes prices that others took the place of before a time: what was asked then and since stays. @returns how many */
export function expirePrices(db: Queryable, before: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (
       select old.item_key, old.since from item_prices as old
       where old.since < $1 and exists (
         select from item_prices as later where later.item_key = old.item_key and later.since > old.since and later.since <= $1)
       order by old.since limit $2),
     gone as (delete from item_prices where (item_key, since) in (select due.item_key, due.since from due) returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}

/** What orders tell of an item that the catalogue may not know: a title or price, and when the order was. */
export interface Sighting {
  itemId: string;
  title?: string | undefined;
  titledAt?: Date | undefined;
  /** Decimal string above zero: what a piece given away cost is no price. */
  price?: string | undefined;
  pricedAt?: Date | undefined;
}

/** Of two told at the same time the greater one is the latest, so that the sequence of arrival does not matter. */
const titledLater = `seen.title is not null and (items.titled_at is null
  or (items.titled_at, items.title collate "C") < (seen.titled_at, seen.title collate "C"))`;
const pricedLater = `seen.price is not null and (items.priced_at is null
  or (items.priced_at, items.price) < (seen.priced_at, seen.price))`;

/**
 * Items first seen in an order are made, provisional ones get the title and the price of the latest order that tells them.
 * @param sightings one an item
 * @param findServices do codes and titles say what is no product? Not where a person has told the services.
 * @returns the keys of all of them, which are new or changed, and which of the known ones became products or ceased to be
 */
export async function sightItems(
  tx: Queryable,
  sightings: readonly Sighting[],
  findServices = true,
): Promise<{ keys: Map<string, number>; changed: number[]; regrouped: number[] }> {
  const columns = [
    sightings.map(({ itemId }) => itemId),
    sightings.map(({ title }) => title ?? null),
    sightings.map(({ titledAt }) => titledAt?.toISOString() ?? null),
    sightings.map(({ price }) => price ?? null),
    sightings.map(({ pricedAt }) => pricedAt?.toISOString() ?? null),
    sightings.map(({ itemId, title }) => (findServices ? meansService(itemId, title) : null)),
  ];
  const seen = `unnest($1::text[], $2::text[], $3::timestamptz[], $4::numeric[], $5::timestamptz[], $6::boolean[])
    as seen (item_id, title, titled_at, price, priced_at, is_service)`;
  const isJudged = `(items.is_product_by is null or items.is_product_by = 'words')
    and seen.is_service is not null and (${titledLater})`;
  const known = () =>
    tx.query<{ item_id: string; item_key: number; stale: boolean }>(
      `select items.item_id, items.item_key, items.provisional and (${titledLater} or ${pricedLater}) as stale
       from ${seen} join items on items.item_id = seen.item_id`,
      columns,
      'intake-sighted-items',
    );
  let rows = await known();
  const changed: number[] = [];
  const regrouped: number[] = [];
  if (rows.length < sightings.length) {
    const made = await tx.query<{ item_key: number }>(
      `insert into items (item_id, title, titled_at, price, priced_at, provisional, is_product, is_product_by, updated_at)
       select item_id, title, titled_at, price, priced_at, true, is_service is not true, case when is_service then 'words' end,
              greatest(titled_at, priced_at)
       from ${seen}
       where not exists (select from items where items.item_id = seen.item_id)
       order by item_id collate "C" on conflict (item_id) do nothing returning item_key`,
      columns,
    );
    changed.push(...made.map((row) => row.item_key));
    rows = await known();
  }
  if (rows.some(({ stale }) => stale)) {
    await tx.query(
      'select from items where item_id = any($1::text[]) and provisional order by item_id for no key update',
      [columns[0]],
    );
    const updated = await tx.query<{ item_key: number; differs: boolean; regrouped: boolean }>(
      `update items set
         title = case when ${titledLater} then seen.title else items.title end,
         titled_at = case when ${titledLater} then seen.titled_at else items.titled_at end,
         price = case when ${pricedLater} then seen.price else items.price end,
         priced_at = case when ${pricedLater} then seen.priced_at else items.priced_at end,
         is_product = case when ${isJudged} then not seen.is_service else items.is_product end,
         is_product_by = case when ${isJudged} then case when seen.is_service then 'words' end else items.is_product_by end,
         updated_at = greatest(items.updated_at, seen.titled_at, seen.priced_at)
       from ${seen} join items as before using (item_id)
       where items.item_key = before.item_key and items.provisional and (${titledLater} or ${pricedLater})
       returning items.item_key,
         (before.title, before.price, before.is_product) is distinct from (items.title, items.price, items.is_product) as differs,
         before.is_product <> items.is_product as regrouped`,
      columns,
    );
    changed.push(...updated.filter(({ differs }) => differs).map((row) => row.item_key));
    regrouped.push(...updated.filter((row) => row.regrouped).map((row) => row.item_key));
  }
  return { keys: new Map(rows.map((row) => [row.item_id, row.item_key])), changed, regrouped };
}

/** Keys of the items that are known. */
export async function findItems(tx: Queryable, itemIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ item_id: string; item_key: number }>(
    'select item_id, item_key from items where item_id = any($1::text[])',
    [itemIds],
    'intake-find-items',
  );
  return new Map(rows.map((row) => [row.item_id, row.item_key]));
}

/** Of these items those that are not hidden. */
export async function visibleItems(db: Queryable, itemIds: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ item_id: string }>(
    'select item_id from items where item_id = any($1::text[]) and not hidden order by item_id',
    [itemIds],
  );
  return rows.map(({ item_id: itemId }) => itemId);
}
