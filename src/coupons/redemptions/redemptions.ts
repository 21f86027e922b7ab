import type { Config } from '../../config.ts';
import type { AnswerOnce, IdempotentRequest } from '../../db/idempotency.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { invalidField, notFound } from '../../errors.ts';
import { findCustomers, holdCustomers, resolveCustomers } from '../../intake/index.ts';
import { fromMinor } from '../../shop/money.ts';
import { giveBackRedeemed, giveBackReserved, restateSpent, type Spend, settleReservation } from '../budgets/store.ts';
import type { Campaign } from '../campaigns/campaign-terms.ts';
import { selectCampaignsByKey } from '../campaigns/store.ts';
import { type NamedCustomer, obstacleTo } from '../codes/code-obstacles.ts';
import { normaliseCode } from '../codes/code-text.ts';
import type { GuessWatch } from '../codes/guesses/guess-watch.ts';
import { freeCode, holdCode, type KnownCode, selectCodes, unbindFromUse } from '../codes/store.ts';
import {
  type ItemsForScope,
  isBookable,
  linesInScope,
  type PricedLine,
  priceLines,
  totalOf,
} from '../discounts/priced-lines.ts';
import { hashLines, type StackedOffer, stack } from '../discounts/stacking.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, giveBackCounters, takeCounters } from '../limits/store.ts';
import type {
  CartLineElement,
  OrderRedemptionElement,
  RedemptionElement,
  ReleaseElement,
} from '../request-elements.ts';
import { endReserved, type IssuedUse, lockIssuedUse, selectCampaignsWithExpired } from '../reservations/store.ts';
import { insertReversal } from '../reversals/store.ts';
import { notRedeemable, notReleasable, type RefusedCode, RefusedCodes } from './refusals.ts';
import * as store from './store.ts';

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
  /**
   * Gives back what an issued code has reserved; the code is worth nothing from then on.
   * @throws PannierError `not_found`, `conflict` when nothing is reserved any more, `idempotency_mismatch`, `request_in_progress`
   */
  release(element: ReleaseElement, request: IdempotentRequest): Promise<Release>;
  /** Expires the reserved uses whose time is over; units and money are free again. @returns how many */
  expireCoupons(): Promise<number>;
}

