import { createHmac } from 'node:crypto';
import type { Database } from '../../db/index.ts';
import type { KeyRing } from '../../keys/index.ts';
import { scopesOf } from '../roles.ts';
import { hashOfToken } from '../secrets/token.ts';
import { markSeen, type StoredSession, selectSessions } from './store.ts';

const hours = 3_600_000;
/** Whoever asks nothing for as long is signed out. */
export const idleMs = 12 * hours;
/** Whoever signed in has to do so again after so long. */
export const longestMs = 7 * 24 * hours;

/** Who asks by a session, in the form that keys have. */
export interface SessionCaller {
  /** of the user: below 0, so that it is no key's */
  keyId: number;
  name: string;
  scopes: readonly string[];
  session: {
    sessionId: number;
    /** to be sent with every write: another site does not know it */
    csrfToken: string;
    user: StoredSession['user'];
    /** the key that it was begun with */
    keyId: number | undefined;
    expiresAt: Date;
  };
}

/** The sessions that go on, in memory: a request's cookie is checked without asking the database. */
export interface SessionRing {
  find(token: string): SessionCaller | undefined;
  reload(): Promise<void>;
  /** Writes down who was seen since the last time. */
  writeSeen(): Promise<void>;
  /** newest first */
  held(): { session: StoredSession; name: string; expiresAt: Date }[];
}

/** @see SessionRing */
export function createSessionRing(db: Database, keys: KeyRing, clock: () => Date): SessionRing {
  let byHash = new Map<string, StoredSession>();
  let seen = new Map<number, Date>();
  let asked = 0;
  let answered = 0;

  const endOf = ({ seenAt, expiresAt }: StoredSession) =>
    new Date(Math.min(expiresAt.getTime(), seenAt.getTime() + idleMs));
  /** A session that was begun with a key ends with it. */
  const ownerOf = ({ user, keyId }: StoredSession) => {
    if (user) return { keyId: -user.userKey, name: user.userName, scopes: scopesOf[user.role] };
    return keyId === undefined ? undefined : keys.findById(keyId);
  };

  async function writeSeen(): Promise<void> {
    if (seen.size === 0) return;
    const written = seen;
    seen = new Map();
    await markSeen(db, written).catch((error) => {
      seen = new Map([...written, ...seen]);
      throw error;
    });
  }

  return {
    find(token) {
      const session = byHash.get(hashOfToken(token).toString('hex'));
      const now = clock();
      const owner = session && now < endOf(session) ? ownerOf(session) : undefined;
      if (!session || !owner) return undefined;
      session.seenAt = now;
      seen.set(session.sessionId, now);
      const { sessionId, user, keyId } = session;
      const csrfToken = createHmac('sha256', token).update('csrf').digest('base64url');
      const { keyId: callerId, name, scopes } = owner;
      return {
        keyId: callerId,
        name,
        scopes: [...scopes, 'session'],
        session: { sessionId, csrfToken, user, keyId, expiresAt: endOf(session) },
      };
    },
    async reload() {
      const turn = ++asked;
      // Otherwise whoever was seen by this instance alone would be signed out; where it takes no writes they are seen later.
      await writeSeen().catch(() => {});
      const now = clock();
      const sessions = await selectSessions(db, now, new Date(now.getTime() - idleMs));
      // What was asked for earlier may come later, and be of before a session was revoked.
      if (turn < answered) return;
      answered = turn;
      for (const session of sessions) {
        const known = byHash.get(session.tokenHash);
        if (known && known.seenAt > session.seenAt) session.seenAt = known.seenAt;
      }
      byHash = new Map(sessions.map((session) => [session.tokenHash, session]));
    },
    writeSeen,
    held() {
      const now = clock();
      return [...byHash.values()].flatMap((session) => {
        const [owner, expiresAt] = [ownerOf(session), endOf(session)];
        return owner && now < expiresAt ? [{ session, name: owner.name, expiresAt }] : [];
      });
    },
  };
}
