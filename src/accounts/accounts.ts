import type { Config } from '../config.ts';
import { type Database, notify } from '../db/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { createSecondFactors } from './second-factors/second-factors.ts';
import { createSessionRing } from './sessions/session-ring.ts';
import { type Credentials, type Place, type SignedIn, signIn } from './sessions/sign-in.ts';
import { endSession } from './sessions/store.ts';
import { createUsers } from './users/users.ts';

/** Who signs in, and who is signed in. */
export type Accounts = ReturnType<typeof createAccounts>;

/** @see Accounts */
export function createAccounts(deps: {
  db: Database;
  keys: KeyRing;
  clock: () => Date;
  config: Pick<Config, 'currency' | 'minorDigits' | 'timeZone'>;
}) {
  const { db, keys, clock, config } = deps;
  const sessions = createSessionRing(db, keys, clock);
  return {
    sessions,
    users: createUsers(db, clock),
    secondFactors: createSecondFactors(db, clock),
    keys,
    db,
    shop: { currency: config.currency, minorDigits: config.minorDigits, timeZone: config.timeZone },
    async signIn(credentials: Credentials, place: Place): Promise<SignedIn> {
      const signedIn = await signIn(deps, credentials, place);
      await sessions.reload();
      return signedIn;
    },
    /** False: there is no such session. @param owner only one of theirs */
    async endSession(sessionId: number, owner?: { userKey?: number; keyId?: number }): Promise<boolean> {
      const ended = await db.transaction(async (tx) => {
        const isEnded = await endSession(tx, sessionId, clock(), owner);
        await notify(tx, db.schema, { about: 'sessions' });
        return isEnded;
      });
      await sessions.reload();
      return ended;
    },
  };
}
