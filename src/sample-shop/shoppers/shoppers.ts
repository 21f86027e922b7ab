import { drawInteger, type Random } from '../draws.ts';
import { tastes } from '../goods/assortment.ts';

/** How much somebody has to spend and what that makes of the choice. */
export const purses = ['ordinary', 'price-sensitive', 'weak', 'rich'] as const;
export type Purse = (typeof purses)[number];

/** How often somebody buys. A passer-by never becomes a customer. */
export const habits = ['loyal', 'regular', 'one-time', 'lapsed', 'passer-by'] as const;
export type Habit = (typeof habits)[number];

export const tasteNames = Object.keys(tastes);
export const noTaste = tasteNames.length;

/** Customers first, passers-by after them; every array has an element for each. */
export interface Shoppers {
  readonly count: number;
  readonly customers: number;
  readonly tastes: Uint8Array;
  readonly purses: Uint8Array;
  readonly habits: Uint8Array;
  readonly couponResponders: Uint8Array;
  /** 1 or 2; each is a visitor of its own */
  readonly devices: Uint8Array;
  readonly firstDays: Int32Array;
  /** mean days between two visits */
  readonly intervals: Float32Array;
  /** orders somebody will place at most */
  readonly orders: Uint16Array;
}

const sharePassersBy = 0.25;
const shareWithoutTaste = 0.15;
const purseShares = [0.55, 0.2, 0.15, 0.1];
const habitShares = [0.15, 0.4, 0.25, 0.2];
const manyOrders = 65_535;

export function createShoppers(customers: number, days: number, pace: number, random: Random): Shoppers {
  const count = customers + Math.ceil(customers * sharePassersBy);
  const shoppers: Shoppers = {
    count,
    customers,
    tastes: new Uint8Array(count),
    purses: new Uint8Array(count),
    habits: new Uint8Array(count),
    couponResponders: new Uint8Array(count),
    devices: new Uint8Array(count),
    firstDays: new Int32Array(count),
    intervals: new Float32Array(count),
    orders: new Uint16Array(count),
  };
  for (let shopper = 0; shopper < count; shopper++) {
    const purse = drawShare(random, purseShares);
    const habit = shopper < customers ? habits[drawShare(random, habitShares)] : 'passer-by';
    const rhythm = drawRhythm(habit, days, random);
    shoppers.tastes[shopper] = random() < shareWithoutTaste ? noTaste : drawInteger(random, 0, noTaste - 1);
    shoppers.purses[shopper] = purse;
    shoppers.habits[shopper] = habits.indexOf(habit);
    shoppers.couponResponders[shopper] = random() < (purses[purse] === 'price-sensitive' ? 0.6 : 0.25) ? 1 : 0;
    shoppers.devices[shopper] = habit !== 'passer-by' && random() < 0.3 ? 2 : 1;
    shoppers.firstDays[shopper] = rhythm.firstDay;
    shoppers.intervals[shopper] = rhythm.interval / pace;
    shoppers.orders[shopper] = rhythm.orders;
  }
  return shoppers;
}

/** The day after which a lapsed customer is not seen again. */
export function lapseDay(days: number): number {
  return Math.floor(days * 0.6);
}

function drawRhythm(habit: Habit, days: number, random: Random) {
  const variety = 0.5 + random();
  const anyDay = drawInteger(random, 0, days - 1);
  switch (habit) {
    case 'loyal':
      return {
        interval: 11 * variety,
        firstDay: Math.floor(random() < 0.7 ? random() * 10 : anyDay * 0.7),
        orders: manyOrders,
      };
    case 'regular':
      return {
        interval: 30 * variety,
        firstDay: Math.floor(random() < 0.5 ? random() * 28 : anyDay * 0.8),
        orders: manyOrders,
      };
    case 'one-time':
      return { interval: 4 * variety, firstDay: anyDay, orders: 1 };
    case 'lapsed':
      return { interval: 16 * variety, firstDay: Math.floor(anyDay * 0.3), orders: drawInteger(random, 2, 6) };
    case 'passer-by':
      return { interval: 9 * variety, firstDay: anyDay, orders: random() < 0.6 ? 1 : 0 };
  }
}

function drawShare(random: Random, shares: readonly number[]): number {
  let left = random();
  const index = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return index < 0 ? 0 : index;
}
