import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Database, Queryable } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { countGuess, forgetGuessers, forgiveGuess } from './store.ts';

const windowMs = 15 * 60_000;

/** Tries in a quarter of an hour that were wrong: of one user, and from one address, behind which may be a whole office. */
export const signInLimits = { perUser: 10, perAddress: 60 };

class TooManyGuesses extends PannierError {
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too_many_requests', 'It was tried too often to sign in.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Who tries to sign in: as whom, and from where. */
export interface Attempt {
  userName?: string;
  address?: string;
}

/**
 * Limits tries to sign in, for all instances together. A try counts before it is looked at, so that many at once get no
 * further than one after the other, and is taken back where it was right.
 * @throws PannierError `too_many_requests`, also for what is right: otherwise an answer would still tell
 */
export async function watchSignIn<Result>(
  db: Database,
  attempt: Attempt,
  now: Date,
  trying: () => Promise<Result>,
): Promise<Result> {
  const limits = limitsOf(attempt);
  const guessers = limits.map(({ guesser }) => guesser);
  const counted = await countGuess(db, guessers, new Date(now.getTime() - windowMs), now);
  for (const { guesser, since, guesses } of counted) {
    if (guesses <= limits.find((limit) => limit.guesser.equals(guesser))!.most) continue;
    throw new TooManyGuesses(Math.max(1, Math.ceil((since.getTime() + windowMs - now.getTime()) / 1_000)));
  }
  const result = await trying();
  await forgiveGuess(db, guessers);
  return result;
}

/** @returns how many were forgotten */
export function forgetSignIns(db: Queryable, now: Date): Promise<number> {
  return forgetGuessers(db, new Date(now.getTime() - windowMs));
}

function limitsOf({ userName, address }: Attempt): { guesser: Buffer; most: number }[] {
  const limits: [string, number][] = [];
  if (userName !== undefined) limits.push([`user ${userName}`, signInLimits.perUser]);
  if (address !== undefined) limits.push([`address ${networkOf(address)}`, signInLimits.perAddress]);
  return limits.map(([name, most]) => ({ guesser: createHash('sha256').update(name).digest(), most }));
}

/** Whoever has one address of IPv6 has all of its network of 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head, tail = ''] = address.split('::');
  const groups = head.split(':');
  const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = address.includes('::') ? [...groups, ...Array(missing).fill('0'), ...tail.split(':')] : groups;
  return whole.slice(0, 4).join(':');
}
