import { customerId, itemId, visitorId } from './facts/ids.ts';
import { shelves, tastes } from './goods/assortment.ts';
import { createListsTruth, type ListsTruth } from './lists/lists-truth.ts';
import type { Basket } from './shoppers/baskets.ts';
import { listPurchases } from './shoppers/purchases.ts';
import { type Habit, habits, noTaste, type Purse, purses, tasteNames } from './shoppers/shoppers.ts';
import { weekdayLoad } from './shoppers/visits.ts';
import type { TradeTruth } from './trade/planted.ts';
import type { World } from './world.ts';

/** What was planted in the shop. */
export interface Truth {
  /** of a shop with `indicators` */
  readonly trade: TradeTruth | null;
  /** null: the data is too short for lists */
  readonly lists: ListsTruth | null;
  /** categories of each taste; no category is in two */
  readonly tastes: Readonly<Record<string, readonly string[]>>;
  /** categories that are sold in a part of the year only; both days (MM-DD) are inside */
  readonly seasons: readonly { readonly category: string; readonly from: string; readonly until: string }[];
  /** how busy each day of the week is, Sunday first, against the busiest */
  readonly weekdayLoad: readonly number[];
  customers(): Iterable<CustomerTruth>;
  /** Counts over all the orders anew at each call. */
  pairs(): PairTruth[];
}

/** What was planted in one customer. */
export interface CustomerTruth {
  readonly customerId: string;
  readonly visitorIds: readonly string[];
  readonly taste: string | null;
  readonly purse: Purse;
  readonly habit: Habit;
  readonly couponResponder: boolean;
}

/**
 * A pair of items bought together; `probability` is that of `second` being added to a basket for its `first`, which
 * comes on top of its being there by chance. Both items are on sale all the year, in stock and not hidden.
 */
export interface PairTruth {
  readonly first: string;
  readonly second: string;
  readonly probability: number;
  /** the orders as they were placed */
  readonly placed: PairCounts;
  /** the orders as they are when all refunds are deducted: a line that came back whole is no longer in its order */
  readonly kept: PairCounts;
}

/** Exact numbers of orders, so that supports, confidences and lifts are exact. */
export interface PairCounts {
  readonly orders: number;
  readonly withFirst: number;
  readonly withSecond: number;
  readonly withBoth: number;
}

export function createTruth(world: World): Omit<Truth, 'trade'> {
  return {
    lists: createListsTruth(world),
    tastes,
    seasons: shelves.flatMap(({ category, season }) => (season ? [{ category, ...season }] : [])),
    weekdayLoad,
    customers: () => describeCustomers(world),
    pairs: () => countPairs(world),
  };
}

function* describeCustomers({ shoppers }: World): Generator<CustomerTruth> {
  for (let customer = 0; customer < shoppers.customers; customer++) {
    const taste = shoppers.tastes[customer];
    yield {
      customerId: customerId(customer),
      visitorIds: Array.from({ length: shoppers.devices[customer] }, (_, device) => visitorId(customer, device)),
      taste: taste === noTaste ? null : tasteNames[taste],
      purse: purses[shoppers.purses[customer]],
      habit: habits[shoppers.habits[customer]],
      couponResponder: shoppers.couponResponders[customer] === 1,
    };
  }
}

function countPairs(world: World): PairTruth[] {
  const { pairs } = world.catalogue;
  const placed = createTally(world);
  const kept = createTally(world);
  for (const { day, basket } of listPurchases(world)) {
    placed.add(basket.items);
    kept.add(itemsKept(basket, world.calendar.days - 1 - day));
  }
  return pairs.map(({ first, second, probability }, pair) => ({
    first: itemId(first),
    second: itemId(second),
    probability,
    placed: placed.counts(pair),
    kept: kept.counts(pair),
  }));
}

/** What is left of a basket so many days later. */
function itemsKept({ items, quantities, refund }: Basket, daysLater: number): readonly number[] {
  if (!refund || refund.afterDays > daysLater) return items;
  const { line } = refund;
  if (!line) return [];
  return items.filter((_, position) => position !== line.position || line.quantity < quantities[position]);
}

/** Counts the orders that hold one or both items of each pair. */
function createTally({ catalogue: { pairs } }: World) {
  const pairOf = new Map(
    pairs.flatMap(
      ({ first, second }, pair) =>
        [
          [first, pair],
          [second, pair],
        ] as const,
    ),
  );
  const withFirst = new Uint32Array(pairs.length);
  const withSecond = new Uint32Array(pairs.length);
  const withBoth = new Uint32Array(pairs.length);
  let orders = 0;
  return {
    add(items: readonly number[]): void {
      if (items.length > 0) orders++;
      for (const item of items) {
        const pair = pairOf.get(item);
        if (pair === undefined) continue;
        const { second } = pairs[pair];
        if (item === second) withSecond[pair]++;
        else {
          withFirst[pair]++;
          if (items.includes(second)) withBoth[pair]++;
        }
      }
    },
    counts: (pair: number): PairCounts => ({
      orders,
      withFirst: withFirst[pair],
      withSecond: withSecond[pair],
      withBoth: withBoth[pair],
    }),
  };
}
