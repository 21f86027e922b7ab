import type { Transaction } from '../../db/index.ts';
import { holdCustomers, resolveCustomers } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import type { Spend } from '../budgets/store.ts';
import { selectTerms } from '../campaigns/terms/store.ts';
import type { NamedCustomer } from '../codes/code-obstacles.ts';
import type { PricedLine } from '../discounts/priced-lines.ts';
import { hashLines, type StackedOffer } from '../discounts/stacking.ts';
import { findNamed } from '../guests/find-named.ts';
import { countRedeemed, lockRedeemer } from '../guests/store.ts';
import type { CouponTouches } from '../ledger/touch-days.ts';
import { isOfReferrals, referralObstacles } from '../referrals/referral-obstacles.ts';
import { insertReferrals, lockFriends, selectReferrers } from '../referrals/store.ts';
import { lockIssuedUse } from '../reservations/store.ts';
import { combineCodes, isUndone, type Pricing } from './combine-codes.ts';
import { notRedeemable, type RefusedCode, RefusedCodes } from './refusals.ts';
import * as store from './store.ts';
import type { StoredAnswer, StoredRedemption } from './stored-answer.ts';
import { findWantedCodes, refuseObstructed, type WantedCode, type WantedOrder } from './wanted-codes.ts';
import { type RedeemedOrder, writeRedemptions } from './write-redemptions.ts';

export interface SettlementDependencies {
  pricing: Pricing;
  spend: Spend;
  touches: CouponTouches;
}

/**
 * Redeems the codes of an order inside a transaction; locks in the order that `Coupons` states.
 * @throws as `Redemptions.redeemOrder`
 */
export async function settleOrder(
  tx: Transaction,
  wanted: WantedOrder,
  lines: PricedLine[],
  now: Date,
  { pricing, spend, touches }: SettlementDependencies,
): Promise<StoredAnswer> {
  const { orderId } = wanted;
  const { codes, customerKey } = await holdCodesAndCustomer(tx, wanted, now);
  const earlier = await store.selectOrderUses(tx, orderId);
  const order: RedeemedOrder = { orderId, linesHash: hashLines(lines), customerKey, now };
  requireSameOrder(earlier, order);
  const taken = await selectTerms(
    tx,
    earlier.map(({ termsKey }) => termsKey),
  );
  const before = earlier.map((use) => ({ use, terms: taken.get(use.termsKey)! }));
  const { redeemed, changed, restated, order: total } = combineCodes(codes, before, lines, pricing);
  const useIds = await writeRedemptions(tx, redeemed, changed, order, spend);
  await refuseAsVisitorsToo(tx, redeemed, customerKey);
  await noteReferrals(tx, redeemed, useIds, now);
  await touches.touchOrder(tx, orderId, now);
  return {
    redemptions: redeemed.map(({ offer }, index) => storedOf(useIds[index], offer)),
    restated: restated.map((one) => ({ ...storedOf(one.use.useId, one.offer), unit_given_back: isUndone(one) })),
    order: { discount_minor: total.totalMinor, lines: total.perLine, free_shipping: total.freeShipping },
  };
}

/**
 * What a customer was given as several visitors, or by name too, each within its limit, is redeemed within the limit of one.
 * @throws RefusedCodes
 */
async function refuseAsVisitorsToo(
  tx: Transaction,
  redeemed: readonly WantedCode[],
  customerKey: number | null,
): Promise<void> {
  const open = redeemed.filter(({ terms }) => terms.guests);
  if (customerKey === null || open.length === 0) return;
  const keys = open.map(({ campaign }) => campaign.campaignKey);
  const units = await countRedeemed(tx, customerKey, keys);
  // By the terms that each has: what was given within a limit is not taken back by a lower one.
  const refused = open.filter(({ campaign, terms }) => (units.get(campaign.campaignKey) ?? 0) > terms.limitPerCustomer);
  if (refused.length > 0) throw new RefusedCodes(refused.map(({ place }) => ({ place, outcome: 'limit-reached' })));
}

