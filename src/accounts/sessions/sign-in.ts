import { type Actor, type Database, daysBefore, notify, setActor, type Transaction } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import type { KeyRing } from '../../keys/index.ts';
import { say } from '../../sentences/index.ts';
import { forgetDevices, rememberDevice, selectUsersOfDevice } from '../devices/store.ts';
import { watchGuesses, watchSignIn } from '../guesses/sign-in-watch.ts';
import { examineCode, type Use } from '../second-factors/second-factors.ts';
import { clearSecondFactor } from '../second-factors/store.ts';
import { hashPassword, isPassword } from '../secrets/password.ts';
import { hashOfToken, newToken } from '../secrets/token.ts';
import { type StoredUser, selectTicket, selectUser, setPassword, takeTicket } from '../users/store.ts';
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

/** From where somebody signs in. */
export interface Place {
  network: string;
  /** what the browser was given when somebody signed in by it before */
  device: string | undefined;
}

/** What the browser is given. */
export interface SignedIn {
  /** of the session: it is known to nobody else */
  token: string;
  /** by which it is known again; undefined: a key signed in */
  device: string | undefined;
}

/** Users have a few browsers; one that was not seen for as long is a strange one again. */
const mostDevices = 20;
export const deviceDays = 180;

interface Owner {
  userKey?: number;
  keyId?: number;
  actor: Actor;
}

type Claim = (tx: Transaction) => Promise<Owner>;

/**
 * Begins a session for whoever has what it takes.
 * Only passwords can be guessed, so only they are watched.
 * @throws PannierError `unauthorized`, or `too_many_requests` after too many tries
 */
export async function signIn(
  deps: { db: Database; keys: KeyRing; clock: () => Date },
  credentials: Credentials,
  place: Place,
): Promise<SignedIn> {
  const { db, keys, clock } = deps;
  const now = clock();
  const begin = (claim: Claim, device: Device) =>
    db.transaction((tx) => beginSession(tx, claim, device, now, db.schema));
  const device = await findDevice(db, place.device, now);
  const { key, ticket, user_name: userName = '', password = '', code } = credentials;
  if (key !== undefined) return begin(byKey(keys, key), device);
  if (ticket !== undefined) return begin(await byTicket(db, ticket, credentials.password, now), device);
  const user = await selectUser(db, userName);
  const known = user && device.users.includes(user.userKey) ? hashOfToken(device.token) : undefined;
  const attempt = { userName, network: place.network, device: known, isUser: user !== undefined };
  return watchSignIn(db, attempt, now, async () => {
    const claim = await byPassword(db, user, { password, code, isKnownDevice: known !== undefined }, now);
    return begin(claim, device);
  });
}

async function beginSession(
  tx: Transaction,
  claim: Claim,
  device: Device,
  now: Date,
  schema: string,
): Promise<SignedIn> {
  const { actor, ...owner } = await claim(tx);
  await setActor(tx, actor);
  const token = newToken();
  const expiresAt = new Date(now.getTime() + longestMs);
  await insertSession(tx, { ...owner, tokenHash: hashOfToken(token), now, expiresAt });
  if (owner.userKey !== undefined) await rememberDevice(tx, hashOfToken(device.token), owner.userKey, now, mostDevices);
  await notify(tx, schema, { about: 'sessions' });
  return { token, device: owner.userKey === undefined ? undefined : device.token };
}

/** A browser by which somebody has signed in before, or a new one. */
interface Device {
  token: string;
  users: readonly number[];
}

/** What a browser brings along and nobody has signed in by is not taken over: somebody else may have put it there. */
async function findDevice(db: Database, given: string | undefined, now: Date): Promise<Device> {
  const users =
    given === undefined ? [] : await selectUsersOfDevice(db, hashOfToken(given), daysBefore(now, deviceDays));
  return given !== undefined && users.length > 0 ? { token: given, users } : { token: newToken(), users: [] };
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
  const found = await selectTicket(db, hash, now);
  if (!found) throw refused();
  const { kind, userName } = found;
  if (kind === 'invitation' && password === undefined) {
    throw wrong(say('detail.invitation', { user: userName }), '/password', 'must be given');
  }
  const passwordHash = kind === 'invitation' ? await hashPassword(password!) : undefined;
  return async (tx) => {
    const taken = await takeTicket(tx, hash, now);
    if (!taken) throw refused();
    if (passwordHash !== undefined) {
      await setPassword(tx, taken.userKey, passwordHash, now);
      await clearSecondFactor(tx, taken.userKey, now);
      await forgetDevices(tx, taken.userKey);
      await endSessionsOf(tx, taken.userKey, now);
    }
    return { userKey: taken.userKey, actor: { kind: 'user', name: taken.userName } };
  };
}

/** What takes long is done before the transaction; what is good once is taken in it. */
async function byPassword(
  db: Database,
  user: StoredUser | undefined,
  given: { password: string; code: string | undefined; isKnownDevice: boolean },
  now: Date,
): Promise<Claim> {
  const { password, code, isKnownDevice } = given;
  const isRight = await isPassword(password, user?.passwordHash ?? null, { isFirst: isKnownDevice });
  if (!isRight || !user) throw wrong('Name or password is wrong.');
  const use = user.totpSecret ? await requireCode(db, user, code, isKnownDevice, now) : undefined;
  return async (tx) => {
    if (use && !(await use(tx))) throw wrongCode('was used before');
    return { userKey: user.userKey, actor: { kind: 'user', name: user.userName } };
  };
}

/** Only whoever knows the password can guess a code, so that the limit hinders nobody else; the user's own devices have one of their own. */
async function requireCode(
  db: Database,
  user: StoredUser,
  code: string | undefined,
  isKnownDevice: boolean,
  now: Date,
): Promise<Use> {
  if (code === undefined) throw wrongCode('must be given');
  const { userName } = user;
  return watchGuesses(db, { userName, what: 'codes', by: isKnownDevice ? 'known' : '' }, now, async () => {
    const use = await examineCode(db, user, code, now);
    if (!use) throw wrongCode('is wrong, or its time is over');
    return use;
  });
}

function wrongCode(message: string): PannierError {
  return wrong('A one-time code is asked for.', '/code', message);
}

function wrong(detail: string, field?: string, message = ''): PannierError {
  return new PannierError('unauthorized', detail, field === undefined ? [] : [{ field, message }]);
}
