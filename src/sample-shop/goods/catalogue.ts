import { type Calendar, isInSeason, lastWindow } from '../calendar.ts';
import { createPool, drawInteger, drawOne, type Pool, type Random } from '../draws.ts';
import { itemId } from '../facts/ids.ts';
import type { ShopItem } from '../facts/shapes.ts';
import { complements, type Shelf, shelves, tastes } from './assortment.ts';

/** Two items bought together: whose basket holds `first` is given `second` with the probability. */
export interface PlantedPair {
  readonly first: number;
  readonly second: number;
  readonly probability: number;
}

export interface Catalogue {
  readonly items: readonly ShopItem[];
  /** search words of each item */
  readonly queries: readonly string[];
  /** regular prices in cents */
  readonly listPrices: Uint32Array;
  /** percent off, by week and then item */
  readonly discounts: Uint8Array;
  /** days after which an item is bought again, 0 for what lasts */
  readonly lastsDays: Uint8Array;
  readonly pairs: readonly PlantedPair[];
  /** every item that is sold the whole year */
  readonly yearRound: Pool;
  /** in the order of `tastes` */
  readonly byTaste: readonly Pool[];
  /** the seasonal items on sale, by day */
  readonly inSeason: readonly (Pool | undefined)[];
}

const shareDiscounted = 0.2;
const shareSoldOut = 0.04;
const shareHidden = 0.02;

export function createCatalogue(count: number, calendar: Calendar, random: Random): Catalogue {
  const shelfOf = Array.from({ length: count }, (_, item) => Math.floor((item * shelves.length) / count));
  const named = shelves.flatMap((shelf, index) =>
    nameItems(shelf, shelfOf.filter((own) => own === index).length, random),
  );
  const weights = shelfOf.map((shelf) => (shelves[shelf].lastsDays ? 1 : 0.4) / (0.1 + random()));
  const itemsOn = (wanted: (shelf: Shelf) => boolean) =>
    [...shelfOf.keys()].filter((item) => wanted(shelves[shelfOf[item]]));
  const poolOf = (wanted: (shelf: Shelf) => boolean) => createPool(itemsOn(wanted), (item) => weights[item]);

  const pairs = plantPairs(itemsOn, weights, random);
  const listPrices = Uint32Array.from(named, ({ listPrice }) => listPrice);
  const discounts = drawDiscounts(count, calendar, random);
  const paired = new Set(pairs.flatMap(({ first, second }) => [first, second]));
  const removable = [...shelfOf.keys()].filter((item) => !paired.has(item));
  const hidden = takeSome(removable, Math.ceil(count * shareHidden), random);
  const soldOut = takeSome(removable, Math.ceil(count * shareSoldOut), random);

  const items = named.map(({ title, brand, size, listPrice }, item): ShopItem => {
    const { category, season } = shelves[shelfOf[item]];
    const window = season && lastWindow(season, calendar.dates[calendar.days - 1]);
    return {
      item_id: itemId(item),
      title,
      category,
      brand,
      price: formatCents(priceOn({ listPrices, discounts }, item, calendar.days - 1)),
      list_price: formatCents(listPrice),
      cost: formatCents(Math.round(listPrice * (0.45 + 0.1 * random()))),
      stock: soldOut.has(item) ? 0 : drawInteger(random, 5, 400),
      hidden: hidden.has(item),
      ...(window && { available_from: window.from, available_until: window.until }),
      attributes: { variant: size, organic: random() < 0.25 },
    };
  });

  const seasons = shelves.flatMap(({ season }) => season ?? []);
  const seasonPools = seasons.map((season) => poolOf((shelf) => shelf.season === season));
  return {
    items,
    queries: named.map(({ noun }) => noun.toLowerCase()),
    listPrices,
    discounts,
    lastsDays: Uint8Array.from(shelfOf, (shelf) => shelves[shelf].lastsDays ?? 0),
    pairs,
    yearRound: poolOf((shelf) => !shelf.season),
    byTaste: Object.values(tastes).map((categories) => poolOf((shelf) => categories.includes(shelf.category))),
    inSeason: calendar.dates.map((date) => seasonPools[seasons.findIndex((season) => isInSeason(season, date))]),
  };
}

/** The prices of an item through the weeks. */
export type Prices = Pick<Catalogue, 'listPrices' | 'discounts'>;

/** The price asked for an item on a day, in cents. */
export function priceOn(prices: Prices, item: number, day: number): number {
  return Math.round((prices.listPrices[item] * (100 - percentOff(prices, item, day))) / 100);
}

export function isDiscounted(prices: Prices, item: number, day: number): boolean {
  return percentOff(prices, item, day) > 0;
}

function percentOff({ listPrices, discounts }: Prices, item: number, day: number): number {
  return discounts[Math.floor(day / 7) * listPrices.length + item];
}

export function formatCents(cents: number): string {
  const text = String(cents).padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** Every noun in every size of one brand, then of the next; past the last brand a number tells them apart. */
function nameItems({ nouns, sizes, brands, prices }: Shelf, count: number, random: Random) {
  const basePrices = nouns.map(() => prices[0] + random() * (prices[1] - prices[0]));
  const brandFactors = brands.map(() => 0.85 + random() * 0.4);
  return Array.from({ length: count }, (_, index) => {
    const noun = index % nouns.length;
    const size = Math.floor(index / nouns.length) % sizes.length;
    const round = Math.floor(index / (nouns.length * sizes.length));
    const brand = (round + noun) % brands.length;
    const [label, factor] = sizes[size];
    const series = Math.floor(round / brands.length);
    const name = `${nouns[noun]}${/^\d/.test(label) ? ' ' : ', '}${label}`;
    return {
      noun: nouns[noun],
      title: series === 0 ? name : `${name}, no. ${series + 1}`,
      brand: brands[brand],
      size: label,
      listPrice: Math.max(3, Math.round((basePrices[noun] * factor * brandFactors[brand]) / 10)) * 10 - 1,
    };
  });
}

function plantPairs(
  itemsOn: (wanted: (shelf: Shelf) => boolean) => number[],
  weights: readonly number[],
  random: Random,
): PlantedPair[] {
  return complements.map(([from, to]) => {
    const best = itemsOn(({ category }) => category === from).reduce((a, b) => (weights[b] > weights[a] ? b : a));
    const second = drawOne(
      random,
      itemsOn(({ category }) => category === to),
    );
    return { first: best, second, probability: drawInteger(random, 35, 65) / 100 };
  });
}

/** Each week has its own special offers. */
function drawDiscounts(count: number, { days }: Calendar, random: Random): Uint8Array {
  const discounts = new Uint8Array(Math.ceil(days / 7) * count);
  for (let index = 0; index < discounts.length; index++) {
    if (random() < shareDiscounted) discounts[index] = 5 * drawInteger(random, 2, 8);
  }
  return discounts;
}

/** Takes members out of a list, which loses its order. */
function takeSome(members: number[], count: number, random: Random): Set<number> {
  const taken = new Set<number>();
  while (taken.size < count && members.length > 0) {
    const at = drawInteger(random, 0, members.length - 1);
    taken.add(members[at]);
    members[at] = members[members.length - 1];
    members.pop();
  }
  return taken;
}
