import type { Config } from '../config.ts';
import { answerOnce, type IdempotentRequest } from '../db/idempotency.ts';
import type { Database, Transaction } from '../db/index.ts';
import { invalidField, notFound, PannierError } from '../errors.ts';
import { findCustomers } from '../intake/index.ts';
import { fromMinor } from '../money.ts';
import { selectCampaignByKey, settleReservation } from './campaign-store.ts';
import type { Campaign } from './campaign-terms.ts';
import { applicablePart, discountOn, type ItemsForScope, type PricedLine, priceLines, totalOf } from './cart.ts';
import { normaliseCode } from './codes.ts';
import type { RedemptionElement } from './elements.ts';
import * as store from './ledger-store.ts';

export interface Redemptions {
  /**
   * Redeems a code once: settles the actual discount and gives back what was reserved beyond it.
   * @throws PannierError `not_found`, `coupon_already_redeemed`, `coupon_not_redeemable` naming the field that stands
   *   against it, `idempotency_mismatch`
   */
  redeem(element: RedemptionElement, request: IdempotentRequest): Promise<store.Redemption>;
  /** Expires the open coupons whose time is over; their reservations are free again. @returns how many */
  expireCoupons(): Promise<number>;
}

const expiryBatch = 1_000;

export function createRedemptions(deps: {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  clock: () => Date;
  itemsForScope: ItemsForScope;
}): Redemptions {
  const { db, config, clock } = deps;
  const money = (minor: number) => fromMinor(minor, config.minorDigits);

  async function redeemIn(
    tx: Transaction,
    element: RedemptionElement,
    lines: PricedLine[],
    now: Date,
  ): Promise<number> {
    const coupon = await store.lockCoupon(tx, normaliseCode(element.code));
    if (!coupon) throw notFound('coupon code');
    if (coupon.status === 'redeemed') {
      throw new PannierError('coupon_already_redeemed', 'This code was redeemed before.', [
        { field: '/code', message: 'was redeemed before' },
      ]);
    }
    if (coupon.status === 'expired' || coupon.validUntil <= now) throw new ExpiredCode();
    if (element.customer_id !== undefined) {
      const customer = (await findCustomers(tx, [element.customer_id])).get(element.customer_id);
      if (!customer || customer.customerKey !== coupon.customerKey) {
        throw notRedeemable('/customer_id', 'is not the customer of this code');
      }
    }
    const campaign = await selectCampaignByKey(tx, coupon.campaignKey);
    const discountMinor = discountOn(applicableTotal(campaign, lines), campaign.discount);
    const { couponKey, campaignKey, reservedMinor } = coupon;
    const redemption = { couponKey, discountMinor, orderId: element.order_id, redeemedAt: now };
    const redemptionId = await store.insertRedemption(tx, redemption);
    await settleReservation(tx, { campaignKey, reservedMinor, discountMinor });
    return redemptionId;
  }

  function applicableTotal(campaign: Campaign, lines: PricedLine[]): number {
    const applicable = applicablePart(campaign, lines, deps.itemsForScope);
    if (applicable.lines === 0) throw notRedeemable('/lines', 'has nothing the campaign applies to');
    const total = applicable.totalMinor;
    const least = campaign.minimumSpendMinor ?? 0;
    if (total < least) {
      throw notRedeemable(
        '/lines',
        `adds up to ${money(total)} where the campaign applies, and ${money(least)} is the least`,
      );
    }
    return total;
  }

  return {
    async redeem(element, request) {
      const now = clock();
      const lines = priceLines(element.lines, config.minorDigits);
      if (!Number.isSafeInteger(totalOf(lines))) throw invalidField('/lines', 'adds up to more than can be booked');
      try {
        const answer = await db.transaction((tx) =>
          answerOnce(tx, request, async () => ({
            answer: { redemption_id: await redeemIn(tx, element, lines, now) },
            customerKey: null,
          })),
        );
        return await store.selectRedemption(db, answer.redemption_id);
      } catch (error) {
        // The refusal undid its transaction, so what the code holds is given back after it.
        if (error instanceof ExpiredCode) await store.expire(db, now, { code: normaliseCode(element.code) });
        throw error;
      }
    },

    async expireCoupons() {
      const now = clock();
      let total = 0;
      for (const campaignKey of await store.selectCampaignsWithExpired(db, now)) {
        let expired: number;
        do {
          expired = await store.expire(db, now, { campaignKey, limit: expiryBatch });
          total += expired;
        } while (expired === expiryBatch);
      }
      return total;
    },
  };
}

class ExpiredCode extends PannierError {
  constructor() {
    super('coupon_not_redeemable', '/code has expired.', [{ field: '/code', message: 'has expired' }]);
  }
}

function notRedeemable(field: string, message: string): PannierError {
  return new PannierError('coupon_not_redeemable', `${field} ${message}.`, [{ field, message }]);
}
