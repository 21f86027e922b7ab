import type { Database } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { type Handlers, listOf } from '../http/index.ts';
import type { KeyRing } from './keys.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';

export function keyRoutes(db: Database, ring: KeyRing): Pick<Handlers, 'listKeys' | 'createKey' | 'revokeKey'> {
  return {
    async listKeys() {
      const keys = await listKeys(db);
      return {
        json: listOf(
          keys.map(({ keyId, name, scopes, createdAt }) => ({
            key_id: String(keyId),
            name,
            scopes: [...scopes],
            created_at: createdAt.toISOString(),
          })),
        ),
      };
    },
    async createKey({ body: { name, scopes } }) {
      const granted = [...new Set(scopes)];
      const { keyId, token } = await createKey(db, name, granted);
      await ring.reload();
      return { status: 201, json: { key_id: String(keyId), name, scopes: granted, token } };
    },
    async revokeKey({ parameters }) {
      if (!(await revokeKey(db, Number(parameters.key_id)))) throw notFound('live key');
      await ring.reload();
      return { json: { key_id: parameters.key_id } };
    },
  };
}
