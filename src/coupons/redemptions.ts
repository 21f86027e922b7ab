import type { Config } from '../config.ts';
import type { AnswerOnce, IdempotentRequest } from '../db/idempotency.ts';
import type { Database, Transaction } from '../db/index.ts';
import { invalidField, notFound } from '../errors.ts';
import { findCustomers, holdCustomers } from '../intake/index.ts';
import { fromMinor } from '../money.ts';
import {
  giveBackReserved,
  type Spend,
  selectCampaignByKey,
  selectCampaignsByKey,
  settleReservation,
} from './campaign-store.ts';
import type { Campaign } from './campaign-terms.ts';
import { type ItemsForScope, isBookable, linesInScope, type PricedLine, priceLines, totalOf } from './cart.ts';
import { normaliseCode } from './codes.ts';
import { countersOf, giveBackCounters, takeCounters } from './counter-store.ts';
import { discountLines } from './discounts.ts';
import type { RedemptionElement, ReleaseElement } from './elements.ts';
import { budgetLeft } from './eligibility.ts';
import type { GuessWatch } from './guesses.ts';
import * as store from './ledger-store.ts';
import { periodStarts } from './periods.ts';
import { alreadyRedeemed, budgetSpent, ExpiredCode, notRedeemable, notReleasable } from './refusals.ts';
import { type GivenDiscount, linesAfter } from './stacking.ts';

export interface Redemptions {
  /**
   * Redeems a code: settles the actual discount and gives back what was reserved beyond it. A code made in bulk or by name
   * takes its unit now, within the limits of campaign, code, customer and period.
   * @throws PannierError `not_found`, `too_many_requests` after many unknown codes, `coupon_already_redeemed`,
   *   `coupon_not_redeemable` naming the field that stands against it, `idempotency_mismatch`, `request_in_progress`
   */
  redeem(element: RedemptionElement, request: IdempotentRequest): Promise<store.Redemption>;
  /**
   * Gives back what an issued code has reserved; the code is worth nothing from then on.
   * @throws PannierError `not_found`, `conflict` when nothing is reserved any more, `idempotency_mismatch`, `request_in_progress`
   */
  release(element: ReleaseElement, request: IdempotentRequest): Promise<Release>;
  /** Expires the reserved uses whose time is over; units and money are free again. @returns how many */
  expireCoupons(): Promise<number>;
}

export interface Release {
  code: string;
  releasedAt: Date;
  moneyMinor: number;
}

const expiryBatch = 1_000;

export interface RedemptionDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  clock: () => Date;
  itemsForScope: ItemsForScope;
  guesses: GuessWatch;
  answerOnce: AnswerOnce;
  spend: Spend;
}

