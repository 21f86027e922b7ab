import type { Queryable } from '../../db/index.ts';

/** What a user signs in with beside the password. */
export interface SecondFactor {
  since: Date | null;
  recoveryCodesLeft: number;
}

export async function selectSecondFactor(db: Queryable, userKey: number): Promise<SecondFactor> {
  const [found] = await db.query<SecondFactor>(
    `select case when totp_secret is not null then totp_changed_at end as since,
       (select count(*)::int from recovery_codes as code where code.user_key = users.user_key and code.used_at is null) as "recoveryCodesLeft"
     from users where user_key = $1`,
    [userKey],
  );
  return found;
}

export async function setPendingSecret(db: Queryable, userKey: number, secret: Buffer, now: Date): Promise<void> {
  await db.query('update users set totp_pending = $2, totp_begun_at = $3 where user_key = $1', [userKey, secret, now]);
}

/** From now on codes of this secret are asked for; the one of this step was used to say so. False: it is begun no more. */
export async function confirmSecret(
  tx: Queryable,
  userKey: number,
  secret: Buffer,
  step: number,
  now: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `update users set totp_secret = totp_pending, totp_pending = null, totp_begun_at = null, totp_step = $3, totp_changed_at = $4,
       recovery_codes_made_at = $4
     where user_key = $1 and totp_pending = $2 returning user_key`,
    [userKey, secret, step, now],
  );
  return rows.length === 1;
}

/** Codes are asked for no more, and those on paper are worthless. */
export async function clearSecondFactor(tx: Queryable, userKey: number, now: Date): Promise<void> {
  await tx.query(
    `update users set totp_secret = null, totp_pending = null, totp_begun_at = null, totp_step = null, recovery_codes_made_at = null,
       totp_changed_at = case when totp_secret is null then totp_changed_at else $2 end
     where user_key = $1`,
    [userKey, now],
  );
  await tx.query('delete from recovery_codes where user_key = $1', [userKey]);
}

/** A code is good once. False: this one, or a later one, was used. */
export async function useStep(tx: Queryable, userKey: number, step: number): Promise<boolean> {
  const rows = await tx.query(
    `update users set totp_step = $2 where user_key = $1 and (totp_step is null or totp_step < $2) returning user_key`,
    [userKey, step],
  );
  return rows.length === 1;
}

/** These take the place of those before. */
export async function replaceRecoveryCodes(
  tx: Queryable,
  userKey: number,
  hashes: readonly Buffer[],
  now: Date,
): Promise<void> {
  await tx.query('update users set recovery_codes_made_at = $2 where user_key = $1', [userKey, now]);
  await tx.query('delete from recovery_codes where user_key = $1', [userKey]);
  await tx.query('insert into recovery_codes (code_hash, user_key) select hash, $1 from unnest($2::bytea[]) as hash', [
    userKey,
    hashes,
  ]);
}

export async function hasRecoveryCode(db: Queryable, userKey: number, hash: Buffer): Promise<boolean> {
  const rows = await db.query('select from recovery_codes where user_key = $1 and code_hash = $2 and used_at is null', [
    userKey,
    hash,
  ]);
  return rows.length === 1;
}

/** False: it was used, or never was. */
export async function useRecoveryCode(tx: Queryable, userKey: number, hash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `update recovery_codes set used_at = $3 where user_key = $1 and code_hash = $2 and used_at is null returning user_key`,
    [userKey, hash, now],
  );
  return rows.length === 1;
}
