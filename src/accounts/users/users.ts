import { type Database, notify, type Transaction } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { lockGovernors } from '../../keys/index.ts';
import { forgetDevices } from '../devices/store.ts';
import { watchGuesses } from '../guesses/sign-in-watch.ts';
import type { Role } from '../roles.ts';
import { hashPassword, isPassword } from '../secrets/password.ts';
import { hashOfToken, newToken } from '../secrets/token.ts';
import { endSessionsOf } from '../sessions/store.ts';
import {
  deleteTickets,
  deleteUser,
  insertTicket,
  type StoredUser,
  selectOperators,
  selectUser,
  selectUsers,
  setPassword,
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
    /** Makes a user, or gives them another role: it holds from their next request on. @throws PannierError of the last operator */
    set: (userName: string, role: Role) =>
      changing(async (tx) => {
        if (role !== 'operator') await keepAnOperator(tx, userName);
        return upsertUser(tx, userName, role);
      }),
    /** @throws PannierError of the last operator, and where there is no such user */
    async remove(userName: string): Promise<void> {
      const isRemoved = await changing(async (tx) => {
        await keepAnOperator(tx, userName);
        return deleteUser(tx, userName);
      });
      if (!isRemoved) throw notFound('user');
    },
    /** Is there somebody who can sign in and may change who may what? @param tx holds `lockGovernors` */
    isGovernedBy: async (tx: Transaction) => (await selectOperators(tx)).some(({ hasPassword }) => hasPassword),
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
      const refuse = () =>
        new PannierError('forbidden', 'The password so far is another one.', [
          { field: '/password', message: 'is another one' },
        ]);
      const hash = await watchGuesses(db, { userName, what: 'password in a session' }, clock(), async () => {
        const isKnown = user.passwordHash === null || (await isPassword(given ?? '', user.passwordHash));
        if (!isKnown) throw refuse();
        return hashPassword(wanted);
      });
      await changing(async (tx) => {
        await setPassword(tx, user.userKey, hash, clock());
        await endSessionsOf(tx, user.userKey, clock(), sessionId);
        await forgetDevices(tx, user.userKey);
      });
    },
  };
}

/**
 * Of two who take the role from each other at once, one is refused.
 * @throws PannierError `conflict` where nobody else could sign in and change who may what
 */
async function keepAnOperator(tx: Transaction, userName: string): Promise<void> {
  await lockGovernors(tx);
  const operators = await selectOperators(tx);
  const leaving = operators.find((operator) => operator.userName === userName);
  if (!leaving) return;
  const others = operators.filter((operator) => operator !== leaving);
  if (others.some(({ hasPassword }) => hasPassword) || (!leaving.hasPassword && others.length > 0)) return;
  throw new PannierError(
    'conflict',
    others.length === 0
      ? `${userName} is the last operator: make somebody else an operator first.`
      : `${userName} is the only operator who has set a password: nobody else could sign in and change who may what.`,
  );
}
