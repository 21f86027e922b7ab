import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { watchGuesses } from '../guesses/sign-in-watch.ts';
import { newSecret, stepOf, toBase32, uriOf } from '../secrets/one-time-codes.ts';
import { isPassword } from '../secrets/password.ts';
import { hashOfRecoveryCode, isRecoveryCode, newRecoveryCodes } from '../secrets/recovery-codes.ts';
import { type StoredUser, selectUser } from '../users/store.ts';
import {
  clearSecondFactor,
  confirmSecret,
  hasRecoveryCode,
  replaceRecoveryCodes,
  type SecondFactor,
  selectSecondFactor,
  setPendingSecret,
  useRecoveryCode,
  useStep,
} from './store.ts';

/** Who has shown a secret and has not confirmed it so long begins anew. */
const pendingMs = 15 * 60_000;

/** What somebody shows to change how they sign in: the password, and a code where codes are asked for. */
export interface Proof {
  password?: string;
  code?: string;
}

/** Uses up a code in the transaction that it is shown for. False: it was used meanwhile. */
export type Use = (tx: Transaction) => Promise<boolean>;

/**
 * Is it a code of this user's: of their app at about this time, or one on paper?
 * @returns what uses it up; undefined: it is none
 */
export async function examineCode(
  db: Queryable,
  { userKey, totpSecret }: StoredUser,
  code: string,
  now: Date,
): Promise<Use | undefined> {
  if (isRecoveryCode(code)) {
    const hash = hashOfRecoveryCode(code);
    return (await hasRecoveryCode(db, userKey, hash)) ? (tx) => useRecoveryCode(tx, userKey, hash, now) : undefined;
  }
  const step = totpSecret ? stepOf(totpSecret, code, now) : undefined;
  return step === undefined ? undefined : (tx) => useStep(tx, userKey, step);
}

/** What each user may change of their second factor, when they have shown who they are. */
export type SecondFactors = ReturnType<typeof createSecondFactors>;

/** @see SecondFactors */
export function createSecondFactors(db: Database, clock: () => Date) {
  /** Changes something for a user who has shown who they are; the code is used up with it. */
  async function proven<Result>(
    userName: string,
    proof: Proof,
    change: (tx: Transaction, user: StoredUser) => Promise<Result>,
  ): Promise<Result> {
    const user = await find(db, userName);
    const use = await prove(db, user, proof, clock());
    return db.transaction(async (tx) => {
      if (!(await use(tx))) throw refused('code', 'was used before');
      return change(tx, user);
    });
  }
  const giveCodes = async (tx: Transaction, { userKey }: StoredUser): Promise<string[]> => {
    const codes = newRecoveryCodes();
    await replaceRecoveryCodes(tx, userKey, codes.map(hashOfRecoveryCode), clock());
    return codes;
  };

  return {
    async read(userName: string): Promise<SecondFactor & { hasPassword: boolean }> {
      const { userKey, passwordHash } = await find(db, userName);
      return { ...(await selectSecondFactor(db, userKey)), hasPassword: passwordHash !== null };
    },
    /** A secret that counts from its first code on; the one so far counts until then. */
    async begin(userName: string, proof: Proof): Promise<{ secret: string; uri: string }> {
      const secret = newSecret();
      await proven(userName, proof, (tx, { userKey }) => setPendingSecret(tx, userKey, secret, clock()));
      return { secret: toBase32(secret), uri: uriOf(secret, userName) };
    },
    /** @returns recovery codes, which are shown once */
    async confirm(userName: string, code: string): Promise<string[]> {
      const user = await find(db, userName);
      const now = clock();
      const { totpPending: pending, totpBegunAt: begunAt } = user;
      if (!pending || !begunAt || now.getTime() - begunAt.getTime() > pendingMs) {
        throw new PannierError('conflict', 'No second factor was begun within the last quarter of an hour.');
      }
      const step = await watchGuesses(db, { userName, what: 'codes of a new secret' }, now, async () => {
        const found = stepOf(pending, code, now);
        if (found !== undefined) return found;
        throw new PannierError('conflict', 'The code is wrong.', [{ field: '/code', message: 'is of another secret' }]);
      });
      return db.transaction(async (tx) => {
        if (await confirmSecret(tx, user.userKey, pending, step, now)) return giveCodes(tx, user);
        throw new PannierError('conflict', 'Another second factor was begun meanwhile.');
      });
    },
    remove: (userName: string, proof: Proof) =>
      proven(userName, proof, (tx, { userKey }) => clearSecondFactor(tx, userKey, clock())),
    /** @returns recovery codes in the place of those before */
    renewRecoveryCodes: (userName: string, proof: Proof) =>
      proven(userName, proof, (tx, user) => {
        if (user.totpSecret) return giveCodes(tx, user);
        throw new PannierError('conflict', 'There is no second factor that codes could stand in for.');
      }),
  };
}

async function find(db: Queryable, userName: string): Promise<StoredUser> {
  const user = await selectUser(db, userName);
  if (!user) throw notFound('user');
  return user;
}

/** @throws PannierError `forbidden` that names what is missing or wrong; `conflict` where there is no password */
async function prove(db: Database, user: StoredUser, { password, code }: Proof, now: Date): Promise<Use> {
  const { userName, passwordHash, totpSecret } = user;
  if (passwordHash === null) {
    throw new PannierError('conflict', 'Set a password first: a second factor is asked for beside it.');
  }
  if (password === undefined) throw refused('password', 'must be given');
  if (totpSecret && code === undefined) throw refused('code', 'must be given');
  return watchGuesses(db, { userName, what: 'password in a session' }, now, async () => {
    if (!(await isPassword(password, passwordHash))) throw refused('password', 'is another one');
    if (!totpSecret || code === undefined) return async () => true;
    const use = await examineCode(db, user, code, now);
    if (!use) throw refused('code', 'is wrong, or its time is over');
    return use;
  });
}

function refused(field: 'password' | 'code', message: string): PannierError {
  const detail =
    field === 'password'
      ? 'Your password is asked for.'
      : 'A code is asked for, of the app that is set up or one of the recovery codes.';
  return new PannierError('forbidden', detail, [{ field: `/${field}`, message }]);
}
