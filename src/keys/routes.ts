import type { Database, Transaction } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { type Handlers, listOf } from '../http/index.ts';
import type { KeyRing } from './keys.ts';
import { allowOrigins, createKey, listKeys, revokeKeyOfMany } from './keys.ts';

/** @param isGoverned can a user sign in and change who may what? */
export function keyRoutes(
  db: Database,
  ring: KeyRing,
  isGoverned: (tx: Transaction) => Promise<boolean>,
): Pick<Handlers, 'listKeys' | 'createKey' | 'setAllowedOrigins' | 'revokeKey'> {
  return {
    async listKeys() {
      const keys = await listKeys(db);
      return {
        json: listOf(
          keys.map(({ keyId, name, scopes, isPublishable, allowedOrigins, createdAt }) => ({
            key_id: String(keyId),
            name,
            scopes: [...scopes],
            is_publishable: isPublishable,
            allowed_origins: [...allowedOrigins],
            created_at: createdAt.toISOString(),
          })),
        ),
      };
    },
    async createKey({ body: { name, scopes, allowed_origins = [] } }) {
      const granted = [...new Set(scopes)];
      const { keyId, token, customerSecret } = await createKey(db, name, granted, allowed_origins);
      await ring.reload();
      const { isPublishable = false, allowedOrigins = [] } = ring.findById(keyId) ?? {};
      return {
        status: 201,
        json: {
          key_id: String(keyId),
          name,
          scopes: granted,
          is_publishable: isPublishable,
          allowed_origins: [...allowedOrigins],
          token,
          customer_secret: customerSecret,
        },
      };
    },
    async setAllowedOrigins({ parameters: { key_id }, body: { allowed_origins } }) {
      if (!(await allowOrigins(db, Number(key_id), allowed_origins))) throw notFound('live key');
      await ring.reload();
      return { json: { key_id, allowed_origins: [...(ring.findById(Number(key_id))?.allowedOrigins ?? [])] } };
    },
    async revokeKey({ parameters }) {
      if (!(await revokeKeyOfMany(db, Number(parameters.key_id), isGoverned))) throw notFound('live key');
      await ring.reload();
      return { json: { key_id: parameters.key_id } };
    },
  };
}
