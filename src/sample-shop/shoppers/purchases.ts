import type { World } from '../world.ts';
import type { Basket } from './baskets.ts';
import { playDays, type Visit } from './visits.ts';

/** A visit that ended with an order; orders are numbered from 0 in the order of time. */
export interface Purchase {
  readonly order: number;
  readonly day: number;
  readonly visit: Visit;
  readonly basket: Basket;
}

/** The purchases of each day, in time order. */
export function* playPurchases(world: World): Generator<Purchase[]> {
  let order = 0;
  let day = 0;
  for (const visits of playDays(world)) {
    const purchases: Purchase[] = [];
    for (const visit of visits) {
      if (visit.purchase) purchases.push({ order: order++, day, visit, basket: visit.purchase });
    }
    yield purchases;
    day++;
  }
}

export function* listPurchases(world: World): Generator<Purchase> {
  for (const purchases of playPurchases(world)) yield* purchases;
}