export interface SettledRedemption extends store.Redemption {
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

interface WantedOrder {
  orderId: string;
  customerId: string | undefined;
  lines: CartLineElement[];
  codes: string[];
  /** how its codes are named when they are refused */
  isOfOne: boolean;
}

/** A code of a request. */
interface WantedCode {
  place: number | null;
  code: KnownCode;
  campaign: Campaign;
  /** the use of an issued code; null: it takes one */
  use: IssuedUse | null;
}

interface Moment {
  orderId: string;
  lines: PricedLine[];
  linesHash: Buffer;
  customerKey: number | null;
  now: Date;
}

/** As it is kept for repetitions of the request: numbers alone. */
interface StoredAnswer {
  redemptions: StoredRedemption[];
  restated: (StoredRedemption & { unit_given_back: boolean })[];
  order: { discount_minor: number; lines: number[]; free_shipping: boolean };
}

interface StoredRedemption {
  redemption_id: number;
  discount_minor: number;
  lines: number[];
}

export function createRedemptions(deps: RedemptionDependencies): Redemptions {
  const { db, config, clock, guesses, answerOnce, spend } = deps;
  const money = (minor: number) => fromMinor(minor, config.minorDigits);

  async function findCode(tx: Transaction, typed: string): Promise<KnownCode | undefined> {
    const normal = normaliseCode(typed);
    return (await selectCodes(tx, [normal])).get(normal);
  }

  /** The codes of a request with their campaigns. @throws RefusedCodes naming those there are not */
  async function findCodes(tx: Transaction, { codes: typed, isOfOne }: WantedOrder): Promise<WantedCode[]> {
    const normal = typed.map(normaliseCode);
    const known = await selectCodes(tx, normal);
    const placeOf = (index: number) => (isOfOne ? null : index);
    const refused = normal.flatMap((code, index): RefusedCode[] => {
      if (!known.has(code)) return [{ place: placeOf(index), outcome: 'unknown-code' }];
      return normal.indexOf(code) === index ? [] : [{ place: placeOf(index), outcome: 'given-twice' }];
    });
    if (refused.length > 0) throw new RefusedCodes(refused);
    const campaigns = await campaignsByKey(
      tx,
      Array.from(known.values(), ({ campaignKey }) => campaignKey),
    );
    return normal.map((text, index) => {
      // Whether it has a unit left is found by taking it.
      const code = { ...known.get(text)!, left: null };
      return { place: placeOf(index), code, campaign: campaigns.get(code.campaignKey)!, use: null };
    });
  }

  async function campaignsByKey(tx: Transaction, keys: readonly number[]): Promise<Map<number, Campaign>> {
    return new Map((await selectCampaignsByKey(tx, keys)).map((campaign) => [campaign.campaignKey, campaign]));
  }

  function refuseObstructed(wanted: readonly WantedCode[], customer: NamedCustomer, now: Date): void {
    const refused = wanted.flatMap(({ place, code, campaign, use }): RefusedCode[] => {
      const outcome = obstacleTo(code, use?.state ?? null, campaign, customer, now);
      if (!outcome) return [];
      const isNobody =
        outcome === 'not-this-customer' && customer.customerId === undefined && code.customerKey !== null;
      return [{ place, outcome, couponKey: code.couponKey, ...(isNobody && { message: 'is needed for this code' }) }];
    });
    if (refused.length > 0) throw new RefusedCodes(refused);
  }

  /** Whoever is named and takes a unit is known from then on, so that their limits bind. Erasure is held off. */
  async function holdNamed(tx: Transaction, named: string, known: number | null, takesUnits: boolean) {
    if (takesUnits) return (await resolveCustomers(tx, [named])).get(named)!;
    return known !== null && (await holdCustomers(tx, [known])) === 1 ? known : null;
  }

  /** Locks in the order that `Coupons` states. */
  async function redeemIn(tx: Transaction, wanted: WantedOrder, lines: PricedLine[], now: Date): Promise<StoredAnswer> {
    const { orderId, customerId } = wanted;
    const codes = await findCodes(tx, wanted);
    const found = customerId === undefined ? undefined : (await findCustomers(tx, [customerId])).get(customerId);
    // Seen before anything is held: most of those who come too late wait for nobody.
    refuseObstructed(codes, { customerId, customerKey: found?.customerKey ?? null }, now);
    await store.lockOrder(tx, orderId);
    const takesUnits = codes.some(({ code }) => code.kind !== 'issued');
    const customerKey =
      customerId === undefined ? null : await holdNamed(tx, customerId, found?.customerKey ?? null, takesUnits);
    const issued = codes.filter(({ code }) => code.kind === 'issued');
    for (const one of issued.toSorted(byCode)) one.use = await lockIssuedUse(tx, one.code.couponKey);
    refuseObstructed(codes, { customerId, customerKey }, now);
    const earlier = await store.selectOrderUses(tx, orderId);
    const moment: Moment = { orderId, lines, linesHash: hashLines(lines), customerKey, now };
    return settle(tx, codes, earlier, moment);
  }

  /** Finds what all codes of the order give together, and writes down what that changes. */
  async function settle(tx: Transaction, wanted: WantedCode[], earlier: store.OrderUse[], moment: Moment) {
    const { lines, linesHash, customerKey } = moment;
    if (earlier.some(({ isPartlyReversed }) => isPartlyReversed)) {
      throw notRedeemable('/order_id', 'was reversed in part, and takes no further code');
    }
    const customers = earlier.flatMap((use) => use.customerKey ?? []);
    if (customerKey !== null && customers.some((key) => key !== customerKey)) {
      throw notRedeemable('/customer_id', 'is not the customer of the other codes of the order');
    }
    if (earlier.some((use) => use.linesHash && !use.linesHash.equals(linesHash))) {
      throw notRedeemable('/lines', 'are not those that the other codes of the order were redeemed on');
    }
    const known = await campaignsByKey(
      tx,
      earlier.map(({ campaignKey }) => campaignKey),
    );
    const before = earlier.map((use) => ({ use, campaign: known.get(use.campaignKey)! }));
    const offers = [...before, ...wanted].map(({ campaign }) => campaign);
    const { offers: all, ...order } = stack(offers, lines, deps.itemsForScope);
    const settled = wanted.map((one, index) => ({ ...one, offer: all[before.length + index] }));
    const standing = before.map((one, index) => ({ ...one, offer: all[index] }));
    refuseUncombinable(settled, standing);
    const refused = settled.flatMap(({ place, campaign, offer: { outcome } }): RefusedCode[] => {
      if (outcome === 'applied') return [];
      return [{ place, outcome, ...(outcome === 'below-minimum-spend' && { message: tellSpend(campaign, lines) }) }];
    });
    if (refused.length > 0) throw new RefusedCodes(refused);
    if (standing.some(({ offer }) => offer.outcome !== 'applied' && offer.outcome !== 'gives-nothing')) {
      throw notRedeemable('/lines', 'are not enough for a code that the order has');
    }
    const changed = standing.filter(({ use, offer }) => offer.discountMinor !== use.discountMinor || isUndone(offer));
    const useIds = await write(tx, settled, changed, moment);
    // The same discount may be shared out over the lines in another way.
    const { offers: soFar } = stack(offers.slice(0, before.length), lines, deps.itemsForScope);
    const restated = standing.filter(
      (one, index) =>
        changed.includes(one) || one.offer.perLine.some((minor, line) => minor !== soFar[index].perLine[line]),
    );
    return {
      redemptions: settled.map(({ offer }, index) => storedOf(useIds[index], offer)),
      restated: restated.map(({ use, offer }) => ({ ...storedOf(use.useId, offer), unit_given_back: isUndone(offer) })),
      order: { discount_minor: order.totalMinor, lines: order.perLine, free_shipping: order.freeShipping },
    };
  }

  /** What an order has stands: a code that cannot be beside it is refused, also where it alone would give more. */
  function refuseUncombinable(settled: readonly WantedCode[], standing: readonly { campaign: Campaign }[]): void {
    if (standing.length === 0) return;
    const ids = new Set(standing.map(({ campaign }) => campaign.campaignId));
    const isTaken = standing.some(({ campaign }) => campaign.stacking === 'exclusive');
    const refused = settled.flatMap(({ place, campaign }): RefusedCode[] => {
      if (ids.has(campaign.campaignId)) return [{ place, outcome: 'same-campaign' }];
      return isTaken || campaign.stacking === 'exclusive' ? [{ place, outcome: 'not-combinable' }] : [];
    });
    if (refused.length > 0) throw new RefusedCodes(refused);
  }

  function tellSpend(campaign: Campaign, lines: PricedLine[]): string {
    const total = totalOf(linesInScope(campaign, lines, deps.itemsForScope));
    return `adds up to ${money(total)} where the campaign applies, and ${money(campaign.minimumSpendMinor!)} is the least`;
  }

  /** Codes, uses, campaigns, counters, each in ascending key. @returns ids of the new redemptions, in their order */
  async function write(
    tx: Transaction,
    settled: readonly (WantedCode & { offer: StackedOffer })[],
    changed: readonly { use: store.OrderUse; campaign: Campaign; offer: StackedOffer }[],
    { orderId, linesHash, customerKey, now }: Moment,
  ): Promise<number[]> {
    const undone = changed.filter(({ offer }) => isUndone(offer));
    const taking = settled.filter(({ use }) => use === null);
    const held: Step[] = [
      ...taking.map(
        ({ place, code: { couponKey } }): Step => [
          couponKey,
          async () => {
            if (await holdCode(tx, couponKey)) return;
            throw new RefusedCodes([{ place, outcome: 'already-redeemed' }]);
          },
        ],
      ),
      ...undone.map(
        ({ use: { couponKey, kind } }): Step => [
          couponKey,
          () => (kind === 'issued' ? unbindFromUse(tx, couponKey) : freeCode(tx, couponKey)),
        ],
      ),
    ];
    await inTurn(held);

    for (const { use, offer } of changed) {
      if (!isUndone(offer)) {
        await store.restateRedeemed(tx, { useId: use.useId, discountMinor: offer.discountMinor, restatedAt: now });
        continue;
      }
      await insertReversal(tx, {
        reversalId: null,
        useId: use.useId,
        amountMinor: use.discountMinor,
        unitGivenBack: true,
        contentHash: linesHash,
        reversedAt: now,
      });
    }
    const useIds: number[] = [];
    for (const { place, code, campaign, use, offer } of settled) {
      const redeemed = { discountMinor: offer.discountMinor, orderId, redeemedAt: now, linesHash };
      if (use) {
        await store.redeemReserved(tx, { useId: use.useId, ...redeemed });
        useIds.push(use.useId);
        continue;
      }
      const { couponKey, campaignKey } = code;
      const starts = periodStarts(now, campaign);
      const useId = await store.insertRedeemed(tx, { couponKey, campaignKey, customerKey, starts, ...redeemed });
      if (useId === undefined) throw new RefusedCodes([{ place, outcome: 'already-redeemed' }]);
      useIds.push(useId);
    }

    await inTurn([
      ...settled.map(({ place, campaign: { campaignKey }, use, offer: { discountMinor } }) =>
        onCampaign(campaignKey, async () => {
          if (use) await settleReservation(tx, { campaignKey, reservedMinor: use.reservedMinor, discountMinor });
          else if (!(await spend(tx, { campaignKey, discountMinor }))) {
            throw new RefusedCodes([{ place, outcome: 'budget-spent' }]);
          }
        }),
      ),
      ...changed.map(({ use, campaign: { campaignKey }, offer }) =>
        onCampaign(campaignKey, async () => {
          if (isUndone(offer)) {
            await giveBackRedeemed(tx, { campaignKey, units: 1, amountMinor: use.discountMinor });
            return;
          }
          const differenceMinor = offer.discountMinor - use.discountMinor;
          if (await restateSpent(tx, { campaignKey, differenceMinor })) return;
          throw notRedeemable('/order_id', 'has a coupon that would give more, and whose budget is spent');
        }),
      ),
    ]);
    await giveBackCounters(
      tx,
      undone.map(({ use }) => use.useId),
    );
    const counters = taking.flatMap(({ campaign, code: { couponKey } }) =>
      countersOf(campaign, { customerKey, couponKey, starts: periodStarts(now, campaign) }),
    );
    const full = await takeCounters(tx, counters);
    const limited = taking.filter(({ campaign }) => full.includes(campaign.campaignKey));
    if (limited.length > 0) {
      throw new RefusedCodes(limited.map(({ place }) => ({ place, outcome: 'limit-reached' as const })));
    }
    return useIds;
  }

  async function redeemAll(wanted: WantedOrder, request: IdempotentRequest): Promise<SettledOrder> {
    const now = clock();
    const { customerId } = wanted;
    const lines = priceLines(wanted.lines, config.minorDigits);
    if (!isBookable(lines)) throw invalidField('/lines', 'adds up to more than can be booked');
    try {
      const answer = await db.transaction(
        (tx) =>
          answerOnce(tx, request, async () => {
            await guesses.admit(tx, request.keyId, customerId);
            return { answer: await redeemIn(tx, wanted, lines, now), customerKey: null };
          }),
        { byKey: true },
      );
      return tellOrder(answer);
    } catch (error) {
      // The refusal undid its transaction, so what the code holds is given back after it, and guesses are counted.
      if (error instanceof RefusedCodes) {
        for (const key of error.expired) await db.transaction((tx) => end(tx, key, 'expired', now));
        if (error.unknown > 0) await guesses.count(db, request.keyId, customerId, error.unknown);
      }
      throw error;
    }
  }

  async function tellOrder(answer: StoredAnswer | { redemption_id: number }): Promise<SettledOrder> {
    if ('redemption_id' in answer) {
      // Answered before lines were told.
      const [one] = await store.selectRedemptions(db, [answer.redemption_id]);
      const { discountMinor, freeShipping } = one;
      const redemptions = [{ ...one, perLine: [] }];
      return { redemptions, restated: [], order: { discountMinor, freeShipping, perLine: [] } };
    }
    const all = [...answer.redemptions, ...answer.restated];
    const ids = all.map(({ redemption_id }) => redemption_id);
    const known = await store.selectRedemptions(db, ids);
    const told = all.map(({ discount_minor: discountMinor, lines: perLine }, index) => {
      return { ...known[index], discountMinor, perLine };
    });
    const { discount_minor: discountMinor, lines: perLine, free_shipping: freeShipping } = answer.order;
    return {
      redemptions: told.slice(0, answer.redemptions.length),
      restated: answer.restated.map(({ unit_given_back: unitGivenBack }, index) => {
        return { ...told[answer.redemptions.length + index], unitGivenBack };
      }),
      order: { discountMinor, perLine, freeShipping },
    };
  }

  /** Ends one reservation and gives back what it held. */
  async function end(
    tx: Transaction,
    couponKey: number,
    as: 'expired' | 'released',
    now: Date,
  ): Promise<number | undefined> {
    const [ended] = await endReserved(tx, now, { couponKey, as });
    if (!ended) return undefined;
    await giveBackReserved(tx, { ...ended, units: 1, as });
    await giveBackCounters(tx, [ended.useId]);
    return ended.reservedMinor;
  }

  return {
    async redeem({ code, order_id: orderId, customer_id: customerId, lines }, request) {
      const settled = await redeemAll({ orderId, customerId, lines, codes: [code], isOfOne: true }, request);
      return { ...settled.redemptions[0], ...settled };
    },

    redeemOrder({ codes, order_id: orderId, customer_id: customerId, lines }, request) {
      return redeemAll({ orderId, customerId, lines, codes, isOfOne: false }, request);
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
      for (const campaignKey of await selectCampaignsWithExpired(db, now)) {
        let expired: number;
        do {
          expired = await db.transaction(async (tx) => {
            const ended = await endReserved(tx, now, { campaignKey, limit: expiryBatch });
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

const byCode = (a: WantedCode, b: WantedCode) => a.code.couponKey - b.code.couponKey;

/** Others of the order have left it nothing: it is as if it had not been redeemed. */
const isUndone = ({ outcome }: StackedOffer) => outcome === 'gives-nothing';

const storedOf = (redemptionId: number, { discountMinor, perLine }: StackedOffer): StoredRedemption => ({
  redemption_id: redemptionId,
  discount_minor: discountMinor,
  lines: perLine,
});

type Step = [key: number, work: () => Promise<void>];

const onCampaign = (key: number, work: Step[1]): Step => [key, work];

/** By ascending key, as everybody locks. */
async function inTurn(steps: readonly Step[]): Promise<void> {
  for (const [, work] of steps.toSorted(([a], [b]) => a - b)) await work();
}
