import { createHash } from 'node:crypto';
import type { Database, Queryable } from '../../../db/index.ts';
import { tooManyRequests } from '../../../errors.ts';
import type { FailureCount } from '../failures/failure-count.ts';
import { countGuesses, forgetGuessers, type Guesser, selectGuessers } from './store.ts';

/** Unknown codes that may come in a minute: from one customer; and from an API key in all, guests among them. */
export interface GuessLimits {
  perCustomer: number;
  perKey: number;
}

export const guessLimits: GuessLimits = { perCustomer: 10, perKey: 600 };

const windowMs = 60_000;
/** More than a count adds, so that the table stays as small as what is tried in a minute. */
const forgottenAtOnce = 10;

/**
 * Counts unknown codes by API key and by customer, in the database: its instances hold to the limits together. Whoever has
 * reached one is refused every code, also a right one, until the minute is over: otherwise an answer would still tell. Guests are
 * all of a shop's visitors, so that what one of them tries counts for the key only.
 */
export interface GuessWatch {
  /** @throws PannierError `too_many_requests` */
  admit(db: Queryable, keyId: number, customerId: string | undefined): Promise<void>;
  /**
   * Counts unknown codes, to be told as unknown after it. Call it outside the transaction that refuses them.
   * @throws PannierError `too_many_requests` where others have reached the limit meanwhile
   */
  count(db: Database, keyId: number, customerId: string | undefined, unknown: number): Promise<void>;
}

const before = (now: number) => new Date(now - windowMs);

/** Forgets whoever has not tried a code lately. @returns how many */
export function forgetGuesses(db: Queryable, now: Date): Promise<number> {
  return forgetGuessers(db, before(now.getTime()), 100_000);
}

/** @param failures counts for good what is unknown, and what is refused because of it */
export function createGuessWatch(
  clock: () => Date,
  failures: Pick<FailureCount, 'add'>,
  limits: GuessLimits = guessLimits,
): GuessWatch {
  const limitsOf = (keyId: number, customerId: string | undefined): Map<string, [Buffer, number]> => {
    const ofKey = hashOf(`key ${keyId}`);
    const all = new Map([[ofKey.toString('hex'), [ofKey, limits.perKey] as [Buffer, number]]]);
    if (customerId === undefined) return all;
    const ofCustomer = hashOf(`customer ${customerId}`);
    return all.set(ofCustomer.toString('hex'), [ofCustomer, limits.perCustomer]);
  };
  const refuse = (guessers: readonly Guesser[], of: Map<string, [Buffer, number]>, now: number, more = 0) => {
    for (const { guesser, since, guesses } of guessers) {
      if (guesses - more < of.get(guesser.toString('hex'))![1]) continue;
      const seconds = Math.ceil((since.getTime() + windowMs - now) / 1_000);
      throw tooManyRequests('Too many unknown codes were tried.', Math.max(1, seconds));
    }
  };
  return {
    async admit(db, keyId, customerId) {
      const now = clock().getTime();
      const of = limitsOf(keyId, customerId);
      const guessers = Array.from(of.values(), ([guesser]) => guesser);
      const known = await selectGuessers(db, guessers, before(now));
      try {
        refuse(known, of, now);
      } catch (error) {
        failures.add('too-many-tries', 1);
        throw error;
      }
    },
    async count(db, keyId, customerId, unknown) {
      failures.add('unknown-code', unknown);
      const now = clock().getTime();
      const of = limitsOf(keyId, customerId);
      const guessers = Array.from(of.values(), ([guesser]) => guesser);
      const counted = await countGuesses(db, guessers, unknown, before(now), new Date(now));
      await forgetGuessers(db, before(now), forgottenAtOnce);
      refuse(counted, of, now, unknown);
    },
  };
}

function hashOf(name: string): Buffer {
  return createHash('sha256').update(name).digest();
}
