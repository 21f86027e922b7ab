import { type Actor, type Database, notify, setActor, type Transaction } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import type { KeyRing } from '../../keys/index.ts';
import { type Attempt, watchSignIn } from '../guesses/sign-in-watch.ts';
import { stepOf } from '../secrets/one-time-codes.ts';
import { hashPassword, isPassword } from '../secrets/password.ts';
import { hashOfToken, newToken } from '../secrets/token.ts';
import {
  clearSecondFactor,
  type StoredUser,
  selectTicketKind,
  selectUser,
  setPassword,
  takeTicket,
  useStep,
} from '../users/store.ts';
import { longestMs } from './session-ring.ts';
import { endSessionsOf, insertSession } from './store.ts';

/** What somebody signs in with: a key, a name and password, or a ticket. */
export interface Credentials {
  key?: string;
  user_name?: string;
  password?: string;
  code?: string;
  ticket?: string;
}

interface Owner {
  userKey?: number;
  keyId?: number;
  actor: Actor;
}

type Claim = (tx: Transaction) => Promise<Owner>;

/**
 * Begins a session for whoever has what it takes.
 * @param address from where it is asked
 * @returns what the cookie holds; it is known to nobody else
 * @throws PannierError `unauthorized`, or `too_many_requests` after too many tries
 */
export async function signIn(
  deps: { db: Database; keys: KeyRing; clock: () => Date },
  credentials: Credentials,
  address: string | undefined,
): Promise<string> {
  const { db, keys, clock } = deps;
  const now = clock();
  const token = newToken();
  const { user_name: userName } = credentials;
  const attempt: Attempt = { address, ...(userName !== undefined && { userName }) };
  await watchSignIn(db, attempt, now, async () => {
    const claim = await examine(db, keys, credentials, now);
    await db.transaction(async (tx) => {
      const { actor, ...owner } = await claim(tx);
      await setActor(tx, actor);
      const expiresAt = new Date(now.getTime() + longestMs);
      await insertSession(tx, { ...owner, tokenHash: hashOfToken(token), now, expiresAt });
      await notify(tx, db.schema, { about: 'sessions' });
    });
  });
  return token;
}

/** What takes long is done before the transaction; what is good once is taken in it. */
async function examine(db: Database, keys: KeyRing, credentials: Credentials, now: Date): Promise<Claim> {
  const { key, ticket, user_name: userName, password, code } = credentials;
  if (key !== undefined) return byKey(keys, key);
  if (ticket !== undefined) return byTicket(db, ticket, password, now);
  return byPassword(db, { userName: userName ?? '', password: password ?? '', code }, now);
}

function byKey(keys: KeyRing, token: string): Claim {
  const key = keys.find(token);
  // A key that may be published signs nobody in.
  if (!key || key.isPublishable) throw wrong('This is no key that is valid here.');
  return async () => ({ keyId: key.keyId, actor: { kind: 'key', id: key.keyId, name: key.name } });
}

async function byTicket(db: Database, ticket: string, password: string | undefined, now: Date): Promise<Claim> {
  const hash = hashOfToken(ticket);
  const refused = () => wrong('This address has signed somebody in before, or its time is over.');
  const kind = await selectTicketKind(db, hash, now);
  if (!kind) throw refused();
  if (kind === 'invitation' && password === undefined) {
    throw wrong('An invitation is answered with a password of your own.', '/password', 'must be given');
  }
  const passwordHash = kind === 'invitation' ? await hashPassword(password!) : undefined;
  return async (tx) => {
    const taken = await takeTicket(tx, hash, now);
    if (!taken) throw refused();
    if (passwordHash !== undefined) {
      await setPassword(tx, taken.userKey, passwordHash, now);
      await clearSecondFactor(tx, taken.userKey);
      await endSessionsOf(tx, taken.userKey, now);
    }
    return { userKey: taken.userKey, actor: { kind: 'user', name: taken.userName } };
  };
}

async function byPassword(
  db: Database,
  { userName, password, code }: { userName: string; password: string; code: string | undefined },
  now: Date,
): Promise<Claim> {
  const user = await selectUser(db, userName);
  if (!(await isPassword(password, user?.passwordHash ?? null)) || !user) throw wrong('Name or password is wrong.');
  const step = user.totpSecret ? requireStep(user, code, now) : undefined;
  return async (tx) => {
    if (step !== undefined && !(await useStep(tx, user.userKey, step))) throw wrongCode('was used before');
    return { userKey: user.userKey, actor: { kind: 'user', name: userName } };
  };
}

function requireStep({ totpSecret }: StoredUser, code: string | undefined, now: Date): number {
  if (code === undefined) throw wrongCode('must be given');
  const step = stepOf(totpSecret!, code, now);
  if (step === undefined) throw wrongCode('is wrong, or its time is over');
  return step;
}

function wrongCode(message: string): PannierError {
  return wrong('A one-time code is asked for.', '/code', message);
}

function wrong(detail: string, field?: string, message = ''): PannierError {
  return new PannierError('unauthorized', detail, field === undefined ? [] : [{ field, message }]);
}
