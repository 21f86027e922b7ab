import type { Transaction } from '../../db/index.ts';
import { giveBackRedeemed, restateSpent, type Spend, settleReservation } from '../budgets/store.ts';
import { areHeld } from '../campaigns/terms/store.ts';
import { freeCode, holdCode, unbindFromUse } from '../codes/store.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, giveBackCounters, takeCounters } from '../limits/store.ts';
import { insertReversal } from '../reversals/store.ts';
import { type EarlierRedemption, isUndone, type NewRedemption } from './combine-codes.ts';
import { notRedeemable, RefusedCodes } from './refusals.ts';
import * as store from './store.ts';

/** What is written of an order beside its redemptions. */
export interface RedeemedOrder {
  orderId: string;
  linesHash: Buffer;
  /** null: nobody is named */
  customerKey: number | null;
  now: Date;
}

/** A campaign's terms have changed since the transaction read them: it is to be undone, and done anew. */
export class TermsChanged extends Error {}

/**
 * Writes the redemptions of an order, and what they change of earlier ones: codes, uses, campaigns, counters, each in ascending key.
 * @returns ids of the new redemptions, in their order
 * @throws RefusedCodes naming a code whose unit, budget or limit somebody else has taken meanwhile; TermsChanged
 */
export async function writeRedemptions(
  tx: Transaction,
  redeemed: readonly NewRedemption[],
  changed: readonly EarlierRedemption[],
  order: RedeemedOrder,
  spend: Spend,
): Promise<number[]> {
  const undone = changed.filter(isUndone);
  const taking = redeemed.filter(({ use }) => use === null);
  await inTurn([
    ...taking.map((one): Step => [one.code.couponKey, () => holdUnit(tx, one)]),
    ...undone.map((one): Step => [one.use.couponKey, () => freeUnit(tx, one)]),
  ]);
  for (const one of changed) await restateUse(tx, one, order);
  const useIds: number[] = [];
  for (const one of redeemed) useIds.push(await redeemUse(tx, one, order));
  await inTurn([
    ...redeemed.map((one): Step => [one.campaign.campaignKey, () => spendDiscount(tx, one, spend)]),
    ...changed.map((one): Step => [one.use.campaignKey, () => restateDiscount(tx, one)]),
  ]);
  await giveBackCounters(
    tx,
    undone.map(({ use }) => use.useId),
  );
  await countUnits(tx, taking, order);
  return useIds;
}

/** A write under a lock, by the key that it locks. */
type Step = [key: number, work: () => Promise<void>];

/** By ascending key, as everybody locks. */
async function inTurn(steps: readonly Step[]): Promise<void> {
  for (const [, work] of steps.toSorted(([a], [b]) => a - b)) await work();
}

async function holdUnit(tx: Transaction, { place, code }: NewRedemption): Promise<void> {
  if (!(await holdCode(tx, code.couponKey))) throw new RefusedCodes([{ place, outcome: 'already-redeemed' }]);
}

async function freeUnit(tx: Transaction, { use: { couponKey, kind } }: EarlierRedemption): Promise<void> {
  await (kind === 'issued' ? unbindFromUse(tx, couponKey) : freeCode(tx, couponKey));
}

async function restateUse(tx: Transaction, changed: EarlierRedemption, { linesHash, now }: RedeemedOrder) {
  const { use, offer } = changed;
  if (!isUndone(changed)) {
    await store.restateRedeemed(tx, { useId: use.useId, discountMinor: offer.discountMinor, restatedAt: now });
    return;
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

/** Settles the use of an issued code, or takes one. @returns its id */
async function redeemUse(tx: Transaction, redemption: NewRedemption, order: RedeemedOrder): Promise<number> {
  const { place, code, terms, use, offer } = redemption;
  const { orderId, linesHash, customerKey, now } = order;
  const redeemed = { discountMinor: offer.discountMinor, orderId, redeemedAt: now, linesHash };
  if (use) {
    await store.redeemReserved(tx, { useId: use.useId, customerKey, ...redeemed });
    return use.useId;
  }
  const { couponKey, campaignKey } = code;
  const taken = { couponKey, campaignKey, termsKey: terms.termsKey, customerKey, starts: periodStarts(now, terms) };
  const useId = await store.insertRedeemed(tx, { ...taken, ...redeemed });
  if (useId === undefined) throw new RefusedCodes([{ place, outcome: 'already-redeemed' }]);
  return useId;
}

async function spendDiscount(tx: Transaction, redemption: NewRedemption, spend: Spend): Promise<void> {
  const { place, campaign, use, offer } = redemption;
  const { campaignKey, termsKey } = campaign;
  const { discountMinor } = offer;
  if (use) await settleReservation(tx, { campaignKey, reservedMinor: use.reservedMinor, discountMinor });
  else if (!(await spend(tx, { campaignKey, termsKey, discountMinor }))) {
    if (!(await areHeld(tx, campaign))) throw new TermsChanged();
    throw new RefusedCodes([{ place, outcome: 'budget-spent' }]);
  }
}

async function restateDiscount(tx: Transaction, changed: EarlierRedemption): Promise<void> {
  const { use, offer } = changed;
  const { campaignKey } = use;
  if (isUndone(changed)) {
    await giveBackRedeemed(tx, { campaignKey, units: 1, amountMinor: use.discountMinor });
    return;
  }
  const differenceMinor = offer.discountMinor - use.discountMinor;
  if (await restateSpent(tx, { campaignKey, differenceMinor })) return;
  throw notRedeemable('/order_id', 'has a coupon that would give more, and whose budget is spent');
}

/** @throws RefusedCodes naming the codes whose campaigns have reached a limit */
async function countUnits(tx: Transaction, taking: readonly NewRedemption[], { customerKey, now }: RedeemedOrder) {
  const counters = taking.flatMap(({ campaign, code: { couponKey } }) =>
    countersOf(campaign, { customerKey, couponKey, starts: periodStarts(now, campaign) }),
  );
  const full = await takeCounters(tx, counters);
  const limited = taking.filter(({ campaign }) => full.includes(campaign.campaignKey));
  if (limited.length > 0) {
    throw new RefusedCodes(limited.map(({ place }) => ({ place, outcome: 'limit-reached' })));
  }
}
