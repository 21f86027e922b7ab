import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../models/random.ts';
import type { CatalogueItem } from '../../../src/intake/index.ts';
import { type FillInput, fillList } from '../../../src/recommendations/lists/fill-list.ts';
import { compileFilter } from '../../../src/recommendations/lists/filters/filter.ts';
import { type Filter, orders } from '../../../src/recommendations/lists/filters/filter-types.ts';
import { noItems } from '../../../src/recommendations/lists/ranked-items.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { hasBit } from '../../../src/recommendations/memory/item-sets/bits.ts';
import { NumberColumn } from '../../../src/recommendations/memory/item-sets/number-column.ts';
import { ValueColumn } from '../../../src/recommendations/memory/item-sets/value-column.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';
import { isListed } from '../../support/shops/plain-filter.ts';

/** Few values, so that items share them, and often enough none. */
const paths = fc.constantFrom('Food', 'Food > Coffee', 'Food > Coffee > Beans', 'Foodstuff', 'Home', 'Home > Lamps');
const brands = fc.constantFrom('Acme', 'Other', 'acme');
const prices = fc.constantFrom('0.5', '1', '1.5', '2', '10');
const markets = fc.constantFrom('de', 'fr', 'nowhere', 'toString');
const days = fc.integer({ min: 0, max: 4 }).map((day) => new Date(day * 1_000));
const scalars = fc.constantFrom<(string | number | boolean)[]>('red', 'blue', '1', 1, 2, 2.5, true, false);
const attributeNames = fc.constantFrom('colour', 'weight', 'toString');
const optionNames = fc.constantFrom('size', 'colour');
const sizes = fc.constantFrom('S', 'M');
const often = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null, freq: 3 });

const records: fc.Arbitrary<Partial<CatalogueItem>> = fc.record({
  category: often(paths),
  moreCategories: fc.array(paths, { maxLength: 2 }),
  brand: often(brands),
  price: often(prices),
  stock: often(fc.integer({ min: 0, max: 2 })),
  hidden: fc.constantFrom(false, false, false, true),
  availableFrom: fc.option(days, { nil: null, freq: 2 }),
  availableUntil: fc.option(days, { nil: null, freq: 2 }),
  isProduct: fc.constantFrom(true, true, true, false),
  parentId: fc.constantFrom(null, null, 'P1', 'I2'),
  options: fc.dictionary(optionNames, sizes, { maxKeys: 2 }),
  attributes: fc.dictionary(attributeNames, fc.oneof(scalars, fc.array(scalars, { maxLength: 3 })), { maxKeys: 3 }),
  markets: often(
    fc.dictionary(
      fc.constantFrom('de', 'fr'),
      fc.record({ price: prices, stock: fc.integer({ min: 0, max: 1 }) }, { requiredKeys: [] }),
      { maxKeys: 2 },
    ),
  ),
});

const oneOrMore = <Value>(of: fc.Arbitrary<Value>) => fc.oneof(of, fc.array(of, { minLength: 1, maxLength: 3 }));
const ranges = <Bound>(of: fc.Arbitrary<Bound>) =>
  fc.record({ min: of, max: of, above: of, below: of }, { requiredKeys: [] });
const wholeOrders = fc.constantFrom(...orders);
const sameOrOther = fc.constantFrom('same' as const, 'other' as const);
const bounds = fc.constantFrom(0, 1, 1.5, 2, 2.5, 9);

function filtersOf(depth: number): fc.Arbitrary<Filter> {
  const inner = depth > 0 ? filtersOf(depth - 1) : undefined;
  return fc.record(
    {
      category: oneOrMore(paths),
      brand: oneOrMore(brands),
      min_price: prices,
      max_price: prices,
      price: ranges(prices),
      attributes: fc.dictionary(attributeNames, fc.oneof(oneOrMore(scalars), ranges(bounds)), { maxKeys: 2 }),
      options: fc.dictionary(optionNames, oneOrMore(sizes), { maxKeys: 1 }),
      compared_to_item: fc.record(
        {
          price: wholeOrders,
          brand: sameOrOther,
          category: sameOrOther,
          attributes: fc.dictionary(attributeNames, wholeOrders, { maxKeys: 2 }),
        },
        { requiredKeys: [] },
      ),
      ...(inner && {
        any: fc.array(inner, { minLength: 1, maxLength: 3 }),
        all: fc.array(inner, { minLength: 1, maxLength: 2 }),
        not: inner,
      }),
    },
    { requiredKeys: [] },
  );
}
/** Fields one at a time as often as many together, of which hardly anything is inside. */
const asked = filtersOf(2).chain((filter) => {
  const fields = Object.entries(filter);
  return fields.length === 0
    ? fc.constant(filter)
    : fc.oneof(
        fc.constant(filter),
        fc.constantFrom(...fields).map(([name, value]) => ({ [name]: value })),
      );
});

