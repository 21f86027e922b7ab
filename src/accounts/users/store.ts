import type { Queryable } from '../../db/index.ts';
import type { Role } from '../roles.ts';

export interface StoredUser {
  userKey: number;
  userName: string;
  role: Role;
  passwordHash: string | null;
  totpSecret: Buffer | null;
  totpPending: Buffer | null;
  totpBegunAt: Date | null;
  createdAt: Date;
}

const columns = `user_key as "userKey", user_name as "userName", role, password_hash as "passwordHash",
  totp_secret as "totpSecret", totp_pending as "totpPending", totp_begun_at as "totpBegunAt",
  created_at as "createdAt"`;

/** By name. */
export function selectUsers(db: Queryable): Promise<StoredUser[]> {
  return db.query<StoredUser>(`select ${columns} from users order by user_name`);
}

export async function selectUser(db: Queryable, userName: string): Promise<StoredUser | undefined> {
  const [user] = await db.query<StoredUser>(`select ${columns} from users where user_name = $1`, [userName]);
  return user;
}

export async function upsertUser(db: Queryable, userName: string, role: Role): Promise<StoredUser> {
  const [user] = await db.query<StoredUser>(
    `insert into users (user_name, role) values ($1, $2)
     on conflict (user_name) do update set role = excluded.role returning ${columns}`,
    [userName, role],
  );
  return user;
}

/** Their sessions and tickets go with them. False: there was nobody of that name. */
export async function deleteUser(db: Queryable, userName: string): Promise<boolean> {
  return (await db.query('delete from users where user_name = $1 returning user_key', [userName])).length === 1;
}

export async function setPassword(db: Queryable, userKey: number, passwordHash: string, now: Date): Promise<void> {
  await db.query('update users set password_hash = $2, password_changed_at = $3 where user_key = $1', [
    userKey,
    passwordHash,
    now,
  ]);
}

/**
 * Those who may change who may what, and how many of them can sign in with a password, in the order of their names. Whoever asks holds
 * `lockGovernors`.
 */
export async function selectOperators(tx: Queryable): Promise<{ userName: string; hasPassword: boolean }[]> {
  return tx.query(
    `select user_name as "userName", password_hash is not null as "hasPassword" from users where role = 'operator' order by user_name`,
  );
}

export type TicketKind = 'sign-in' | 'invitation';

export async function insertTicket(
  db: Queryable,
  ticket: { hash: Buffer; userKey: number; kind: TicketKind; now: Date; expiresAt: Date },
): Promise<void> {
  const { hash, userKey, kind, now, expiresAt } = ticket;
  await db.query(
    `insert into tickets (ticket_hash, user_key, kind, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
    [hash, userKey, kind, now, expiresAt],
  );
}

/** An invitation makes those before it worthless. */
export async function deleteTickets(db: Queryable, userKey: number): Promise<void> {
  await db.query('delete from tickets where user_key = $1', [userKey]);
}

/** A ticket that is good, and whose it is. */
export async function selectTicket(
  db: Queryable,
  hash: Buffer,
  now: Date,
): Promise<{ kind: TicketKind; userName: string } | undefined> {
  const [ticket] = await db.query<{ kind: TicketKind; userName: string }>(
    `select kind, users.user_name as "userName" from tickets join users on users.user_key = tickets.user_key
     where ticket_hash = $1 and used_at is null and expires_at > $2`,
    [hash, now],
  );
  return ticket;
}

/** Takes a ticket: of two who come with it at once one gets it. */
export async function takeTicket(
  db: Queryable,
  hash: Buffer,
  now: Date,
): Promise<{ userKey: number; userName: string; kind: TicketKind } | undefined> {
  const [ticket] = await db.query<{ userKey: number; userName: string; kind: TicketKind }>(
    `update tickets set used_at = $2 from users
     where ticket_hash = $1 and used_at is null and expires_at > $2 and users.user_key = tickets.user_key
     returning users.user_key as "userKey", user_name as "userName", kind`,
    [hash, now],
  );
  return ticket;
}

/** @returns how many */
export async function deleteOldTickets(db: Queryable, before: Date): Promise<number> {
  return (await db.query('delete from tickets where expires_at < $1 returning ticket_hash', [before])).length;
}
