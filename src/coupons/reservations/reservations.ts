import type { AnswerOnce, IdempotentRequest } from '../../db/idempotency.ts';
import type { Database, Transaction } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { giveBackReserved } from '../budgets/store.ts';
import { normaliseCode } from '../codes/code-text.ts';
import { selectCodes } from '../codes/store.ts';
import { giveBackCounters } from '../limits/store.ts';
import type { ReleaseElement } from '../request-elements.ts';
import * as store from './store.ts';

export interface Reservations {
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

export interface ReservationDependencies {
  db: Database;
  clock: () => Date;
  answerOnce: AnswerOnce;
}

const expiryBatch = 1_000;

export function createReservations({ db, clock, answerOnce }: ReservationDependencies): Reservations {
  return {
    async release(element, request) {
      const now = clock();
      const code = normaliseCode(element.code);
      const answer = await db.transaction((tx) =>
        answerOnce(tx, request, async () => {
          const moneyMinor = await releaseIn(tx, code, now);
          return { answer: { released_at: now.toISOString(), money_minor: moneyMinor }, customerKey: null };
        }),
      );
      return { code, releasedAt: new Date(answer.released_at), moneyMinor: answer.money_minor };
    },

    async expireCoupons() {
      const now = clock();
      let total = 0;
      for (const campaignKey of await store.selectCampaignsWithExpired(db, now)) {
        let expired: number;
        do {
          expired = await db.transaction((tx) => expireOf(tx, campaignKey, now));
          total += expired;
        } while (expired === expiryBatch);
      }
      return total;
    },
  };
}

/** @returns the money that is free again */
async function releaseIn(tx: Transaction, normal: string, now: Date): Promise<number> {
  const code = (await selectCodes(tx, [normal])).get(normal);
  if (!code) throw notFound('coupon code');
  const moneyMinor = code.kind === 'issued' ? await endReservation(tx, code.couponKey, 'released', now) : undefined;
  if (moneyMinor === undefined) {
    throw new PannierError('conflict', 'This code holds no reservation that could be released.', [
      { field: 'code', message: 'holds no reservation' },
    ]);
  }
  return moneyMinor;
}

/** Ends one reservation and gives back what it held. @returns its money; undefined: it was ended before */
export async function endReservation(
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

/** Expires a portion of a campaign's reservations. @returns how many */
async function expireOf(tx: Transaction, campaignKey: number, now: Date): Promise<number> {
  const ended = await store.endReserved(tx, now, { campaignKey, limit: expiryBatch });
  if (ended.length === 0) return 0;
  const reservedMinor = ended.reduce((sum, use) => sum + use.reservedMinor, 0);
  await giveBackReserved(tx, { campaignKey, units: ended.length, reservedMinor, as: 'expired' });
  await giveBackCounters(
    tx,
    ended.map(({ useId }) => useId),
  );
  return ended.length;
}
