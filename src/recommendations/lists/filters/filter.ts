import { invalidField } from '../../../errors.ts';
import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import { allBits, type Bits, hasBit, intersect, noBits, subtract, unite } from '../../memory/item-sets/bits.ts';
import { withAttribute, withValues } from './attributes.ts';
import { compareTo } from './compare.ts';
import type { AttributeValue, Filter, Range } from './filter-types.ts';

/** What may be listed. */
export interface Allowed {
  allows(item: number): boolean;
  /** all that may, and beside it only what is excluded; good until the catalogue changes */
  within: Bits;
}

/** What a filter looks at beside the items themselves. */
export interface FilterContext {
  /** prices and stock are those of this market; undefined: of none in particular */
  market?: string | undefined;
  /** the item that is looked at, to which others are compared; undefined: none is */
  item?: number | undefined;
  /** where in the request the filter stands; default `/filter` */
  path?: string | undefined;
}

const deepest = 4;
const mostConditions = 100;

/**
 * What may be listed: for sale at `now`, inside the filter, neither excluded nor a variant of what is. An item without a price,
 * brand or attribute is outside a filter that asks for one. Found as sets, a pass over bits for each condition, so that it takes
 * no longer where nothing is inside.
 * @throws PannierError `invalid_request` for a filter that is too large, or compares with an item where none is looked at
 */
export function compileFilter(
  catalogue: Catalogue,
  now: number,
  filter: Filter | undefined,
  excluded: ReadonlySet<number>,
  context: FilterContext = {},
): Allowed {
  const sellable = catalogue.sellableAt(now, context.market);
  const inside = filter && new Compiler(catalogue, context).within(filter, context.path ?? '/filter', 0);
  if (inside) intersect(inside, sellable);
  const within = inside ?? sellable;
  return { within, allows: unlessExcluded(catalogue, (item) => hasBit(within, item), excluded) };
}

function unlessExcluded(
  catalogue: Catalogue,
  isWithin: Allowed['allows'],
  excluded: ReadonlySet<number>,
): Allowed['allows'] {
  if (excluded.size === 0) return isWithin;
  const families = new Set<number>();
  for (const item of excluded) if (catalogue.familyOf(item) >= 0) families.add(catalogue.familyOf(item));
  if (families.size === 0) return (item) => isWithin(item) && !excluded.has(item);
  return (item) => isWithin(item) && !excluded.has(item) && !families.has(catalogue.familyOf(item));
}

/** Turns what a filter asks into sets of items. */
class Compiler {
  readonly #catalogue: Catalogue;
  readonly #context: FilterContext;
  #conditions = 0;

  constructor(catalogue: Catalogue, context: FilterContext) {
    this.#catalogue = catalogue;
    this.#context = context;
  }

  /** The items inside; undefined: it asks for nothing, so all are. */
  within(filter: Filter, path: string, depth: number): Bits | undefined {
    if (depth > deepest) throw invalidField(path, `is nested deeper than ${deepest} levels`);
    const fields = Object.keys(filter).length;
    this.#conditions += Math.max(1, fields) + Object.keys(filter.attributes ?? {}).length;
    if (this.#conditions > mostConditions) throw invalidField(path, `has more than ${mostConditions} conditions`);
    const sets = [
      ...this.#plainSets(filter),
      ...this.#comparisons(filter, path),
      ...this.#combined(filter, path, depth),
    ];
    for (const set of sets.slice(1)) intersect(sets[0], set);
    return sets[0];
  }

  #plainSets({ category, brand, options, attributes, price, min_price: min, max_price: max }: Filter): Bits[] {
    const { sets, size } = this.#catalogue;
    const found: Bits[] = [];
    if (category !== undefined) found.push(withValues(sets.categories(), listOf(category), size));
    if (brand !== undefined) found.push(withValues(sets.brands(), listOf(brand), size));
    for (const range of [{ min, max }, price ?? {}]) {
      const bounds = boundsOf(range);
      if (bounds) found.push(sets.prices(this.#context.market).between(bounds, size));
    }
    for (const [name, wanted] of Object.entries(attributes ?? {})) found.push(this.#withAttribute(name, wanted));
    for (const [name, wanted] of Object.entries(options ?? {})) {
      found.push(withValues(sets.option(name), listOf(wanted), size));
    }
    return found;
  }

  #withAttribute(name: string, wanted: AttributeValue | AttributeValue[] | Range<number>): Bits {
    const { sets, size } = this.#catalogue;
    if (typeof wanted !== 'object' || Array.isArray(wanted)) return withAttribute(sets, name, listOf(wanted), size);
    return sets.attributeFigures(name)?.between(boundsOf(wanted) ?? {}, size) ?? noBits(size);
  }

  #comparisons({ compared_to_item: comparison }: Filter, path: string): Bits[] {
    if (!comparison) return [];
    const { item, market } = this.#context;
    if (item === undefined) {
      throw invalidField(`${path}/compared_to_item`, 'compares with the item that is looked at, and there is none');
    }
    return compareTo(this.#catalogue, item, market, comparison);
  }

  #combined({ any, all, not }: Filter, path: string, depth: number): Bits[] {
    const { size } = this.#catalogue;
    const inside = (filter: Filter, at: string) => this.within(filter, `${path}/${at}`, depth + 1);
    const found = (all ?? []).flatMap((filter, place) => inside(filter, `all/${place}`) ?? []);
    if (any) {
      const either = noBits(size);
      for (const [place, filter] of any.entries()) unite(either, inside(filter, `any/${place}`) ?? allBits(size));
      found.push(either);
    }
    if (not) {
      const others = allBits(size);
      subtract(others, inside(not, 'not') ?? allBits(size));
      found.push(others);
    }
    return found;
  }
}

function listOf<Value>(wanted: Value | Value[]): Value[] {
  return Array.isArray(wanted) ? wanted : [wanted];
}

/** Bounds may be decimal strings. undefined: there is none */
function boundsOf(range: Range<string | number | undefined>): Range<number> | undefined {
  const bounds = Object.entries(range).filter(([, bound]) => bound !== undefined);
  return bounds.length === 0 ? undefined : Object.fromEntries(bounds.map(([name, bound]) => [name, Number(bound)]));
}
