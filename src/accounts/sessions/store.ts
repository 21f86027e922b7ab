import type { Queryable } from '../../db/index.ts';
import type { Role } from '../roles.ts';

/** Somebody who is signed in: a user, or whoever has a key. */
export interface StoredSession {
  sessionId: number;
  tokenHash: string;
  user: { userKey: number; userName: string; role: Role } | undefined;
  keyId: number | undefined;
  signedInAt: Date;
  seenAt: Date;
  /** at the latest */
  expiresAt: Date;
}

interface SessionRow {
  session_id: number;
  token_hash: Buffer;
  user_key: number | null;
  user_name: string;
  role: Role;
  key_id: number | null;
  signed_in_at: Date;
  seen_at: Date;
  expires_at: Date;
}

/** @param owner a user or a key */
export async function insertSession(
  db: Queryable,
  session: { tokenHash: Buffer; userKey?: number; keyId?: number; now: Date; expiresAt: Date },
): Promise<void> {
  const { tokenHash, userKey, keyId, now, expiresAt } = session;
  await db.query(
    `insert into sessions (token_hash, user_key, key_id, signed_in_at, seen_at, expires_at)
     values ($1, $2, $3, $4, $4, $5)`,
    [tokenHash, userKey ?? null, keyId ?? null, now, expiresAt],
  );
}

/** Those that are neither ended nor over, newest first. @param seenAfter who was seen last before is signed out */
export async function selectSessions(db: Queryable, now: Date, seenAfter: Date): Promise<StoredSession[]> {
  const rows = await db.query<SessionRow>(
    `select session_id, token_hash, user_key, user_name, role, key_id, signed_in_at, seen_at, expires_at
     from sessions left join users using (user_key)
     where ended_at is null and expires_at > $1 and seen_at > $2 order by session_id desc`,
    [now, seenAfter],
  );
  return rows.map((row) => ({
    sessionId: row.session_id,
    tokenHash: row.token_hash.toString('hex'),
    user: row.user_key === null ? undefined : { userKey: row.user_key, userName: row.user_name, role: row.role },
    keyId: row.key_id ?? undefined,
    signedInAt: row.signed_in_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  }));
}

export async function markSeen(db: Queryable, seen: ReadonlyMap<number, Date>): Promise<void> {
  await db.query(
    `update sessions as known set seen_at = greatest(known.seen_at, seen.at)
     from unnest($1::bigint[], $2::timestamptz[]) as seen (session_id, at) where known.session_id = seen.session_id`,
    [[...seen.keys()], [...seen.values()]],
  );
}

/** False: there is no such session that goes on. @param owner only one of theirs; undefined: anybody's */
export async function endSession(
  db: Queryable,
  sessionId: number,
  now: Date,
  owner?: { userKey?: number; keyId?: number },
): Promise<boolean> {
  const rows = await db.query(
    `update sessions set ended_at = $2 where session_id = $1 and ended_at is null
       and ($3 or user_key = $4 or key_id = $5) returning session_id`,
    [sessionId, now, owner === undefined, owner?.userKey ?? null, owner?.keyId ?? null],
  );
  return rows.length === 1;
}

/** Ends the sessions of a user. @param except this one goes on */
export async function endSessionsOf(db: Queryable, userKey: number, now: Date, except?: number): Promise<void> {
  await db.query(
    `update sessions set ended_at = $2 where user_key = $1 and ended_at is null and session_id is distinct from $3`,
    [userKey, now, except ?? null],
  );
}

/** Removes what is over since long. @returns how many */
export async function deleteOldSessions(db: Queryable, before: Date): Promise<number> {
  const rows = await db.query(
    'delete from sessions where least(expires_at, ended_at) < $1 or seen_at < $1 returning session_id',
    [before],
  );
  return rows.length;
}
