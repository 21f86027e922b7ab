import { drawInteger, drawWait, type Random } from '../draws.ts';
import { isDiscounted } from '../goods/catalogue.ts';
import type { World } from '../world.ts';
import { chooseItem } from './choice.ts';
import { type Purse, purses } from './shoppers.ts';

/** What was bought, without an item twice, and what came back. */
export interface Basket {
  readonly items: readonly number[];
  readonly quantities: readonly number[];
  readonly refund?: Return;
}

export interface Return {
  /** the line that came back, in whole or in part; none for the whole basket */
  readonly line?: { readonly position: number; readonly quantity: number };
  readonly afterDays: number;
  readonly second: number;
}

/** consumables somebody keeps buying */
const staplesEach = 3;
const rebuysDueStaple = 0.65;
/** how rarely who is price-sensitive takes a staple at its full price, against the others */
const rebuysAtFullPrice = 0.15;
const replacesStaple = 0.1;
const shareReturned = 0.03;
const shareReturnedWhole = 0.4;
const longestReturn = 21;
const mostLines = 12;
const extraLines: Readonly<Record<Purse, number>> = { ordinary: 1.5, 'price-sensitive': 1.7, weak: 0.9, rich: 2.6 };

/** Fills the baskets of the shop in the order of time, remembering everybody's staples. */
export function createBaskets(world: World, random: Random): { fill(shopper: number, day: number): Basket } {
  const { catalogue, shoppers } = world;
  const staples = new Int32Array(shoppers.count * staplesEach).fill(-1);
  const boughtOn = new Int32Array(staples.length);
  const pairOf = new Map(catalogue.pairs.map((pair) => [pair.first, pair]));

  const purseOf = (shopper: number) => purses[shoppers.purses[shopper]];

  const dueStaples = (shopper: number, day: number): number[] => {
    const due: number[] = [];
    for (let slot = shopper * staplesEach; slot < (shopper + 1) * staplesEach; slot++) {
      const item = staples[slot];
      if (item < 0 || day - boughtOn[slot] < 0.8 * catalogue.lastsDays[item]) continue;
      const waits = purseOf(shopper) === 'price-sensitive' && !isDiscounted(catalogue, item, day);
      if (random() < rebuysDueStaple * (waits ? rebuysAtFullPrice : 1)) due.push(item);
    }
    return due;
  };

  const remember = (shopper: number, item: number, day: number): void => {
    if (catalogue.lastsDays[item] === 0) return;
    const from = shopper * staplesEach;
    const own = staples.subarray(from, from + staplesEach);
    let slot = own.indexOf(item);
    if (slot < 0) slot = own.indexOf(-1);
    if (slot < 0 && random() < replacesStaple) slot = drawInteger(random, 0, staplesEach - 1);
    if (slot < 0) return;
    own[slot] = item;
    boughtOn[from + slot] = day;
  };

  return {
    fill(shopper, day) {
      const purse = purseOf(shopper);
      const wanted = Math.min(mostLines, 1 + Math.floor(drawWait(random, extraLines[purse])));
      const items = dueStaples(shopper, day);
      for (let tries = 2 * wanted; items.length < wanted && tries > 0; tries--) {
        const item = chooseItem(world, shopper, day, random);
        if (!items.includes(item)) items.push(item);
      }
      for (const item of [...items]) {
        const pair = pairOf.get(item);
        if (pair && random() < pair.probability && !items.includes(pair.second)) items.push(pair.second);
      }
      for (const item of items) remember(shopper, item, day);
      const largest = purse === 'rich' ? 4 : 3;
      const quantities = items.map((item) =>
        catalogue.lastsDays[item] > 0 && random() < 0.3 ? drawInteger(random, 2, largest) : 1,
      );
      const refund = random() < shareReturned ? drawReturn(quantities, random) : undefined;
      return { items, quantities, ...(refund && { refund }) };
    },
  };
}

function drawReturn(quantities: readonly number[], random: Random): Return {
  const when = { afterDays: drawInteger(random, 1, longestReturn), second: drawInteger(random, 8 * 3600, 18 * 3600) };
  if (random() < shareReturnedWhole) return when;
  const position = drawInteger(random, 0, quantities.length - 1);
  return { ...when, line: { position, quantity: drawInteger(random, 1, quantities[position]) } };
}
