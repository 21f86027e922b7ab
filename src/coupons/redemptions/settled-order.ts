import type { Redemption } from './store.ts';

export interface SettledRedemption extends Redemption {
  /** of the discount, in the order of the request's lines; empty: of before this was kept */
  perLine: number[];
}

/** What an order has after a request. */
export interface SettledOrder {
  redemptions: SettledRedemption[];
  /** earlier redemptions that give something else now, be it on other lines */
  restated: RestatedRedemption[];
  /** of all its redemptions */
  order: { discountMinor: number; perLine: number[]; freeShipping: boolean };
}

export interface RestatedRedemption extends SettledRedemption {
  /** nothing was left for it to give */
  unitGivenBack: boolean;
}
