import type { SampleShop, ShopEvent, ShopOrder, ShopRefund } from '../../sample-shop/index.ts';

/** The facts of a shop that have a moment, to be taken in the order of time, once. */
export interface DatedFacts {
  readonly orders: Feed<ShopOrder>;
  readonly refunds: Feed<ShopRefund>;
  readonly events: Feed<ShopEvent>;
}

/** Gives what is of before a moment (as facts write it) and was not given yet. */
type Feed<Fact> = (before: string) => Generator<Fact>;

export function openFacts(shop: Pick<SampleShop, keyof DatedFacts>): DatedFacts {
  return { orders: feed(shop.orders()), refunds: feed(shop.refunds()), events: feed(shop.events()) };
}

function feed<Fact extends { occurred_at: string }>(facts: Iterable<Fact>): Feed<Fact> {
  const rest = facts[Symbol.iterator]();
  let next = rest.next();
  return function* (before) {
    for (; !next.done && next.value.occurred_at < before; next = rest.next()) yield next.value;
  };
}
