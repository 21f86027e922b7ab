import type { CatalogueItem } from '../../../intake/index.ts';
import { ancestorsOf } from '../catalogue/categories.ts';
import { offerIn } from '../catalogue/market-offers.ts';
import { NumberColumn } from './number-column.ts';
import { ValueColumn } from './value-column.ts';

/** What filters ask of items, by what is asked: each made when it is first asked for, and kept true from then on. */
export interface ItemSets {
  /** The categories that items lie in or below. */
  categories(): ValueColumn;
  /** The same of their main category alone. */
  mainCategories(): ValueColumn;
  /** Their main category by its own path. */
  ownCategories(): ValueColumn;
  brands(): ValueColumn;
  /** Values of an attribute, but for figures: lists one by one. undefined: no item has it */
  attribute(name: string): ValueColumn | undefined;
  /** Figures of an attribute. undefined: no item has it */
  attributeFigures(name: string): NumberColumn | undefined;
  /** undefined: no item has it */
  option(name: string): ValueColumn | undefined;
  /** @param market undefined: of none in particular */
  prices(market: string | undefined): NumberColumn;
  /** An item is as this record says from now on. */
  update(item: number, record: CatalogueItem): void;
  /** Makes what most filters ask for, a part at a time, so that nobody has to wait for it. */
  prepare(): Generator<void>;
}

interface Kept<Column extends ValueColumn | NumberColumn> {
  column: Column;
  /** it knows so many items; of the others it hears when it is asked */
  known: number;
  update(item: number, record: CatalogueItem): void;
}

/** So many take about a millisecond. */
const itemsAtOnce = 2_000;

/** What was not asked for while so many others were is made anew when it is. */
const mostKept = 64;

/** @param records by item; what is changed in it is told by `update` */
export function createItemSets(records: readonly CatalogueItem[]): ItemSets {
  const kept = new Map<string, Kept<ValueColumn | NumberColumn>>();
  const names = { attributes: new Set<string>(), options: new Set<string>(), markets: new Set<string>() };
  const above = listedOnce(ancestorsOf);
  const alone = listedOnce((name) => [name]);

  function keep<Column extends ValueColumn | NumberColumn>(
    name: string,
    make: () => Pick<Kept<Column>, 'column' | 'update'>,
  ): Kept<Column> {
    const one = (kept.get(name) as Kept<Column> | undefined) ?? { known: 0, ...make() };
    // The last one is the one that was asked for last.
    kept.delete(name);
    kept.set(name, one);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return one;
  }

  const values = (name: string, valuesOf: (record: CatalogueItem) => readonly unknown[] | undefined) =>
    keep(name, () => {
      const column = new ValueColumn();
      return { column, update: (item, record) => column.set(item, valuesOf(record)) };
    });
  const figures = (name: string, figureOf: (record: CatalogueItem) => number) =>
    keep(name, () => {
      const column = new NumberColumn();
      return { column, update: (item, record) => column.set(item, figureOf(record)) };
    });

  function learn(one: Kept<ValueColumn | NumberColumn>, until: number): void {
    for (; one.known < until; one.known++) one.update(one.known, records[one.known]);
  }

  function whole<Column extends ValueColumn | NumberColumn>(one: Kept<Column>): Column {
    learn(one, records.length);
    return one.column;
  }

  const usual = {
    categories: () =>
      values('categories', ({ category, moreCategories: more }) =>
        more.length === 0 ? above(category) : [...new Set([category, ...more].flatMap((path) => above(path) ?? []))],
      ),
    brands: () => values('brands', ({ brand }) => alone(brand)),
    prices: () => figures('prices', (record) => priceIn(record, undefined)),
  };

  return {
    categories: () => whole(usual.categories()),
    mainCategories: () => whole(values('main categories', ({ category }) => above(category))),
    ownCategories: () => whole(values('own categories', ({ category }) => alone(category))),
    brands: () => whole(usual.brands()),
    attribute(name) {
      if (!names.attributes.has(name)) return undefined;
      return whole(values(`attribute ${name}`, (record) => otherThanFigure(record, name)));
    },
    attributeFigures(name) {
      if (!names.attributes.has(name)) return undefined;
      return whole(figures(`figures ${name}`, (record) => figureOf(record, name)));
    },
    option(name) {
      if (!names.options.has(name)) return undefined;
      return whole(values(`option ${name}`, ({ options }) => listOf(ownOf(options, name))));
    },
    prices(market) {
      if (market === undefined) return whole(usual.prices());
      // Where nothing is told of a market, it is as any other of which nothing is told.
      const known = names.markets.has(market) ? market : '';
      return whole(figures(`prices in ${known}`, (record) => priceIn(record, known)));
    },
    update(item, record) {
      for (const name of Object.keys(record.attributes)) names.attributes.add(name);
      for (const name of Object.keys(record.options)) names.options.add(name);
      for (const market of Object.keys(record.markets ?? {})) names.markets.add(market);
      for (const one of kept.values()) {
        if (item < one.known) one.update(item, record);
        else if (one.known === item) learn(one, item + 1);
      }
    },
    *prepare() {
      for (const begin of Object.values(usual)) {
        for (const one = begin(); one.known < records.length; yield) {
          learn(one, Math.min(records.length, one.known + itemsAtOnce));
        }
      }
      usual.prices().column.prepare();
    },
  };
}

/** Lists of what names are turned into, each made once: items share their categories and brands. */
function listedOnce(
  listOf: (name: string) => readonly string[],
): (name: string | null) => readonly string[] | undefined {
  const lists = new Map<string, readonly string[]>();
  return (name) => {
    if (name === null) return undefined;
    let list = lists.get(name);
    if (!list) {
      list = listOf(name);
      lists.set(name, list);
    }
    return list;
  };
}

function priceIn(record: CatalogueItem, market: string | undefined): number {
  const { price } = (market === undefined ? record : offerIn(record, market)) ?? { price: null };
  return price === null ? Number.NaN : Number(price);
}

function figureOf(record: CatalogueItem, attribute: string): number {
  const value = ownOf(record.attributes, attribute);
  return typeof value === 'number' ? value : Number.NaN;
}

function otherThanFigure(record: CatalogueItem, attribute: string): readonly unknown[] | undefined {
  const value = ownOf(record.attributes, attribute);
  return typeof value === 'number' ? undefined : listOf(value);
}

export function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}

export function ownOf(values: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
