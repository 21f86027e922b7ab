import type { Config } from '../../config.ts';
import type { AnswerOnce, IdempotentRequest } from '../../db/idempotency.ts';
import type { Database } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import type { Spend } from '../budgets/store.ts';
import type { FailureCount } from '../codes/failures/failure-count.ts';
import type { GuessWatch } from '../codes/guesses/guess-watch.ts';
import { type ItemsForScope, isBookable, priceLines } from '../discounts/priced-lines.ts';
import type { CouponTouches } from '../ledger/touch-days.ts';
import type { OrderRedemptionElement, RedemptionElement } from '../request-elements.ts';
import { endReservation } from '../reservations/reservations.ts';
import { RefusedCodes } from './refusals.ts';
import { settleOrder } from './settle-order.ts';
import type { SettledOrder, SettledRedemption } from './settled-order.ts';
import { readAnswer } from './stored-answer.ts';
import type { WantedOrder } from './wanted-codes.ts';
import { TermsChanged } from './write-redemptions.ts';

export interface Redemptions {
  /**
   * Redeems a code of an order: settles the actual discount and gives back what was reserved beyond it. A code made in bulk or by
   * name takes its unit now, within the limits of campaign, code, customer and period.
   * @throws PannierError `not_found`, `too_many_requests` after many unknown codes, `coupon_already_redeemed`,
   *   `coupon_not_redeemable` naming the field that stands against it, `idempotency_mismatch`, `request_in_progress`
   */
  redeem(element: RedemptionElement, request: IdempotentRequest): Promise<SettledRedemption & SettledOrder>;
  /** Redeems several codes of an order, all or none. @throws as `redeem`, naming every code that is refused */
  redeemOrder(element: OrderRedemptionElement, request: IdempotentRequest): Promise<SettledOrder>;
}

export interface RedemptionDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  clock: () => Date;
  itemsForScope: ItemsForScope;
  guesses: GuessWatch;
  failures: Pick<FailureCount, 'add'>;
  answerOnce: AnswerOnce;
  spend: Spend;
  touches: CouponTouches;
}

export function createRedemptions(deps: RedemptionDependencies): Redemptions {
  const { db, config, clock, guesses, failures, answerOnce, spend, touches } = deps;
  const settlement = { pricing: { itemsForScope: deps.itemsForScope, digits: config.minorDigits }, spend, touches };

  async function redeemAll(wanted: WantedOrder, request: IdempotentRequest): Promise<SettledOrder> {
    const now = clock();
    const lines = priceLines(wanted.lines, config.minorDigits);
    if (!isBookable(lines)) throw invalidField('/lines', 'adds up to more than can be booked');
    try {
      const answer = await db.transaction(
        (tx) =>
          answerOnce(tx, request, async () => {
            await guesses.admit(tx, request.keyId, wanted.customerId);
            return { answer: await settleOrder(tx, wanted, lines, now, settlement), customerKey: null };
          }),
        { byKey: true },
      );
      return readAnswer(db, answer);
    } catch (error) {
      if (error instanceof TermsChanged) return redeemAll(wanted, request);
      if (error instanceof RefusedCodes) await followRefusal(error, wanted, request, now);
      throw error;
    }
  }

  /** The refusal undid its transaction, so what the code holds is given back after it, and guesses are counted. */
  async function followRefusal(refusal: RefusedCodes, wanted: WantedOrder, { keyId }: IdempotentRequest, now: Date) {
    for (const outcome of refusal.outcomes) failures.add(outcome, 1);
    for (const key of refusal.expired) await db.transaction((tx) => endReservation(tx, key, 'expired', now));
    if (refusal.unknown > 0) await guesses.count(db, keyId, wanted.customerId, refusal.unknown);
  }

  return {
    async redeem({ code, order_id: orderId, customer_id: customerId, visitor_id: visitorId, lines }, request) {
      const settled = await redeemAll({ orderId, customerId, visitorId, lines, codes: [code], isOfOne: true }, request);
      return { ...settled.redemptions[0], ...settled };
    },

    redeemOrder({ codes, order_id: orderId, customer_id: customerId, visitor_id: visitorId, lines }, request) {
      return redeemAll({ orderId, customerId, visitorId, lines, codes, isOfOne: false }, request);
    },
  };
}
