import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createErrorHandlers } from './http/answers/errors.ts';
import { type Handlers, type Metrics, readDocument } from './http/index.ts';
// Express and Ajv come by these doors alone: commands that answer nobody start without them.
import type { Sessions } from './http/requests/callers.ts';
import { addRoutes, type RouterDependencies } from './http/router.ts';
import { createCollectorScript } from './http/service-endpoints/collector.ts';
import { createConsole } from './http/service-endpoints/console.ts';
import { createDocs } from './http/service-endpoints/docs.ts';
import type { KeyRing } from './keys/index.ts';

export interface AppDependencies {
  handlers: Handlers;
  keys: KeyRing;
  accounts: { sessions: Sessions };
  audit: { countWrite: RouterDependencies['countWrite'] };
  metrics: Metrics;
  config: Pick<Config, 'trustedProxies' | 'pageLimitPerAddress' | 'pageLimitPerKey' | 'minorDigits'>;
  log: Logger;
}

export type App = Express;

/** The Express app, apart from listening: tests build it as it is. */
export function createApp(dependencies: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const { sessions } = dependencies.accounts;
  const { countWrite } = dependencies.audit;
  const { trustedProxies: proxies, pageLimitPerAddress: perAddress, pageLimitPerKey: perKey } = dependencies.config;
  const pageLimits = { perAddress, perKey, proxies };
  const { minorDigits } = dependencies.config;
  addRoutes(app, { ...dependencies, minorDigits, sessions, countWrite, pageLimits, document: readDocument() });
  app.use(createDocs());
  app.use(createCollectorScript());
  app.use(createConsole());
  const { notFound, onError } = createErrorHandlers(dependencies.log);
  app.use(notFound);
  app.use(onError);
  return app;
}
