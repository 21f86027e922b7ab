import { createHash, randomBytes } from 'node:crypto';
import { type Database, notify } from '../db/index.ts';
import type { Key, Scope } from './key.ts';
import { insertKey, markRevoked, type StoredKey, selectKeys } from './store.ts';

/**
 * Makes a key. The token is told once; only its hash is stored. It tells what it is: `pk_…` may be published, because it can
 * only append events; `sk_…` is a secret.
 */
export async function createKey(
  db: Database,
  name: string,
  granted: Scope[],
): Promise<{ keyId: number; token: string }> {
  const isPublishable = granted.length > 0 && granted.every((scope) => scope === 'events');
  const token = `${isPublishable ? 'pk' : 'sk'}_${randomBytes(24).toString('base64url')}`;
  const keyId = await insertKey(db, name, hashOf(token), granted);
  await notify(db, db.schema, { about: 'keys' });
  return { keyId, token };
}

/** Revokes a key; every instance refuses it within a second. False: there is no such live key. */
export async function revokeKey(db: Database, keyId: number): Promise<boolean> {
  const revoked = await markRevoked(db, keyId);
  await notify(db, db.schema, { about: 'keys' });
  return revoked;
}

/** The keys that are not revoked, oldest first, without their tokens. */
export function listKeys(db: Database): Promise<StoredKey[]> {
  return selectKeys(db);
}

/** The live keys, in memory: a request's key is checked without asking the database. */
export interface KeyRing {
  find(token: string): Key | undefined;
  findById(keyId: number): Key | undefined;
  /** Reads the live keys; those of an earlier run hold until `reload`. */
  load(): Promise<void>;
  reload(): Promise<void>;
  /** The keys as they were read; of each only the hash is known. */
  held(): readonly StoredKey[];
  /** Goes by keys of an earlier run until they are read. */
  restore(keys: readonly StoredKey[]): void;
  /** Does it go by them, or did it at first? */
  isRestored(): boolean;
}

const rememberedTokens = 10_000;

/** @see KeyRing */
export function createKeyRing(db: Database): KeyRing {
  let byHash = new Map<string, StoredKey>();
  // Hashing costs more than the rest of the check, so tokens found once are remembered until the next reload.
  let byToken = new Map<string, Key>();
  let byId = new Map<number, Key>();
  let asked = 0;
  let answered = 0;
  let isRestored = false;
  async function reload(): Promise<void> {
    const turn = ++asked;
    const keys = await selectKeys(db);
    // What was asked for earlier may come later, and be of before a key was revoked.
    if (turn < answered) return;
    answered = turn;
    hold(keys);
  }
  function hold(keys: readonly StoredKey[]): void {
    byHash = new Map(keys.map((key) => [key.hash, key]));
    byToken = new Map();
    byId = new Map(keys.map((key) => [key.keyId, key]));
  }
  return {
    find(token) {
      const remembered = byToken.get(token);
      if (remembered) return remembered;
      const found = byHash.get(hashOf(token).toString('hex'));
      if (found && byToken.size < rememberedTokens) byToken.set(token, found);
      return found;
    },
    findById: (keyId) => byId.get(keyId),
    isRestored: () => isRestored,
    load: async () => {
      if (!isRestored) await reload();
    },
    reload,
    held: () => [...byHash.values()],
    restore(keys) {
      isRestored = true;
      hold(keys);
    },
  };
}

/** Tokens carry 192 random bits, so a plain SHA-256 is enough: there is nothing to guess. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
