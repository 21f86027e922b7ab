import type { Queryable } from '../../db/index.ts';
import type { ItemPlace, ItemSelection, ItemSort } from './item-search.ts';
import { endOfPrefix } from './words.ts';

/** An item as lists of the catalogue show it. */
export interface ListedItem {
  itemId: string;
  title: string | null;
  category: string | null;
  brand: string | null;
  /** decimal strings */
  price: string | null;
  listPrice: string | null;
  stock: number | null;
  hidden: boolean;
  availableFrom: Date | null;
  availableUntil: Date | null;
  provisional: boolean;
  isProduct: boolean;
  sortedBy: ItemPlace['value'];
}

/** Long titles that begin alike are told apart by their ids. */
const titleLetters = 64;

/** Puts a value among those of a query. @returns what stands for it in the SQL */
export type Bind = (value: unknown) => string;

/** SQL: what is sorted by. */
function sortedBy({ sort, whole }: ItemSelection, bind: Bind): string {
  switch (sort) {
    case 'best': {
      const begins = `like any(${bind(whole?.begins)}::text[])`;
      return `case when item_id = ${bind(whole?.id)} then 0 when lower(item_id) ${begins} then 1
        when lower(title collate "C") ${begins} then 2 else 3 end`;
    }
    case 'item_id':
      return 'null::text';
    case 'title':
      return `left(lower(title collate "C"), ${titleLetters})`;
    case 'price':
    case '-price':
      return 'price';
    case 'stock':
    case '-stock':
      return 'stock';
  }
}

/** SQL: may an item be shown at `now`? As `whyNotForSale` says. */
const forSale = (now: string) => `(is_product and not hidden and coalesce(stock, 1) > 0
  and coalesce(available_from, '-infinity') <= ${now} and coalesce(available_until, 'infinity') > ${now})`;

/** A page of items and one more. Items without what is sorted by come last. */
export function searchItems(db: Queryable, selection: ItemSelection, now: Date): Promise<ListedItem[]> {
  const { words, category, brand, sort, after, limit } = selection;
  const values: unknown[] = [limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const conditions = ['true'];
  for (const forms of words) conditions.push(`search_text like any(${bind(forms)}::text[])`);
  if (category !== undefined) {
    const path = bind(category);
    conditions.push(`exists (select from unnest(array_prepend(items.category, items.more_categories)) as path
      where path.path = ${path} or starts_with(path.path, ${path} || ' > '))`);
  }
  if (brand !== undefined) conditions.push(`brand = ${bind(brand)}`);
  if (selection.forSale !== undefined) conditions.push(`${forSale(bind(now))} = ${bind(selection.forSale)}`);
  const value = sortedBy(selection, bind);
  if (after) conditions.push(behind(value, sort, after, bind));
  const order = sort === 'item_id' ? '' : `${value} ${sort.startsWith('-') ? 'desc' : 'asc'} nulls last, `;
  return db.query(
    `select item_id as "itemId", title, category, brand, price, list_price as "listPrice", stock, hidden,
            available_from as "availableFrom", available_until as "availableUntil", provisional, is_product as "isProduct",
            ${value} as "sortedBy"
     from items where ${conditions.join(' and ')} order by ${order}item_id limit $1`,
    values,
  );
}

function behind(value: string, sort: ItemSort, after: ItemPlace, bind: Bind): string {
  const itemId = bind(after.itemId);
  if (sort === 'item_id') return `item_id > ${itemId}`;
  if (after.value === null) return `(${value} is null and item_id > ${itemId})`;
  const last = bind(after.value);
  const isBehind = `${value} ${sort.startsWith('-') ? '<' : '>'} ${last}`;
  return `(${isBehind} or ${value} = ${last} and item_id > ${itemId} or ${value} is null)`;
}

/** A customer as lists of them show it. */
export interface ListedCustomer {
  customerKey: number;
  customerId: string;
  profilingAllowed: boolean;
  registeredAt: Date | null;
  createdAt: Date;
  /** what they are sorted by before the id: the id in lower case */
  foldedId: string;
  /** what they are sorted by before that; null: unknown, or by nothing */
  figure: number | null;
}

/** SQL that holds of a row of `customers`, or does not. */
export type CustomerCondition = (bind: Bind) => string;

/** SQL of a relation that has a number of some customers: `ranked_key` and `figure`. */
export type CustomerFigures = (bind: Bind) => string;

/** Where a page of customers ended. */
interface CustomerPlace {
  figure: number | null;
  foldedId: string;
  customerId: string;
}

/** @param prefix in small letters, not empty */
const beginsWith = (prefix: string, bind: Bind) =>
  `lower(customer_id) >= ${bind(prefix)} and lower(customer_id) < ${bind(endOfPrefix(prefix))}`;

/** SQL: a sub-select of the keys of customers whose ids begin with a text, without regard to the case of ASCII's letters. */
export function keysBeginningWith(text: string, bind: Bind): string {
  const prefix = foldAscii(text.trim());
  return `(select customer_key from customers${prefix === '' ? '' : ` where ${beginsWith(prefix, bind)}`})`;
}

/** As Postgres does with ids, which are compared bytewise. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Customers whose ids begin with a text, without regard to the case of ASCII's letters; one more than a page. */
export function searchCustomers(
  db: Queryable,
  {
    prefix,
    condition,
    order,
    after,
    limit,
  }: {
    prefix: string;
    condition?: CustomerCondition | undefined;
    order?: { figures: CustomerFigures; isDescending: boolean } | undefined;
    after: CustomerPlace | undefined;
    limit: number;
  },
): Promise<ListedCustomer[]> {
  const values: unknown[] = [limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const conditions = ['true'];
  if (prefix !== '') conditions.push(beginsWith(prefix, bind));
  if (condition) conditions.push(condition(bind));
  const figures =
    order &&
    `left join ${order.figures(bind)} as ranked on ranked.ranked_key = customers.customer_key and customers.profiling_allowed`;
  if (after) conditions.push(behindCustomer(after, order, bind));
  return db.query(
    `select customer_key as "customerKey", customer_id as "customerId", profiling_allowed as "profilingAllowed",
            registered_at as "registeredAt", created_at as "createdAt", lower(customer_id) as "foldedId",
            ${order ? 'ranked.figure' : 'null'} as figure
     from customers ${figures ?? ''} where ${conditions.join(' and ')}
     order by ${order ? `ranked.figure ${order.isDescending ? 'desc' : 'asc'} nulls last, ` : ''}lower(customer_id), customer_id
     limit $1`,
    values,
  );
}

function behindCustomer(
  { figure, foldedId, customerId }: CustomerPlace,
  order: { isDescending: boolean } | undefined,
  bind: Bind,
): string {
  const isNext = `(lower(customer_id), customer_id) > (${bind(foldedId)}, ${bind(customerId)})`;
  if (!order) return isNext;
  if (figure === null) return `(ranked.figure is null and ${isNext})`;
  const last = `${bind(figure)}::float8`;
  const isBehind = `ranked.figure ${order.isDescending ? '<' : '>'} ${last}`;
  return `(${isBehind} or ranked.figure = ${last} and ${isNext} or ranked.figure is null)`;
}
