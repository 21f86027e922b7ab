import { createHash } from 'node:crypto';
import type { Config } from '../../config.ts';
import type { AnswerOnce, IdempotentRequest } from '../../db/idempotency.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { conflict, invalidField, notFound, PannierError } from '../../errors.ts';
import { fromMinor, isWhole, shareOut, toMinor } from '../../shop/money.ts';
import { giveBackRedeemed } from '../budgets/store.ts';
import { freeCode } from '../codes/store.ts';
import type { CouponTouches } from '../ledger/touch-days.ts';
import { giveBackCounters } from '../limits/store.ts';
import { lockOrder } from '../redemptions/store.ts';
import type { ReversalElement } from '../request-elements.ts';
import * as store from './store.ts';

export interface Reversals {
  /**
   * An order was cancelled or partly refunded: gives money back, of each redemption in proportion, and with the last of one's
   * money its unit, once by the shop's id.
   * @throws PannierError `not_found`, `conflict` when the id was used for something else or the amount is more than is left,
   *   `invalid_request`, `idempotency_mismatch`, `request_in_progress`
   */
  reverse(element: ReversalElement, request: IdempotentRequest): Promise<store.Reversal>;
}

export interface ReversalDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  clock: () => Date;
  answerOnce: AnswerOnce;
  touches: CouponTouches;
}

export function createReversals({ db, config, clock, answerOnce, touches }: ReversalDependencies): Reversals {
  return {
    async reverse(element, request) {
      const wanted = readReversal(element, config.minorDigits);
      const now = clock();
      const once = () =>
        db.transaction(
          (tx) =>
            answerOnce(tx, request, async () => {
              await reverseIn(tx, wanted, { digits: config.minorDigits, touches }, now);
              return { answer: { reversal_id: wanted.reversalId }, customerKey: null };
            }),
          { byKey: true },
        );
      // What another has reversed under this id meanwhile is seen by the second try.
      await once().catch((error) => {
        if (error instanceof ReversedMeanwhile) return once();
        throw error;
      });
      return (await store.selectReversal(db, wanted.reversalId))!;
    },
  };
}

/** Another transaction has made the same reversal since this one looked: it is to be undone and tried again. */
class ReversedMeanwhile extends PannierError {
  constructor() {
    super('conflict', 'This reversal was made at the same moment.', [
      { field: '/reversal_id', message: 'is being used at this moment' },
    ]);
  }
}

interface WantedReversal {
  /** the shop's id of the refund or cancellation */
  reversalId: string;
  which: { useId: string } | { orderId: string };
  /** null: all that is left */
  amountMinor: number | null;
}

function readReversal(element: ReversalElement, digits: number): WantedReversal {
  const { reversal_id: reversalId, redemption_id: useId, order_id: orderId, amount } = element;
  if ((useId === undefined) === (orderId === undefined)) {
    throw invalidField('/redemption_id', 'or order_id must be given, one of both');
  }
  if (amount !== undefined && !isWhole(amount, digits)) {
    throw invalidField('/amount', `has more than the ${digits} decimals of the currency`);
  }
  const amountMinor = amount === undefined ? null : toMinor(amount, digits);
  if (amountMinor === 0) throw invalidField('/amount', 'must be more than nothing');
  return { reversalId, which: useId === undefined ? { orderId: orderId! } : { useId }, amountMinor };
}

/**
 * Reverses inside a transaction: of an order with several redemptions in proportion to what each has left, in whole minor units
 * that add up, the largest remainder first, then in the order of redemption. The same id and content again changes nothing.
 * @throws as `Reversals.reverse`
 */
async function reverseIn(
  tx: Transaction,
  wanted: WantedReversal,
  { digits, touches }: { digits: number; touches: CouponTouches },
  now: Date,
): Promise<void> {
  const contentHash = createHash('sha256').update(JSON.stringify(wanted)).digest();
  const same = await store.selectReversal(tx, wanted.reversalId);
  if (same) {
    if (same.contentHash.equals(contentHash)) return;
    throw conflict('/reversal_id', 'was used for another reversal');
  }
  const orderId = 'orderId' in wanted.which ? wanted.which.orderId : await store.selectOrderOf(tx, wanted.which.useId);
  if (orderId === undefined) throw notFound('redemption');
  await lockOrder(tx, orderId);
  const uses = await store.lockRedeemed(tx, wanted.which);
  if (uses.length === 0) throw notFound('redemption');
  const open = uses.filter(({ state }) => state !== 'reversed');
  const left = open.reduce((sum, use) => sum + use.leftMinor, 0);
  if (open.length === 0 || (wanted.amountMinor ?? 0) > left) {
    // Whoever held the uses before may have made this very reversal.
    if (await store.selectReversal(tx, wanted.reversalId)) throw new ReversedMeanwhile();
    if (open.length === 0) throw conflict('/reversal_id', 'comes after everything was reversed');
    throw conflict('/amount', `is more than the ${fromMinor(left, digits)} that are left`);
  }

  const amountMinor = wanted.amountMinor ?? left;
  const shares = shareOut(
    amountMinor,
    open.map(({ leftMinor }) => ({ amountMinor: leftMinor })),
  );
  const reversed = open.flatMap((use, index) => {
    const share = shares[index];
    // What gives nothing, as free shipping, goes with the last of the others.
    if (share === 0 && amountMinor < left) return [];
    return [{ use, amountMinor: share, unitGivenBack: share === use.leftMinor }];
  });
  for (const { use, ...reversal } of reversed) {
    const { reversalId } = wanted;
    const row = { ...reversal, reversalId, useId: use.useId, contentHash, reversedAt: now };
    if (!(await store.insertReversal(tx, row))) throw new ReversedMeanwhile();
    if (reversal.unitGivenBack && use.isPooled) await freeCode(tx, use.couponKey);
  }
  for (const { use, amountMinor, unitGivenBack } of reversed.toSorted(
    (a, b) => a.use.campaignKey - b.use.campaignKey,
  )) {
    await giveBackRedeemed(tx, { campaignKey: use.campaignKey, units: unitGivenBack ? 1 : 0, amountMinor });
  }
  await giveBackCounters(
    tx,
    reversed.filter(({ unitGivenBack }) => unitGivenBack).map(({ use }) => use.useId),
  );
  await touches.touchOrder(tx, orderId, now);
}
