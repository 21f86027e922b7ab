import { seededRandom } from '../../../models/random.ts';
import { nothingReleased, type ServedRelease } from '../../../src/recommendations/learnt/served-release.ts';
import { fillList } from '../../../src/recommendations/lists/fill-list.ts';
import { compileFilter } from '../../../src/recommendations/lists/filters/filter.ts';
import type { Filter } from '../../../src/recommendations/lists/filters/filter-types.ts';
import { fillInput } from '../../../src/recommendations/lists/finish-list.ts';
import { noItems } from '../../../src/recommendations/lists/ranked-items.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';
import { isListed } from '../../support/shops/plain-filter.ts';

/**
 * How long a filter holds the process: from its words to the popular items inside it, beside testing item after item.
 *
 *     npm run bench:filters [-- items]
 */
const [size = 50_000] = process.argv.slice(2).map(Number);
const random = seededRandom(3);
const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
const colours = ['red', 'blue', 'green', 'black', 'white', 'grey', 'yellow'];

const records = Array.from({ length: size }, (_, place) =>
  catalogueItem(place + 1, {
    category: `Department ${place % 20} > Aisle ${place % 200} > Shelf ${place % 1_000}`,
    brand: `Brand ${Math.floor(random() ** 2 * 800)}`,
    price: String(Math.round(100 * Math.exp(1 + 3 * random())) / 100),
    stock: random() < 0.1 ? 0 : 5,
    options: { size: one(['S', 'M', 'L']) },
    attributes: { colour: one(colours), weight: Math.floor(random() * 10_000), tags: [one(colours), one(colours)] },
    markets: random() < 0.3 ? { de: { price: '5.00' }, fr: { stock: 0 } } : null,
  }),
);
const catalogue = createCatalogue();
catalogue.apply(records, 1);
const popular = Int32Array.from(records, (_, place) => (place * 7_919) % size);
const popularity = {
  ...{ version: 1, asOf: new Date(0), items: popular, scores: Float64Array.from(popular, (_, rank) => 1 / (1 + rank)) },
  ...{ trends: new Float64Array(size).fill(Number.NaN), rebuying: new Map() },
};
const release: ServedRelease = { ...nothingReleased, popularity };

const brands = (count: number) => Array.from({ length: count }, (_, number) => `Brand ${number}`);
const asked: Record<string, Filter> = {
  'a category': { category: 'Department 7' },
  'a shelf': { category: 'Department 7 > Aisle 7 > Shelf 7' },
  'a category that nothing is in': { category: 'Department 99' },
  'a brand': { brand: 'Brand 3' },
  '400 brands': { brand: brands(400) },
  'a price band': { min_price: '9.00', max_price: '21.00' },
  'a price that nothing has': { min_price: '100000' },
  'an attribute': { attributes: { colour: 'red' } },
  'an attribute of lists': { attributes: { tags: ['red', 'blue'] } },
  'a figure between bounds': { attributes: { weight: { min: 100, max: 9_000 } } },
  'an option': { options: { size: ['S', 'M'] } },
  'six conditions, nothing inside': {
    ...{ category: ['Department 1', 'Department 2'], brand: brands(50), min_price: '3.00', price: { below: '4.00' } },
    ...{ attributes: { colour: ['red', 'blue'], weight: { above: 9_990 } } },
  },
  'alternatives and exceptions': {
    any: [{ brand: 'Brand 1' }, { category: 'Department 3' }, { price: { max: '5.00' } }],
    not: { attributes: { colour: 'black' } },
  },
  'beside the item looked at': {
    compared_to_item: { price: 'higher', category: 'same', brand: 'other', attributes: { weight: 'lower' } },
  },
  'a hundred conditions': {
    any: Array.from({ length: 49 }, (_, n) => ({ price: { min: String(n), max: String(n + 1) } })),
  },
};

/** Microseconds of the processor for one time: others may be at work on the machine. */
function cost(work: () => unknown, times: number): number {
  const rounds = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time++) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / times;
  });
  return Math.round(rounds.sort((a, b) => a - b)[2]);
}

const rows = Object.entries(asked).flatMap(([name, filter]) =>
  [undefined, 'de'].map((market) => {
    const context = { market, item: 11 };
    const list = () => {
      const allowed = compileFilter(catalogue, 0, filter, new Set([11]), context);
      return fillList(noItems, fillInput(catalogue, release, 20, allowed)).items;
    };
    const plain = () => {
      const looked = records[11];
      const inside = (item: number) => item !== 11 && isListed(records[item], filter, { now: 0, market, looked });
      const found: number[] = [];
      for (let rank = 0; rank < size && found.length < 20; rank++) if (inside(popular[rank])) found.push(popular[rank]);
      return found;
    };
    const before = process.cpuUsage();
    const found = list();
    const { user, system } = process.cpuUsage(before);
    if (JSON.stringify(found) !== JSON.stringify(plain())) throw new Error(`${name}: other items than one by one`);
    return {
      filter: name,
      market,
      found: found.length,
      us: cost(list, 1_000),
      'the first time': user + system,
      'one by one': cost(plain, 5),
    };
  }),
);
console.log(`\nFrom a filter to 20 popular items inside it, of ${size} items`);
console.table(rows);

const changed = records.map((record) => ({ ...record, price: String(Math.round(random() * 5_000) / 100), stock: 1 }));
const before = process.cpuUsage();
catalogue.apply(changed, 2);
const { user, system } = process.cpuUsage(before);
console.log(`A change of price and stock: ${((user + system) / changed.length).toFixed(1)} us`);
