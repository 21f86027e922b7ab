import { TooManyRequests } from './refusals.ts';

/** Unknown codes that may come in a minute: from one customer; and from an API key in all, guests among them. */
export interface GuessLimits {
  perCustomer: number;
  perKey: number;
}

export const guessLimits: GuessLimits = { perCustomer: 10, perKey: 600 };

const windowMs = 60_000;
const rememberedGuessers = 20_000;

interface Guesser {
  since: number;
  guesses: number;
}

/**
 * Counts unknown codes by API key and by customer, in this process. Whoever passes the limit is refused every code, also a
 * right one, until the minute is over: otherwise an answer would still tell. Guests are all of a shop's visitors, so that what
 * one of them tries counts for the key only.
 */
export interface GuessWatch {
  /** @throws PannierError `too_many_requests` */
  admit(keyId: number, customerId: string | undefined): void;
  count(keyId: number, customerId: string | undefined): void;
}

export function createGuessWatch(clock: () => Date, limits: GuessLimits = guessLimits): GuessWatch {
  const guessers = new Map<string, Guesser>();
  const namesOf = (keyId: number, customerId: string | undefined): [string, number][] => {
    const key: [string, number] = [`key ${keyId}`, limits.perKey];
    return customerId === undefined ? [key] : [key, [`customer ${customerId}`, limits.perCustomer]];
  };
  const current = (name: string, now: number): Guesser | undefined => {
    const guesser = guessers.get(name);
    return guesser && now - guesser.since < windowMs && now >= guesser.since ? guesser : undefined;
  };
  return {
    admit(keyId, customerId) {
      const now = clock().getTime();
      for (const [name, limit] of namesOf(keyId, customerId)) {
        const guesser = current(name, now);
        if (guesser && guesser.guesses >= limit) {
          const seconds = Math.ceil((guesser.since + windowMs - now) / 1_000);
          throw new TooManyRequests('Too many unknown codes were tried.', seconds);
        }
      }
    },
    count(keyId, customerId) {
      const now = clock().getTime();
      for (const [name] of namesOf(keyId, customerId)) {
        const guesser = current(name, now);
        if (guesser) guesser.guesses++;
        else {
          guessers.delete(name);
          guessers.set(name, { since: now, guesses: 1 });
        }
      }
      // The oldest are first in a Map, and so first to be forgotten.
      for (const name of guessers.keys()) {
        if (guessers.size <= rememberedGuessers) break;
        guessers.delete(name);
      }
    },
  };
}
