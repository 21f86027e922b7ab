import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { noteDeed } from '../../audit/index.ts';
import type { Database, Queryable } from '../../db/index.ts';
import { PannierError, tooManyRequests } from '../../errors.ts';
import { admitTry, countTries, deleteOldTries, forgetTries, forgiveTries, type Patience } from './store.ts';

const second = 1_000;
const hour = 3_600 * second;

/** Five tries are free; then 2 s, 4 s, … up to a quarter of an hour: about a hundred a day. */
const patience: Patience = { free: 5, firstMs: 2 * second, longestMs: 900 * second, memoryMs: 24 * hour };

/** Wrong tries within an hour from which on everybody's are slow: as one user from wherever, and from one network. */
const slowFrom = { user: 10, network: 60 };
const slowerByMs = 100;
const slowestMs = 3 * second;
/** Slow tries from one network that may wait at once. */
const mostWaiting = 8;

/** At so many wrong tries within an hour there is an entry in the audit, and again at ten times as many. */
const notedFrom = { user: 20, network: 100 };

function tooManyTries(waitMs: number): PannierError {
  const seconds = Math.max(1, Math.ceil(waitMs / second));
  return tooManyRequests(`It was tried too often in vain. Try again in ${seconds} s.`, seconds);
}

/** Who tries to sign in with a password: as whom, from where, and by which device if they have signed in there before. */
export interface Attempt {
  userName: string;
  /** an address, or of IPv6 a network */
  network: string;
  device: Buffer | undefined;
  /** Is there such a user? Nothing is written down of names that are nobody's: they may be anything. */
  isUser: boolean;
}

/**
 * Limits guesses of passwords, for all instances together, so that nobody can shut somebody else out:
 * - wrong tries as a user from a network have to wait longer and longer, right ones with them: otherwise the answer would tell;
 * - those as a user from everywhere, and from a network as anybody, only slow down whoever is not known there;
 * - a device in which the user has signed in before counts by itself alone (OWASP, "device cookies").
 * @throws PannierError `too_many_requests`
 */
export async function watchSignIn<Result>(
  db: Database,
  attempt: Attempt,
  now: Date,
  trying: () => Promise<Result>,
): Promise<Result> {
  const { userName, network, device } = attempt;
  const own = hashOf(device ? `device ${device.toString('hex')} ${userName}` : `pair ${userName} ${network}`);
  await admit(db, own, now);
  const around = [hashOf(`user ${userName}`), hashOf(`network ${network}`)];
  const [ofUser, ofNetwork] = await countTries(db, around, new Date(now.getTime() - hour), now);
  try {
    if (!device) {
      await slowDown(network, Math.max(slownessOf(ofUser, slowFrom.user), slownessOf(ofNetwork, slowFrom.network)));
    }
    const result = await trying();
    await forgetTries(db, own);
    await forgiveTries(db, around);
    return result;
  } catch (error) {
    if (isNoGuess(error)) await forgiveTries(db, [own, ...around]);
    else await noteMany(db, attempt, ofUser, ofNetwork);
    throw error;
  }
}

/**
 * Limits guesses of what only somebody can guess who has shown a part already, so that they hinder nobody else. When they have to wait
 * for the first time there is an entry in the audit: somebody has come too far.
 * @param what is guessed, in a word
 * @throws PannierError `too_many_requests`
 */
export async function watchGuesses<Result>(
  db: Database,
  { userName, what, by = '' }: { userName: string; what: string; by?: string },
  now: Date,
  trying: () => Promise<Result>,
): Promise<Result> {
  const own = hashOf(`${what} ${userName} ${by}`);
  const tries = await admit(db, own, now);
  try {
    const result = await trying();
    await forgetTries(db, own);
    return result;
  } catch (error) {
    if (tries === patience.free) await note(db, [{ subjectId: userName, details: { tries, of: what } }]);
    throw error;
  }
}

/** @returns how many were forgotten */
export function forgetSignIns(db: Queryable, now: Date): Promise<number> {
  return deleteOldTries(db, new Date(now.getTime() - patience.memoryMs));
}

async function admit(db: Queryable, guesser: Buffer, now: Date): Promise<number> {
  const answer = await admitTry(db, guesser, now, patience);
  if ('waitMs' in answer) throw tooManyTries(answer.waitMs);
  return answer.tries;
}

const hashOf = (name: string) => createHash('sha256').update(name).digest();

const slownessOf = (tries: number, from: number) => Math.min(slowestMs, slowerByMs * Math.max(0, tries - from));

/** Slow tries by network: whoever floods the service from one has only so many at once. */
const waiting = new Map<string, number>();

async function slowDown(network: string, waitMs: number): Promise<void> {
  if (waitMs === 0) return;
  const before = waiting.get(network) ?? 0;
  if (before >= mostWaiting) throw tooManyTries(waitMs);
  waiting.set(network, before + 1);
  try {
    await pause(waitMs);
  } finally {
    const now = (waiting.get(network) ?? 1) - 1;
    if (now === 0) waiting.delete(network);
    else waiting.set(network, now);
  }
}

/** The password was right and a code is asked for, or nothing was looked at. */
function isNoGuess(error: unknown): boolean {
  if (!(error instanceof PannierError) || error.code !== 'unauthorized') return true;
  return error.faults.some(({ field }) => field === '/code');
}

/** Entries of nobody's doing: whoever governs the shop shall see that somebody tries. */
async function noteMany(db: Database, attempt: Attempt, ofUser: number, ofNetwork: number): Promise<void> {
  const isNoted = (tries: number, from: number) => Number.isInteger(Math.log10(tries / from)) && tries >= from;
  const noted: Noted[] = [];
  if (attempt.isUser && isNoted(ofUser, notedFrom.user)) {
    noted.push({ subjectId: attempt.userName, details: { tries: ofUser, within: 'one hour' } });
  }
  if (isNoted(ofNetwork, notedFrom.network)) {
    noted.push({ subjectId: '', details: { tries: ofNetwork, within: 'one hour', from: 'one network' } });
  }
  await note(db, noted);
}

interface Noted {
  subjectId: string;
  details: Record<string, string | number>;
}

async function note(db: Database, noted: readonly Noted[]): Promise<void> {
  if (noted.length === 0) return;
  await db.transaction(async (tx) => {
    for (const deed of noted) await noteDeed(tx, { subject: 'wrong-sign-ins', ...deed });
  });
}
