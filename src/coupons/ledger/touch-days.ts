import type { Queryable } from '../../db/index.ts';
import { insertTouches, Touches } from '../../intake/index.ts';
import * as store from './store.ts';

/**
 * Names the local days whose figures of coupons are to be counted anew, in the transaction that changes them: what is given is a cost
 * of its day. What is written of an order touches the days on which its coupons were issued and redeemed.
 */
export interface CouponTouches {
  /** @param now of what was written of the order's redemptions, which are written already */
  touchOrder(tx: Queryable, orderId: string, now: Date): Promise<void>;
  /** While the customer is still named. */
  touchCustomer(tx: Queryable, customerKey: number): Promise<void>;
}

/** @param timeZone the shop's */
export function createCouponTouches(timeZone: string): CouponTouches {
  const touch = (tx: Queryable, moments: readonly Date[]) =>
    insertTouches(
      tx,
      new Touches().addMoments(
        'cost',
        moments.map((moment) => moment.getTime()),
      ),
      timeZone,
    );
  return {
    touchOrder: async (tx, orderId, now) => touch(tx, [now, ...(await store.selectMomentsOfOrder(tx, orderId))]),
    touchCustomer: async (tx, customerKey) => touch(tx, await store.selectMomentsOfCustomer(tx, customerKey)),
  };
}
