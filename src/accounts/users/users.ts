import { type Database, notify, type Transaction } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { watchSignIn } from '../guesses/sign-in-watch.ts';
import type { Role } from '../roles.ts';
import { newSecret, stepOf, toBase32, uriOf } from '../secrets/one-time-codes.ts';
import { hashPassword, isPassword } from '../secrets/password.ts';
import { hashOfToken, newToken } from '../secrets/token.ts';
import { endSessionsOf } from '../sessions/store.ts';
import {
  clearSecondFactor,
  confirmSecret,
  deleteTickets,
  deleteUser,
  insertTicket,
  type StoredUser,
  selectUser,
  selectUsers,
  setPassword,
  setPendingSecret,
  type TicketKind,
  upsertUser,
} from './store.ts';

const minutes = 60_000;
/** How long tickets are good: what signs in by itself for a short time only. */
const ticketMs: Record<TicketKind, number> = { 'sign-in': 10 * minutes, invitation: 7 * 24 * 60 * minutes };

/** Shown once: only its hash is stored. */
export interface Ticket {
  ticket: string;
  expiresAt: Date;
}

/** Where a ticket leads. It stands behind `#`, which browsers send nowhere: it is in no log. */
export function signInPath(ticket: string): string {
  return `/sign-in#ticket=${ticket}`;
}

/** The users, and what each may change of themselves. */
export type Users = ReturnType<typeof createUsers>;

/** @see Users */
export function createUsers(db: Database, clock: () => Date) {
  const changing = <Result>(work: (tx: Transaction) => Promise<Result>) =>
    db.transaction(async (tx) => {
      const result = await work(tx);
      await notify(tx, db.schema, { about: 'sessions' });
      return result;
    });
  const find = async (userName: string): Promise<StoredUser> => {
    const user = await selectUser(db, userName);
    if (!user) throw notFound('user');
    return user;
  };

  return {
    list: () => selectUsers(db),
    /** Makes a user, or gives them another role: it holds from their next request on. */
    set: (userName: string, role: Role) => changing((tx) => upsertUser(tx, userName, role)),
    async remove(userName: string): Promise<void> {
      if (!(await changing((tx) => deleteUser(tx, userName)))) throw notFound('user');
    },
    /** What signs this user in once. */
    async makeTicket(userName: string, kind: TicketKind): Promise<Ticket> {
      const { userKey } = await find(userName);
      const [ticket, now] = [newToken(), clock()];
      const expiresAt = new Date(now.getTime() + ticketMs[kind]);
      await db.transaction(async (tx) => {
        await deleteTickets(tx, userKey);
        await insertTicket(tx, { hash: hashOfToken(ticket), userKey, kind, now, expiresAt });
      });
      return { ticket, expiresAt };
    },
    /** @param sessionId the session that goes on; others of the user end */
    async changePassword(userName: string, given: string | undefined, wanted: string, sessionId: number) {
      const user = await find(userName);
      const refuse = () => new PannierError('forbidden', 'The password so far is another one.');
      const hash = await watchSignIn(db, { userName }, clock(), async () => {
        const isKnown = user.passwordHash === null || (await isPassword(given ?? '', user.passwordHash));
        if (!isKnown) throw refuse();
        return hashPassword(wanted);
      });
      await changing(async (tx) => {
        await setPassword(tx, user.userKey, hash, clock());
        await endSessionsOf(tx, user.userKey, clock(), sessionId);
      });
    },
    /** A secret that counts from its first code on. */
    async beginSecondFactor(userName: string): Promise<{ secret: string; uri: string }> {
      const { userKey } = await find(userName);
      const secret = newSecret();
      await db.transaction((tx) => setPendingSecret(tx, userKey, secret));
      return { secret: toBase32(secret), uri: uriOf(secret, userName) };
    },
    async confirmSecondFactor(userName: string, code: string): Promise<void> {
      const { userKey, totpPending } = await find(userName);
      if (!totpPending) throw new PannierError('conflict', 'No second factor was begun.');
      const step = await watchSignIn(db, { userName }, clock(), async () => {
        const found = stepOf(totpPending, code, clock());
        if (found !== undefined) return found;
        throw new PannierError('conflict', 'The code is wrong.', [{ field: '/code', message: 'is of another secret' }]);
      });
      if (!(await db.transaction((tx) => confirmSecret(tx, userKey, totpPending, step))))
        throw new PannierError('conflict', 'Another second factor was begun meanwhile.');
    },
    async removeSecondFactor(userName: string): Promise<void> {
      const { userKey } = await find(userName);
      await db.transaction((tx) => clearSecondFactor(tx, userKey));
    },
  };
}
