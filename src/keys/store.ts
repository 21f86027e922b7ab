import type { Queryable } from '../db/index.ts';
import type { Key, Scope } from './key.ts';

interface KeyRow {
  key_id: number;
  name: string;
  key_hash: Buffer;
  scopes: Scope[];
  created_at: Date;
}

export interface StoredKey extends Key {
  hash: string;
  createdAt: Date;
}

export async function insertKey(db: Queryable, name: string, hash: Buffer, scopes: Scope[]): Promise<number> {
  const [row] = await db.query<{ key_id: number }>(
    'insert into api_keys (name, key_hash, scopes) values ($1, $2, $3) returning key_id',
    [name, hash, scopes],
  );
  return row.key_id;
}

export async function selectKeys(db: Queryable): Promise<StoredKey[]> {
  const rows = await db.query<KeyRow>(
    'select key_id, name, key_hash, scopes, created_at from api_keys where revoked_at is null order by key_id',
  );
  return rows.map((row) => ({
    keyId: row.key_id,
    name: row.name,
    scopes: row.scopes,
    hash: row.key_hash.toString('hex'),
    createdAt: row.created_at,
  }));
}

export async function markRevoked(db: Queryable, keyId: number): Promise<boolean> {
  const rows = await db.query(
    'update api_keys set revoked_at = clock_timestamp() where key_id = $1 and revoked_at is null returning key_id',
    [keyId],
  );
  return rows.length === 1;
}
