import type { IncomingMessage, ServerResponse } from 'node:http';
import { PannierError, tooManyRequests } from '../../errors.ts';
import type { Caller } from '../document/operations.ts';
import type { Keys } from './callers.ts';
import { addressOf, networkOf } from './client-address.ts';
import { createRateLimit } from './rate-limit.ts';

/** What pages may ask for in a minute, each event of a request counted. */
export interface PageLimits {
  perAddress: number;
  perKey: number;
  /** of the shop's own before the service */
  proxies: number;
}

/** What a request needs that a page of the shop's sends from its visitor's browser. */
export interface PageRequests {
  /** Lets the browser show the answer, errors too, to pages that some key lets ask. */
  greet(request: IncomingMessage, response: ServerResponse): void;
  /** Answers the browser's question before it asks. @throws PannierError `forbidden` */
  answerPreflight(request: IncomingMessage, response: ServerResponse, methods: readonly string[]): void;
  /** The publishable key of a query or a body. @throws PannierError where it is a secret one */
  findKey(token: unknown, where: string): Caller | undefined;
  /** @throws PannierError `forbidden` for pages that the key does not let ask, `too_many_requests` */
  admit(request: IncomingMessage, caller: Caller, cost: number): void;
}

const preflightSeconds = 7_200;

/** @see PageRequests */
export function createPageRequests(keys: Keys, limits: PageLimits): PageRequests {
  const [ofAddresses, ofKeys] = [createRateLimit(limits.perAddress), createRateLimit(limits.perKey)];
  const findKey = (token: unknown, where: string): Caller | undefined => {
    if (typeof token !== 'string') return undefined;
    if (/^sk_/.test(token)) {
      const message = 'is a secret key, and others read what stands there: send it as Authorization: Bearer …';
      throw new PannierError('unauthorized', `${where} ${message}`, [{ field: where, message }]);
    }
    const caller = keys.find(token);
    return caller?.isPublishable ? caller : undefined;
  };
  const greet = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    response.setHeader('Vary', 'Origin');
    if (!keys.allowsOrigin(origin)) return false;
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    return true;
  };
  return {
    greet,
    answerPreflight(request, response, methods) {
      if (!greet(request, response)) throw foreign(request.headers.origin);
      response.setHeader('Access-Control-Allow-Methods', methods.join(', '));
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
      response.setHeader('Access-Control-Max-Age', String(preflightSeconds));
      response.statusCode = 204;
      response.end();
    },
    findKey,
    admit(request, caller, cost) {
      if (!caller.isPublishable) return;
      const { origin } = request.headers;
      if (origin !== undefined && !caller.allowedOrigins!.includes(origin)) throw foreign(origin);
      const now = performance.now();
      const network = networkOf(addressOf(request, limits.proxies));
      const seconds = ofAddresses.take(network, cost, now) || ofKeys.take(caller.keyId, cost, now);
      if (seconds > 0) throw tooManyRequests('Too much was asked for with this key.', seconds);
    },
  };
}

function foreign(origin: string | undefined): PannierError {
  return new PannierError('forbidden', `No publishable key lets pages of ${origin ?? 'nowhere'} ask.`);
}
