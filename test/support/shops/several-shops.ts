import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readShops } from '../../../src/config.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import type { Shop } from '../../../src/service.ts';
import { type ServedShops, type ShopsOptions, serveShops } from '../../../src/shops/serve-shops.ts';
import { type Answer, send } from '../service/contract.ts';
import { createTestDatabase, type TestDatabase } from '../service/database.ts';
import { makeScratchFolder } from '../service/scratch-folder.ts';
import { trainerEntry } from '../service/service.ts';

/** Several shops in one process, on one database. */
export interface SeveralShops {
  served: ServedShops;
  /** that tells them apart */
  file: string;
  store: TestDatabase;
  shop(name: string): Shop;
  /** Asks under the host name of a shop. */
  ask(
    host: string,
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: unknown },
  ): Promise<Answer>;
  /** A key with `admin`, as a header. */
  admin(name: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param shops as the file of `PANNIER_SHOPS` has them; one whose schema is `pannier` has nothing to migrate */
export async function openSeveralShops(
  shops: Record<string, { hosts?: string[]; settings?: Record<string, string | number> }>,
  env: Record<string, string> = {},
  options: Partial<ShopsOptions> = {},
): Promise<SeveralShops> {
  const store = await createTestDatabase();
  const scratch = await makeScratchFolder('shops');
  const file = join(scratch, 'shops.json');
  await writeFile(file, JSON.stringify(shops));
  const configured = readShops({
    ...{ PANNIER_SHOPS: file, PANNIER_PORT: '0', PANNIER_LOG_LEVEL: 'silent', PANNIER_NIGHT: 'off' },
    ...{ DATABASE_URL: store.connectionString, PANNIER_DATA_DIR: join(scratch, 'data'), ...env },
  })!;
  const server = { connectionString: store.connectionString, folder: undefined, stop: async () => {} };
  const log = createLogger('silent');
  const served = await serveShops({ shops: configured, server, log, trainerEntry, ...options });
  const shop = (name: string) => served.shops.get(name)!;
  return {
    ...{ served, store, shop, file },
    ask: (host, method, path, { headers = {}, body } = {}) =>
      send(served.url, {
        ...{ method, path },
        headers: { Host: host, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    async admin(name) {
      const { database } = shop(name);
      const { token } = await createKey(database, 'admin', ['admin']);
      await shop(name).stations.keys.reload();
      return { Authorization: `Bearer ${token}` };
    },
    async stop() {
      await served.stop();
      await store.drop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
