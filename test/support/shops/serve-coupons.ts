import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { couponRoutes } from '../../../src/coupons/routes.ts';
import { experimentRoutes } from '../../../src/experiments/routes.ts';
import { createHttpServer, createMetrics, type Handlers, stopHttpServer } from '../../../src/http/index.ts';
import { createKey, createKeyRing, type Scope } from '../../../src/keys/index.ts';
import type { CouponShop } from './coupon-shop.ts';

export interface ServedCoupons {
  url: string;
  keys: ReturnType<typeof createKeyRing>;
  /** A new key's token. */
  keyFor(...scopes: Scope[]): Promise<string>;
  stop(): Promise<void>;
}

/** The coupons and experiments of a shop over HTTP. */
export async function serveCoupons(shop: CouponShop): Promise<ServedCoupons> {
  const keys = createKeyRing(shop.db);
  const coupons = couponRoutes(shop.coupons, { minorDigits: 2 });
  const handlers = { ...coupons, ...experimentRoutes(shop.experiments) } as Handlers;
  const app = createApp({
    handlers,
    keys,
    accounts: { sessions: { find: () => undefined } },
    audit: { countWrite: () => {} },
    metrics: createMetrics(),
    config: readConfig({}),
    log: pino({ level: 'silent' }),
  });
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    async keyFor(...scopes) {
      const { token } = await createKey(shop.db, scopes.join(), scopes);
      await keys.reload();
      return token;
    },
    stop: () => stopHttpServer(server, { lingerMs: 0, graceMs: 1_000 }),
  };
}
