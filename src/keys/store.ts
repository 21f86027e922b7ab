import type { Queryable } from '../db/index.ts';
import { isPublishable, type Key, type Scope } from './key.ts';

interface KeyRow {
  key_id: number;
  name: string;
  key_hash: Buffer;
  scopes: Scope[];
  allowed_origins: string[];
  customer_secret: string | null;
  created_at: Date;
}

export interface StoredKey extends Key {
  hash: string;
  /** Of a publishable key: what tokens of customers are signed with. */
  customerSecret: string | null;
  createdAt: Date;
}

export interface NewKey {
  name: string;
  hash: Buffer;
  scopes: readonly Scope[];
  allowedOrigins: readonly string[];
  customerSecret: string | null;
}

export async function insertKey(db: Queryable, key: NewKey): Promise<number> {
  const [row] = await db.query<{ key_id: number }>(
    `insert into api_keys (name, key_hash, scopes, allowed_origins, customer_secret) values ($1, $2, $3, $4, $5)
     returning key_id`,
    [key.name, key.hash, key.scopes, key.allowedOrigins, key.customerSecret],
  );
  return row.key_id;
}

export async function selectKeys(db: Queryable): Promise<StoredKey[]> {
  const rows = await db.query<KeyRow>(
    `select key_id, name, key_hash, scopes, allowed_origins, customer_secret, created_at
     from api_keys where revoked_at is null order by key_id`,
  );
  return rows.map((row) => ({
    keyId: row.key_id,
    name: row.name,
    scopes: row.scopes,
    isPublishable: isPublishable(row.scopes),
    allowedOrigins: row.allowed_origins,
    hash: row.key_hash.toString('hex'),
    customerSecret: row.customer_secret,
    createdAt: row.created_at,
  }));
}

/** @returns undefined: there is no such live key */
export async function selectScopes(db: Queryable, keyId: number): Promise<Scope[] | undefined> {
  const [row] = await db.query<{ scopes: Scope[] }>(
    'select scopes from api_keys where key_id = $1 and revoked_at is null',
    [keyId],
  );
  return row?.scopes;
}

export async function setAllowedOrigins(db: Queryable, keyId: number, origins: readonly string[]): Promise<boolean> {
  const rows = await db.query(
    'update api_keys set allowed_origins = $2 where key_id = $1 and revoked_at is null returning key_id',
    [keyId, origins],
  );
  return rows.length === 1;
}

/** Until the end of the transaction nobody else takes from anybody what lets them change who may what. */
export async function lockGovernors(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(current_schema() || ' governors', 0))`);
}

export async function markRevoked(db: Queryable, keyId: number): Promise<boolean> {
  const rows = await db.query(
    'update api_keys set revoked_at = clock_timestamp() where key_id = $1 and revoked_at is null returning key_id',
    [keyId],
  );
  return rows.length === 1;
}
