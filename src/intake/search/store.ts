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
function sortedBy(sort: Exclude<ItemSort, 'best' | 'item_id'>): string {
  switch (sort) {
    case 'title':
      return foldedTitle;
    case 'price':
    case '-price':
      return 'price';
    case 'stock':
    case '-stock':
      return 'stock';
  }
}

/** SQL: as an index has it. */
const foldedTitle = `left(lower(title collate "C"), ${titleLetters})`;

/** SQL: may an item be shown at `now`? As `whyNotForSale` says. */
const isForSale = (now: string) => `(is_product and not hidden and coalesce(stock, 1) > 0
  and coalesce(available_from, '-infinity') <= ${now} and coalesce(available_until, 'infinity') > ${now})`;

/** Of so many items a word that is frequent is in more than a page. */
const fewItems = 2_000;

/** A page of items and one more. Items without what is sorted by come last. */
export async function searchItems(db: Queryable, selection: ItemSelection, now: Date): Promise<ListedItem[]> {
  const { words, sort, limit } = selection;
  if (words.length > 0 && (sort === 'best' || sort === 'item_id')) {
    const { statement, values } = pageOf(selection, now, fewItems);
    const found = await db.query<ListedItem>(statement, values);
    if (found.length === limit) return found;
  }
  const { statement, values } = pageOf(selection, now);
  return db.query(statement, values);
}

/** @param among of those that are looked through by their ids only so many are looked at */
function pageOf(selection: ItemSelection, now: Date, among?: number): { statement: string; values: unknown[] } {
  const { sort, after, limit } = selection;
  const values: unknown[] = [limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const asked = conditionsOf(selection, now, bind);
  const page = (conditions: readonly string[], value: string, order = '', from = 'items') =>
    `select item_id as "itemId", title, category, brand, price, list_price as "listPrice", stock, hidden,
            available_from as "availableFrom", available_until as "availableUntil", provisional, is_product as "isProduct",
            ${value} as "sortedBy"
     from ${from} where ${[...asked, ...conditions].join(' and ')} order by ${order}item_id limit $1`;
  const byId = (rest: readonly string[], conditions: readonly string[], value: string) => {
    if (among === undefined) return page([...rest, ...conditions], value);
    const first = `select * from items ${rest.length > 0 ? `where ${rest}` : ''} order by item_id limit ${among}`;
    return page(conditions, value, '', `(${first}) as items`);
  };
  const behindId = (last: ItemPlace | undefined) => (last ? [`item_id > ${bind(last.itemId)}`] : []);
  if (sort === 'item_id') return { statement: byId(behindId(after), [], 'null::text'), values };
  if (sort !== 'best') {
    const value = sortedBy(sort);
    const order = `${value} ${sort.startsWith('-') ? 'desc' : 'asc'} nulls last, `;
    return { statement: page(after ? [behind(value, sort, after, bind)] : [], value, order), values };
  }
  // A page of each way to fit is found by an index, while to sort all that hold a frequent word reads most of the catalogue.
  const fits = fitsOf(selection, bind);
  const place = after ? Number(after.value) : 0;
  const pages = [...fits, 'true'].flatMap((fit, value) => {
    if (value < place) return [];
    const conditions = [`(${fit})`, ...fits.slice(0, value).map((better) => `(${better}) is not true`)];
    const rest = behindId(value === place ? after : undefined);
    return value < fits.length ? page([...rest, ...conditions], `${value}`) : byId(rest, conditions, `${value}`);
  });
  const every = pages.map((one) => `(${one})`).join(' union all ');
  return { statement: `select * from (${every}) as pages order by "sortedBy", "itemId" limit $1`, values };
}

/** SQL of what all that are found have in common. */
function conditionsOf({ words, category, brand, forSale }: ItemSelection, now: Date, bind: Bind): string[] {
  const conditions = ['true', ...words.map((forms) => `search_text like any(${bind(forms)}::text[])`)];
  if (category !== undefined) {
    const path = bind(category);
    conditions.push(`exists (select from unnest(array_prepend(items.category, items.more_categories)) as path
      where path.path = ${path} or starts_with(path.path, ${path} || ' > '))`);
  }
  if (brand !== undefined) conditions.push(`brand = ${bind(brand)}`);
  if (forSale !== undefined) conditions.push(`${isForSale(bind(now))} = ${bind(forSale)}`);
  return conditions;
}

/** SQL of how items fit a whole query, the best way first: by their id, by how it begins, by how their title does. */
function fitsOf({ whole }: ItemSelection, bind: Bind): string[] {
  const { id, beginnings } = whole!;
  const byId = `item_id = ${bind(id)}`;
  return [byId, beginsWithAny('lower(item_id)', beginnings, bind), titleBegins(beginnings, bind)];
}

function titleBegins(beginnings: readonly string[], bind: Bind): string {
  const heads = beginnings.map((text) => Array.from(text).slice(0, titleLetters).join(''));
  const head = beginsWithAny(foldedTitle, heads, bind);
  const whole = beginnings.map((text) => `starts_with(lower(title collate "C"), ${bind(text)})`);
  return `(${head}) and (${whole.join(' or ')})`;
}

/** SQL: by an index on the column. */
function beginsWithAny(column: string, texts: readonly string[], bind: Bind): string {
  return texts.map((text) => beginsWith(column, text, bind)).join(' or ');
}

function beginsWith(column: string, text: string, bind: Bind): string {
  return `(${column} >= ${bind(text)} and ${column} < ${bind(endOfPrefix(text))})`;
}

function behind(value: string, sort: ItemSort, after: ItemPlace, bind: Bind): string {
  const itemId = bind(after.itemId);
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

/** SQL: a sub-select of the keys of customers whose ids begin with a text, without regard to the case of ASCII's letters. */
export function keysBeginningWith(text: string, bind: Bind): string {
  const prefix = foldAscii(text.trim());
  return `(select customer_key from customers${prefix === '' ? '' : ` where ${beginsWith('lower(customer_id)', prefix, bind)}`})`;
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
  if (prefix !== '') conditions.push(beginsWith('lower(customer_id)', prefix, bind));
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
