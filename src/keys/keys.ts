import { createHash, randomBytes } from 'node:crypto';
import { type Database, notify, type Transaction } from '../db/index.ts';
import { invalidField, PannierError } from '../errors.ts';
import { type CustomerToken, readCustomerToken } from './customer-token.ts';
import { isPublishable, type Key, type Scope } from './key.ts';
import {
  insertKey,
  lockGovernors,
  markRevoked,
  type StoredKey,
  selectKeys,
  selectScopes,
  setAllowedOrigins,
} from './store.ts';

/** A key as it is told once. */
export interface NewKey {
  keyId: number;
  token: string;
  /** Of a publishable key: what the shop's server signs tokens of customers with. */
  customerSecret: string | null;
}

/**
 * Makes a key. The token is told once; only its hash is stored. It tells what it is: `pk_…` may stand in pages, because it speaks for
 * a visitor alone; `sk_…` is a secret.
 * @param origins of a publishable key: whose pages may ask with it from a browser
 * @throws PannierError `invalid_request` for origins of a secret key, and for what is no origin
 */
export async function createKey(
  db: Database,
  name: string,
  granted: Scope[],
  origins: readonly string[] = [],
): Promise<NewKey> {
  const isForPages = isPublishable(granted);
  if (origins.length > 0 && !isForPages) throw secretInPages();
  const allowedOrigins = checkOrigins(origins);
  const token = `${isForPages ? 'pk' : 'sk'}_${randomBytes(24).toString('base64url')}`;
  const customerSecret = isForPages ? `cs_${randomBytes(32).toString('base64url')}` : null;
  const hash = hashOf(token);
  const keyId = await insertKey(db, { name, hash, scopes: granted, allowedOrigins, customerSecret });
  await notify(db, db.schema, { about: 'keys' });
  return { keyId, token, customerSecret };
}

/**
 * Lets the pages of these origins ask with a publishable key, and no others. False: there is no such live key.
 * @throws PannierError `invalid_request` for a secret key, and for what is no origin
 */
export async function allowOrigins(db: Database, keyId: number, origins: readonly string[]): Promise<boolean> {
  const granted = await selectScopes(db, keyId);
  if (!granted) return false;
  if (!isPublishable(granted)) throw secretInPages();
  const isSet = await setAllowedOrigins(db, keyId, checkOrigins(origins));
  await notify(db, db.schema, { about: 'keys' });
  return isSet;
}

function secretInPages(): PannierError {
  return invalidField(
    '/allowed_origins',
    'are for publishable keys: everybody can read what stands in a page, and may then do what the key may',
  );
}

/** As browsers write them, which is how they are compared. */
function checkOrigins(origins: readonly string[]): string[] {
  for (const [place, origin] of origins.entries()) {
    const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
    if (parsed && /^https?:$/.test(parsed.protocol) && parsed.origin === origin) continue;
    const meant = parsed && /^https?:$/.test(parsed.protocol) ? `: ${parsed.origin} is meant, or not?` : '';
    throw invalidField(`/allowed_origins/${place}`, `must be an origin such as https://shop.example${meant}`);
  }
  return [...new Set(origins)];
}

/** Revokes a key; every instance refuses it within a second. False: there is no such live key. */
export async function revokeKey(db: Database, keyId: number): Promise<boolean> {
  const revoked = await markRevoked(db, keyId);
  await notify(db, db.schema, { about: 'keys' });
  return revoked;
}

/**
 * As whoever is signed in, or has a key, may: not the last one by which somebody could change who may what. Whoever has the database
 * makes another by a command, so that a key which is in wrong hands is revoked there at once.
 * @param isGoverned could a user do so?
 * @throws PannierError `conflict`
 */
export async function revokeKeyOfMany(
  db: Database,
  keyId: number,
  isGoverned: (tx: Transaction) => Promise<boolean>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockGovernors(tx);
    const governing = (await selectKeys(tx)).filter(({ scopes }) => scopes.includes('admin'));
    const isLast = governing.length === 1 && governing[0].keyId === keyId;
    if (isLast && !(await isGoverned(tx))) {
      throw new PannierError(
        'conflict',
        'This is the last key with admin, and no operator can sign in: make another key or an operator first.',
      );
    }
    const revoked = await markRevoked(tx, keyId);
    await notify(tx, db.schema, { about: 'keys' });
    return revoked;
  });
}

/** The keys that are not revoked, oldest first, without their tokens. */
export function listKeys(db: Database): Promise<StoredKey[]> {
  return selectKeys(db);
}

/** The live keys, in memory: a request's key is checked without asking the database. */
export interface KeyRing {
  find(token: string): Key | undefined;
  findById(keyId: number): Key | undefined;
  /** May pages of this origin ask with any publishable key? A browser asks that before it says with which. */
  allowsOrigin(origin: string): boolean;
  /** Whom a token names, by the secret of this key, or by any where the key has none. */
  readCustomerToken(token: string, keyId: number, now: Date): CustomerToken;
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
  let byId = new Map<number, StoredKey>();
  let origins = new Set<string>();
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
    origins = new Set(keys.flatMap(({ allowedOrigins }) => allowedOrigins));
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
    allowsOrigin: (origin) => origins.has(origin),
    readCustomerToken(token, keyId, now) {
      const own = byId.get(keyId)?.customerSecret;
      const secrets = own ? [own] : [...byId.values()].flatMap(({ customerSecret }) => customerSecret ?? []);
      return readCustomerToken(token, secrets, now);
    },
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