const questions = fc.record({
  filter: asked,
  now: fc.integer({ min: 0, max: 5 }),
  market: fc.option(markets, { nil: undefined }),
});
const changes = fc.array(
  fc.record({
    // A number beyond the last is a new item.
    item: fc.nat(30),
    record: records,
    isWithheld: fc.constantFrom(false, false, false, true),
    questions: fc.array(questions, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('what a filter lets through', () => {
  test('is what it lets through item by item, whatever has changed before', () => {
    fc.assert(
      fc.property(fc.array(records, { minLength: 1, maxLength: 24 }), changes, (given, steps) => {
        const catalogue = createCatalogue();
        const truth = given.map((record, index) => catalogueItem(index + 1, record));
        catalogue.apply(truth, 1);
        for (const [step, { item: drawn, record, isWithheld, questions }] of steps.entries()) {
          const item = Math.min(drawn, truth.length);
          truth[item] = catalogueItem(item + 1, record);
          catalogue.apply([truth[item]], 2 + step);
          if (isWithheld) {
            catalogue.withhold([item + 1], 2 + step);
            truth[item] = { ...truth[item], hidden: true };
          }
          for (const { filter, now, market } of questions) {
            const looked = (item * 7 + step) % truth.length;
            const context = { now: now * 1_000, market, looked: truth[looked] };
            let allowed: ReturnType<typeof compileFilter>;
            try {
              allowed = compileFilter(catalogue, context.now, filter, new Set(), { market, item: looked });
            } catch (error) {
              // Nested too deeply, or too large.
              expect(String(error)).toMatch(/deeper than|more than/);
              continue;
            }
            const expected = truth.map((one) => isListed(one, filter, context));
            expect(truth.map((_, place) => allowed.allows(place))).toEqual(expected);
          }
        }
      }),
      { numRuns: sized(60, 1_000) },
    );
  });
});

usually.describe('figures', () => {
  // Would see: an edge that is counted to the wrong side, a portion that has grown and is taken whole, a change that is missed.
  test('between any bounds are those that are, also where many are alike and after many have changed', () => {
    const random = seededRandom(7);
    const size = 3_000;
    const figureOf = () => {
      const kind = random();
      if (kind < 0.1) return Number.NaN;
      return kind < 0.4 ? 500 : Math.floor(random() * 1_000);
    };
    const column = new NumberColumn();
    const figures = Array.from({ length: size }, figureOf);
    for (const [item, figure] of figures.entries()) column.set(item, figure);
    for (let round = 0; round < 60; round++) {
      for (let change = 0; change < 50; change++) {
        // Some are new.
        const item = Math.floor(random() * (figures.length + 1));
        figures[item] = figureOf();
        column.set(item, figures[item]);
      }
      const bound = [499, 500, 501, -1, 1_001, Math.floor(random() * 1_000)][round % 6];
      for (const [name, isInside] of [
        ['min', (figure: number) => figure >= bound],
        ['max', (figure: number) => figure <= bound],
        ['above', (figure: number) => figure > bound],
        ['below', (figure: number) => figure < bound],
      ] as const) {
        const bits = column.between({ [name]: bound }, figures.length);
        expect(figures.filter((figure, item) => hasBit(bits, item) !== isInside(figure))).toEqual([]);
      }
    }
  });
});

usually.describe('values', () => {
  // Would see: an item that stays with the value it had, where so many have it that they are kept as bits.
  test('are those of the items that have them, also of many and after many have changed', () => {
    const random = seededRandom(11);
    const column = new ValueColumn();
    const values: (string[] | undefined)[] = [];
    const draw = () => (random() < 0.2 ? undefined : ['a', 'b', 'c', 'd'].filter(() => random() < 0.5));
    for (let change = 0; change < 6_000; change++) {
      const item = change < 1_500 ? change : Math.floor(random() * 1_500);
      values[item] = draw();
      column.set(item, values[item]);
    }
    for (const wanted of ['a', 'c']) {
      const bits = new Uint32Array(47);
      column.uniteInto(bits, [wanted, 'nothing']);
      expect(values.filter((own, item) => hasBit(bits, item) !== (own?.includes(wanted) ?? false))).toEqual([]);
    }
    const known = new Uint32Array(47);
    column.uniteKnownInto(known);
    expect(values.filter((own, item) => hasBit(known, item) !== (own !== undefined))).toEqual([]);
    const isOdd = (item: number) => item % 2 === 1;
    const [first] = values.flatMap((own, item) => (own?.includes('b') && isOdd(item) ? item : []));
    expect(column.valuesWithin(bitsOf([first]), isOdd)).toEqual(new Set(values[first]));
  });
});

describe('a list that is topped up', () => {
  // Would see: an order that is not that of popularity, a popular item left out, or one that is not popular before one that is.
  test('is the same when it looks among what is allowed alone as when it looks at every item', () => {
    const shelves = fc.record({
      allowed: fc.oneof(someItems(12), someItems(200)),
      prefers: fc.option(fc.oneof(someItems(12), someItems(200)), { nil: undefined }),
      popular: someItems(200),
      limit: fc.integer({ min: 1, max: 60 }),
      // None: it is filled up by popular items alone.
      itemCount: fc.constantFrom(0, 200),
    });
    fc.assert(
      fc.property(shelves, ({ allowed, prefers, popular, limit, itemCount }) => {
        const isAllowed = new Set(allowed);
        const plain: FillInput = {
          limit,
          allows: (item) => isAllowed.has(item),
          categoryOf: () => -1,
          popularity: { items: popular, scores: popular.map((_, rank) => 1 / (1 + rank)) },
          itemCount,
        };
        const shelf = prefers ? { ...plain, prefers: bitsOf(prefers) } : plain;
        const expected = fillByHand(plain, prefers);
        expect(fillList(noItems, { ...shelf, within: bitsOf(allowed) }).items).toEqual(expected);
        expect(fillList(noItems, shelf).items).toEqual(expected);
      }),
      { numRuns: sized(300, 3_000) },
    );
  });
});

function someItems(most: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.nat(199), { maxLength: most, size: 'max' });
}

function bitsOf(items: readonly number[]): Uint32Array {
  const bits = new Uint32Array(47);
  for (const item of items) bits[item >> 5] |= 1 << (item & 31);
  return bits;
}

function fillByHand({ allows, popularity, itemCount, limit }: FillInput, prefers?: readonly number[]): number[] {
  const all = [...Array.from(popularity.items), ...Array.from({ length: itemCount }, (_, item) => item)];
  const inTurn = [...all.filter((item) => prefers?.includes(item)), ...all].filter(allows);
  return [...new Set(inTurn)].slice(0, limit);
}