export function createRedemptions(deps: RedemptionDependencies): Redemptions {
  const { db, config, clock, guesses, answerOnce, spend } = deps;
  const money = (minor: number) => fromMinor(minor, config.minorDigits);

  async function findCode(tx: Transaction, typed: string): Promise<store.KnownCode | undefined> {
    const normal = normaliseCode(typed);
    return (await store.selectCodes(tx, [normal])).get(normal);
  }

  /** Locks in the order that `Coupons` states. */
  async function redeemIn(
    tx: Transaction,
    code: store.KnownCode,
    asked: { element: RedemptionElement; lines: PricedLine[]; customerKey: number | null; now: Date },
  ): Promise<number> {
    const { element, lines, now } = asked;
    const campaign = await selectCampaignByKey(tx, code.campaignKey);
    // Seen before anything is held: most of those who come too late wait for nobody.
    const left = budgetLeft(campaign);
    if (code.kind !== 'issued' && (left.coupons === 0 || left.moneyMinor === 0)) throw budgetSpent();
    const earlier = await store.lockOrder(tx, element.order_id);
    if (code.kind === 'issued') {
      const use = await store.lockIssuedUse(tx, code.couponKey);
      if (use.state === 'released') throw notRedeemable('/code', 'was released');
      if (use.state === 'expired') throw new ExpiredCode(code.couponKey);
      if (use.state !== 'reserved') throw alreadyRedeemed();
      if (code.validUntil <= now) throw new ExpiredCode(code.couponKey);
      const discountMinor = await discountFor(tx, campaign, lines, earlier);
      const { useId, reservedMinor } = use;
      await store.redeemReserved(tx, { useId, discountMinor, orderId: element.order_id, redeemedAt: now });
      await settleReservation(tx, { campaignKey: campaign.campaignKey, reservedMinor, discountMinor });
      return useId;
    }
    if (code.validUntil <= now) throw new ExpiredCode(code.couponKey);
    if (now < campaign.validFrom) throw notRedeemable('/code', 'is not valid yet');
    const customerKey = await stillThere(tx, asked.customerKey);
    const { couponKey } = code;
    if (code.customerKey !== null && customerKey === null) throw new ExpiredCode(couponKey);
    const discountMinor = await discountFor(tx, campaign, lines, earlier);
    const starts = periodStarts(now, campaign);
    if (!(await store.holdCode(tx, couponKey))) throw alreadyRedeemed();
    const { campaignKey } = campaign;
    const use = {
      couponKey,
      campaignKey,
      customerKey,
      discountMinor,
      orderId: element.order_id,
      redeemedAt: now,
      starts,
    };
    const useId = await store.insertRedeemed(tx, use);
    if (useId === undefined) throw alreadyRedeemed();
    if (!(await spend(tx, { campaignKey, discountMinor }))) throw budgetSpent();
    if (!(await takeCounters(tx, countersOf(campaign, { customerKey, couponKey, starts })))) {
      throw notRedeemable('/code', 'has reached a limit of its campaign');
    }
    return useId;
  }

  async function discountFor(tx: Transaction, campaign: Campaign, lines: PricedLine[], uses: store.OrderUse[]) {
    if (uses.some(({ campaignKey }) => campaignKey === campaign.campaignKey)) {
      throw notRedeemable('/order_id', 'has a coupon of this campaign already');
    }
    const earlier = await discountsOf(tx, uses);
    if (
      earlier.length > 0 &&
      (campaign.stacking === 'exclusive' || earlier.some((use) => use.stacking === 'exclusive'))
    ) {
      throw notRedeemable('/order_id', 'has a coupon that cannot be combined with this one');
    }
    const applicable = linesInScope(campaign, lines, deps.itemsForScope);
    if (applicable.length === 0) throw notRedeemable('/lines', 'has nothing the campaign applies to');
    const total = totalOf(applicable);
    const least = campaign.minimumSpendMinor ?? 0;
    if (total < least) {
      throw notRedeemable(
        '/lines',
        `adds up to ${money(total)} where the campaign applies, and ${money(least)} is the least`,
      );
    }
    const left = linesInScope(campaign, linesAfter(earlier, lines, deps.itemsForScope), deps.itemsForScope);
    return discountLines(campaign.discount, left).totalMinor;
  }

  async function discountsOf(tx: Transaction, uses: store.OrderUse[]): Promise<(Campaign & GivenDiscount)[]> {
    if (uses.length === 0) return [];
    const campaigns = await selectCampaignsByKey(
      tx,
      uses.map(({ campaignKey }) => campaignKey),
    );
    const byKey = new Map(campaigns.map((campaign) => [campaign.campaignKey, campaign]));
    return uses.map((use) => ({ ...byKey.get(use.campaignKey)!, ...use }));
  }

  /** Whoever was erased since they were read is nobody. */
  async function stillThere(tx: Transaction, customerKey: number | null): Promise<number | null> {
    return customerKey !== null && (await holdCustomers(tx, [customerKey])) === 1 ? customerKey : null;
  }

  /** Ends one reservation and gives back what it held. */
  async function end(
    tx: Transaction,
    couponKey: number,
    as: 'expired' | 'released',
    now: Date,
  ): Promise<number | undefined> {
    const [ended] = await store.endReserved(tx, now, { couponKey, as });
    if (!ended) return undefined;
    await giveBackReserved(tx, { ...ended, units: 1, as });
    await giveBackCounters(tx, [ended.useId]);
    return ended.reservedMinor;
  }

  return {
    async redeem(element, request) {
      const now = clock();
      const lines = priceLines(element.lines, config.minorDigits);
      if (!isBookable(lines)) throw invalidField('/lines', 'adds up to more than can be booked');
      const named = element.customer_id;
      try {
        const answer = await db.transaction(
          (tx) =>
            answerOnce(tx, request, async () => {
              guesses.admit(request.keyId, named);
              const code = await findCode(tx, element.code);
              if (!code) {
                guesses.count(request.keyId, named);
                throw notFound('coupon code');
              }
              const customer = named === undefined ? undefined : (await findCustomers(tx, [named])).get(named);
              const isBound = code.kind === 'issued' || code.customerKey !== null;
              if (isBound && named !== undefined && customer?.customerKey !== code.customerKey) {
                throw notRedeemable('/customer_id', 'is not the customer of this code');
              }
              if (code.kind !== 'issued' && code.customerKey !== null && named === undefined) {
                throw notRedeemable('/customer_id', 'is needed for this code');
              }
              const customerKey = customer?.customerKey ?? code.customerKey;
              return {
                answer: { redemption_id: await redeemIn(tx, code, { element, lines, customerKey, now }) },
                customerKey: null,
              };
            }),
          { byKey: true },
        );
        return await store.selectRedemption(db, answer.redemption_id);
      } catch (error) {
        // The refusal undid its transaction, so what the code holds is given back after it.
        if (error instanceof ExpiredCode) await db.transaction((tx) => end(tx, error.couponKey, 'expired', now));
        throw error;
      }
    },

    async release(element, request) {
      const now = clock();
      const answer = await db.transaction((tx) =>
        answerOnce(tx, request, async () => {
          const code = await findCode(tx, element.code);
          if (!code) throw notFound('coupon code');
          const moneyMinor = code.kind === 'issued' ? await end(tx, code.couponKey, 'released', now) : undefined;
          if (moneyMinor === undefined) throw notReleasable();
          return { answer: { released_at: now.toISOString(), money_minor: moneyMinor }, customerKey: null };
        }),
      );
      const code = normaliseCode(element.code);
      return { code, releasedAt: new Date(answer.released_at), moneyMinor: answer.money_minor };
    },

    async expireCoupons() {
      const now = clock();
      let total = 0;
      for (const campaignKey of await store.selectCampaignsWithExpired(db, now)) {
        let expired: number;
        do {
          expired = await db.transaction(async (tx) => {
            const ended = await store.endReserved(tx, now, { campaignKey, limit: expiryBatch });
            if (ended.length === 0) return 0;
            const reservedMinor = ended.reduce((sum, use) => sum + use.reservedMinor, 0);
            await giveBackReserved(tx, { campaignKey, units: ended.length, reservedMinor, as: 'expired' });
            await giveBackCounters(
              tx,
              ended.map(({ useId }) => useId),
            );
            return ended.length;
          });
          total += expired;
        } while (expired === expiryBatch);
      }
      return total;
    },
  };
}
