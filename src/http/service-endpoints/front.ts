import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { PannierError } from '../../errors.ts';
import { say } from '../../sentences/index.ts';
import { createErrorHandlers } from '../answers/errors.ts';
import { safeHeaders } from '../answers/send.ts';
import type { Health } from './health.ts';

/** What is told of a process that serves several shops. */
export interface Front {
  readiness(): Promise<Health>;
  metrics(): Promise<string>;
}

/**
 * What answers under a host name that is of no shop: how the process does, to whoever watches over it. It knows no key, and tells
 * nothing of a shop but how it does.
 */
export function createFront({ readiness, metrics }: Front, log: Logger): Express {
  const app = createPlainApp();
  app.get('/livez', (_request, response) => {
    response.json({ status: 'ok', checks: {} });
  });
  app.get('/readyz', async (_request, response) => {
    const found = await readiness();
    if (found.status === 'unavailable') response.status(503).setHeader('Retry-After', '1');
    response.json(found);
  });
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; charset=utf-8').send(await metrics());
  });
  const noShop = new PannierError('not_found', say('detail.no-shop', {}));
  return endWith(app, () => noShop, log);
}

/** What answers for a shop that could not be started yet. */
export function createAbsentShop(log: Logger): Express {
  const absent = new PannierError('unavailable', say('detail.shop-not-started', {}));
  return endWith(createPlainApp(), () => absent, log);
}

function createPlainApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    next();
  });
  return app;
}

function endWith(app: Express, refuse: () => PannierError, log: Logger): Express {
  app.use(() => {
    throw refuse();
  });
  app.use(createErrorHandlers(log).onError);
  return app;
}