/** What friends redeem may be rewarded. */
async function noteReferrals(
  tx: Transaction,
  redeemed: readonly WantedCode[],
  useIds: readonly number[],
  now: Date,
): Promise<void> {
  const handedOn = redeemed.flatMap(({ code, campaign, terms }, index) => {
    if (!campaign.referral) return [];
    const { confirmDays } = terms.referral ?? campaign.referral;
    const dueAt = new Date(now.getTime() + confirmDays * dayMs);
    return [{ useId: useIds[index], campaignKey: campaign.campaignKey, couponKey: code.couponKey, dueAt }];
  });
  if (handedOn.length === 0) return;
  const referrers = await selectReferrers(
    tx,
    handedOn.map(({ couponKey }) => couponKey),
  );
  await insertReferrals(
    tx,
    handedOn.filter(({ couponKey }) => referrers.has(couponKey)),
  );
}

/** @throws RefusedCodes naming the codes that are handed on and not for this customer's order */
async function refuseReferrals(
  tx: Transaction,
  codes: readonly WantedCode[],
  customer: NamedCustomer,
  orderId: string,
): Promise<void> {
  const found = await referralObstacles(tx, codes, customer, orderId);
  const refused = codes.flatMap(({ place }, index): RefusedCode[] => {
    const outcome = found[index];
    if (!outcome) return [];
    return [{ place, outcome, ...(outcome === 'not-this-customer' && { message: 'is needed for this code' }) }];
  });
  if (refused.length > 0) throw new RefusedCodes(refused);
}

/** What of codes, order and customer a redemption needs, read, checked and held. @throws RefusedCodes */
async function holdCodesAndCustomer(
  tx: Transaction,
  wanted: WantedOrder,
  now: Date,
): Promise<{ codes: WantedCode[]; customerKey: number | null }> {
  const { orderId, customerId } = wanted;
  const codes = await findWantedCodes(tx, wanted);
  const named = await findNamed(tx, { customer_id: customerId, visitor_id: wanted.visitorId }, now);
  // Seen before anything is held: most of those who come too late wait for nobody.
  refuseObstructed(codes, named, now);
  await store.lockOrder(tx, orderId);
  await lockFriends(
    tx,
    codes.filter(isOfReferrals).map(({ campaign }) => campaign.campaignKey),
  );
  const takesUnits = codes.some(({ code }) => code.kind !== 'issued' || code.visitorKey !== null);
  const customerKey =
    named.customerId === undefined ? null : await holdNamed(tx, named.customerId, named.customerKey, takesUnits);
  // Whoever was given one as a visitor, and one by name, redeems them one after the other.
  if (customerKey !== null && codes.some(({ terms }) => terms.guests)) await lockRedeemer(tx, customerKey);
  const issued = codes.filter(({ code }) => code.kind === 'issued');
  for (const one of issued.toSorted(byCode)) one.use = await lockIssuedUse(tx, one.code.couponKey);
  refuseObstructed(codes, { ...named, customerKey }, now);
  await refuseReferrals(tx, codes, { ...named, customerKey }, orderId);
  return { codes, customerKey };
}

/** Whoever is named and takes a unit is a customer from then on, so that their limits bind. Erasure is held off. */
async function holdNamed(tx: Transaction, named: string, customerKey: number | null, takesUnits: boolean) {
  if (takesUnits) return (await resolveCustomers(tx, [named])).get(named)!;
  return customerKey !== null && (await holdCustomers(tx, [customerKey])) === 1 ? customerKey : null;
}

/** @throws PannierError `coupon_not_redeemable` when the order's earlier redemptions were of another customer or other lines */
function requireSameOrder(earlier: readonly store.OrderUse[], { customerKey, linesHash }: RedeemedOrder): void {
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
}

const byCode = (a: WantedCode, b: WantedCode) => a.code.couponKey - b.code.couponKey;

const storedOf = (redemptionId: number, { discountMinor, perLine }: StackedOffer): StoredRedemption => ({
  redemption_id: redemptionId,
  discount_minor: discountMinor,
  lines: perLine,
});
