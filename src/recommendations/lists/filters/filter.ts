import { invalidField } from '../../../errors.ts';
import type { Catalogue } from '../../memory/catalogue/catalogue.ts';
import { offerIn } from '../../memory/catalogue/market-offers.ts';
import { compareTo } from './compare.ts';
import type { AttributeValue, Filter, Range } from './filter-types.ts';

export type Test = (item: number) => boolean;

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
 * brand or attribute is outside a filter that asks for one.
 * @throws PannierError `invalid_request` for a filter that is too large, or compares with an item where none is looked at
 */
export function compileFilter(
  catalogue: Catalogue,
  now: number,
  filter: Filter | undefined,
  excluded: ReadonlySet<number>,
  context: FilterContext = {},
): Test {
  const { market } = context;
  const isSellable: Test =
    market === undefined
      ? (item) => catalogue.isSellable(item, now)
      : (item) => catalogue.isSellable(item, now, market);
  const isFree = unlessExcluded(catalogue, isSellable, excluded);
  if (!filter) return isFree;
  const tests = new Compiler(catalogue, context).testsOf(filter, context.path ?? '/filter', 0);
  if (tests.length === 0) return isFree;
  return (item) => isFree(item) && tests.every((test) => test(item));
}

function unlessExcluded(catalogue: Catalogue, isSellable: Test, excluded: ReadonlySet<number>): Test {
  if (excluded.size === 0) return isSellable;
  const families = new Set<number>();
  for (const item of excluded) if (catalogue.familyOf(item) >= 0) families.add(catalogue.familyOf(item));
  if (families.size === 0) return (item) => isSellable(item) && !excluded.has(item);
  return (item) => isSellable(item) && !excluded.has(item) && !families.has(catalogue.familyOf(item));
}

/** Turns what a filter asks into tests of items. */
class Compiler {
  readonly #catalogue: Catalogue;
  readonly #context: FilterContext;
  readonly #priceOf: (item: number) => number;
  #conditions = 0;

  constructor(catalogue: Catalogue, context: FilterContext) {
    this.#catalogue = catalogue;
    this.#context = context;
    const { market } = context;
    this.#priceOf = market === undefined ? catalogue.priceOf : (item) => priceIn(catalogue, item, market);
  }

  testsOf(filter: Filter, path: string, depth: number): Test[] {
    if (depth > deepest) throw invalidField(path, `is nested deeper than ${deepest} levels`);
    const fields = Object.keys(filter).length;
    this.#conditions += Math.max(1, fields) + Object.keys(filter.attributes ?? {}).length;
    if (this.#conditions > mostConditions) throw invalidField(path, `has more than ${mostConditions} conditions`);
    return [...this.#plainTests(filter), ...this.#comparisons(filter, path), ...this.#combined(filter, path, depth)];
  }

  #plainTests({ category, brand, options, attributes, ...bounds }: Filter): Test[] {
    const catalogue = this.#catalogue;
    const tests: Test[] = [];
    if (category !== undefined) {
      const numbers = new Set(listOf(category).flatMap((path) => [...(catalogue.categoriesBelow(path) ?? [])]));
      tests.push((item) => catalogue.isWithin(item, numbers));
    }
    if (brand !== undefined) {
      const brands = new Set<string | null>(listOf(brand));
      tests.push((item) => brands.has(catalogue.record(item).brand));
    }
    tests.push(...within(this.#priceOf, { min: bounds.min_price, max: bounds.max_price }));
    if (bounds.price) tests.push(...within(this.#priceOf, bounds.price));
    for (const [name, wanted] of Object.entries(attributes ?? {})) {
      tests.push(testOfAttribute((item) => ownOf(catalogue.record(item).attributes, name), wanted));
    }
    for (const [name, wanted] of Object.entries(options ?? {})) {
      tests.push(testOfAttribute((item) => ownOf(catalogue.record(item).options, name), wanted));
    }
    return tests;
  }

  #comparisons({ compared_to_item: comparison }: Filter, path: string): Test[] {
    if (!comparison) return [];
    const { item } = this.#context;
    if (item === undefined) {
      throw invalidField(`${path}/compared_to_item`, 'compares with the item that is looked at, and there is none');
    }
    return compareTo(this.#catalogue, item, this.#priceOf, comparison);
  }

  #combined({ any, all, not }: Filter, path: string, depth: number): Test[] {
    const inside = (filter: Filter, at: string): Test => {
      const tests = this.testsOf(filter, `${path}/${at}`, depth + 1);
      return (item) => tests.every((test) => test(item));
    };
    const tests = (all ?? []).map((filter, place) => inside(filter, `all/${place}`));
    if (any) {
      const branches = any.map((filter, place) => inside(filter, `any/${place}`));
      tests.push((item) => branches.some((test) => test(item)));
    }
    if (not) {
      const test = inside(not, 'not');
      tests.push((item) => !test(item));
    }
    return tests;
  }
}

function listOf<Value>(wanted: Value | Value[]): Value[] {
  return Array.isArray(wanted) ? wanted : [wanted];
}

/** NaN: it has none there. */
function priceIn(catalogue: Catalogue, item: number, market: string): number {
  const record = catalogue.record(item);
  if (record.markets === null) return catalogue.priceOf(item);
  const price = offerIn(record, market)?.price;
  return price == null ? Number.NaN : Number(price);
}

/** Tests of a figure, which is NaN where it is not known; bounds may be decimal strings. */
function within(figureOf: (item: number) => number, range: Range<string | number | undefined>): Test[] {
  const tests: Test[] = [];
  const { min, max, above, below } = Object.fromEntries(
    Object.entries(range).map(([name, bound]) => [name, bound === undefined ? undefined : Number(bound)]),
  ) as Range<number | undefined>;
  if (min !== undefined) tests.push((item) => figureOf(item) >= min);
  if (max !== undefined) tests.push((item) => figureOf(item) <= max);
  if (above !== undefined) tests.push((item) => figureOf(item) > above);
  if (below !== undefined) tests.push((item) => figureOf(item) < below);
  return tests;
}

function ownOf(values: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function testOfAttribute(
  valueIn: (item: number) => unknown,
  wanted: AttributeValue | AttributeValue[] | Range<number>,
): Test {
  if (typeof wanted === 'object' && !Array.isArray(wanted)) {
    const figureOf = (item: number) => {
      const value = valueIn(item);
      return typeof value === 'number' ? value : Number.NaN;
    };
    const tests = within(figureOf, wanted);
    return (item) => !Number.isNaN(figureOf(item)) && tests.every((test) => test(item));
  }
  const values = new Set<unknown>(listOf(wanted));
  return (item) => {
    const value = valueIn(item);
    return Array.isArray(value) ? value.some((one) => values.has(one)) : value !== undefined && values.has(value);
  };
}
