import type { Queryable } from '../../db/index.ts';

/** Whose it is: the users who have signed in by it since. */
export async function selectUsersOfDevice(db: Queryable, tokenHash: Buffer, since: Date): Promise<number[]> {
  const rows = await db.query<{ userKey: number }>(
    'select user_key as "userKey" from known_devices where token_hash = $1 and seen_at > $2',
    [tokenHash, since],
  );
  return rows.map(({ userKey }) => userKey);
}

/** @param most of the user; the ones that were seen longest ago are forgotten */
export async function rememberDevice(
  tx: Queryable,
  tokenHash: Buffer,
  userKey: number,
  now: Date,
  most: number,
): Promise<void> {
  await tx.query(
    `insert into known_devices (token_hash, user_key, seen_at) values ($1, $2, $3)
     on conflict (token_hash, user_key) do update set seen_at = excluded.seen_at`,
    [tokenHash, userKey, now],
  );
  await tx.query(
    `delete from known_devices where user_key = $1 and token_hash in
       (select token_hash from known_devices where user_key = $1 order by seen_at desc, token_hash offset $2)`,
    [userKey, most],
  );
}

/** The user's password is another one: whoever knew the one before may have signed in. */
export async function forgetDevices(tx: Queryable, userKey: number): Promise<void> {
  await tx.query('delete from known_devices where user_key = $1', [userKey]);
}

/** @returns how many */
export async function deleteOldDevices(db: Queryable, before: Date): Promise<number> {
  return (await db.query('delete from known_devices where seen_at < $1 returning user_key', [before])).length;
}
