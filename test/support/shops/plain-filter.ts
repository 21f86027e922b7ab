import type { CatalogueItem } from '../../../src/intake/index.ts';
import type { Comparison, Filter, Order, Range } from '../../../src/recommendations/lists/filters/filter-types.ts';

/** What a filter says of one item, condition by condition, as the contract has it: the oracle of filters that are sets. */
export interface PlainContext {
  now: number;
  market?: string | undefined;
  looked?: CatalogueItem | undefined;
}

/** May the item be listed, what is excluded aside? */
export function isListed(record: CatalogueItem, filter: Filter, context: PlainContext): boolean {
  return isForSale(record, context) && holds(record, filter, context);
}

function isForSale(record: CatalogueItem, { now, market }: PlainContext): boolean {
  const { isProduct, hidden, availableFrom, availableUntil } = record;
  const offer = offerOf(record, market);
  if (!offer || !isProduct || hidden) return false;
  if (offer.stock !== null && offer.stock <= 0) return false;
  if (availableFrom !== null && now < availableFrom.getTime()) return false;
  return availableUntil === null || now < availableUntil.getTime();
}

function offerOf({ price, stock, markets }: CatalogueItem, market: string | undefined) {
  if (market === undefined || markets === null) return { price, stock };
  if (!Object.keys(markets).includes(market)) return undefined;
  return { price: markets[market].price ?? price, stock: markets[market].stock ?? stock };
}

function priceOf(record: CatalogueItem, { market }: PlainContext): number | undefined {
  const price = offerOf(record, market)?.price ?? null;
  return price === null ? undefined : Number(price);
}

export function holds(record: CatalogueItem, filter: Filter, context: PlainContext): boolean {
  const { category, brand, min_price, max_price, price, attributes = {}, options = {} } = filter;
  const { compared_to_item: comparison, any, all, not } = filter;
  const cost = priceOf(record, context);
  const isIn = (range: Range<string | number>) => Object.keys(range).length === 0 || isWithin(cost, range);
  return (
    (category === undefined || listOf(category).some((path) => liesIn(record, path))) &&
    (brand === undefined || (record.brand !== null && listOf(brand).includes(record.brand))) &&
    (min_price === undefined || isIn({ min: min_price })) &&
    (max_price === undefined || isIn({ max: max_price })) &&
    (price === undefined || isIn(price)) &&
    Object.entries(attributes).every(([name, wanted]) => {
      const value = ownOf(record.attributes, name);
      if (typeof wanted !== 'object' || Array.isArray(wanted)) return sharesOne(value, wanted);
      return typeof value === 'number' && isWithin(value, wanted);
    }) &&
    Object.entries(options).every(([name, wanted]) => sharesOne(ownOf(record.options, name), wanted)) &&
    (comparison === undefined || compares(record, comparison, context)) &&
    (all ?? []).every((part) => holds(record, part, context)) &&
    (any === undefined || any.some((part) => holds(record, part, context))) &&
    (not === undefined || !holds(record, not, context))
  );
}

function categoriesOf({ category, moreCategories }: CatalogueItem): string[] {
  return category === null ? [...moreCategories] : [category, ...moreCategories];
}

function liesIn(record: CatalogueItem, path: string): boolean {
  return categoriesOf(record).some((own) => own === path || own.startsWith(`${path} > `));
}

function isWithin(figure: number | undefined, { min, max, above, below }: Range<string | number>): boolean {
  if (figure === undefined) return false;
  if (min !== undefined && figure < Number(min)) return false;
  if (max !== undefined && figure > Number(max)) return false;
  if (above !== undefined && figure <= Number(above)) return false;
  return below === undefined || figure < Number(below);
}

function compares(record: CatalogueItem, comparison: Comparison, context: PlainContext): boolean {
  const { price, brand, category, attributes = {} } = comparison;
  const looked = context.looked!;
  if (price && !isInOrder(price, priceOf(record, context), priceOf(looked, context))) return false;
  if (brand) {
    if (record.brand === null || looked.brand === null) return false;
    if ((record.brand === looked.brand) !== (brand === 'same')) return false;
  }
  if (category) {
    const own = categoriesOf(looked);
    const isSame = own.some((path) => liesIn(record, path));
    if (category === 'same' ? !isSame : own.length === 0 || record.category === null || isSame) return false;
  }
  return Object.entries(attributes).every(([name, order]) => {
    const [value, own] = [ownOf(record.attributes, name), ownOf(looked.attributes, name)];
    if (value === undefined || own === undefined) return false;
    if (typeof value === 'number' && typeof own === 'number') return isInOrder(order, value, own);
    if (order !== 'same' && order !== 'other') return false;
    return sharesOne(value, own) === (order === 'same');
  });
}

function isInOrder(order: Order, value: number | undefined, own: number | undefined): boolean {
  if (value === undefined || own === undefined) return false;
  const holding: Record<Order, boolean> = {
    lower: value < own,
    not_higher: value <= own,
    same: value === own,
    other: value !== own,
    not_lower: value >= own,
    higher: value > own,
  };
  return holding[order];
}

function sharesOne(value: unknown, wanted: unknown): boolean {
  return value !== undefined && listOf(value).some((one) => listOf(wanted).includes(one));
}

function listOf<Value>(value: Value | Value[]): Value[] {
  return Array.isArray(value) ? value : [value];
}

function ownOf(values: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.keys(values).includes(name) ? values[name] : undefined;
}
