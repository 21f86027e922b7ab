import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PannierError } from '../../errors.ts';
import { say } from '../../sentences/index.ts';
import type { Operation } from '../document/document.ts';
import type { Caller, Client } from '../document/operations.ts';
import { networkOf } from './client-address.ts';
import { readDeviceCookie, readSessionCookie } from './session-cookie.ts';

/** The live keys, by the token that a request sends. */
export interface Keys {
  find(token: string): Caller | undefined;
  /** May pages of this origin ask with any of them? */
  allowsOrigin(origin: string): boolean;
}

/** Who is signed in, by what their cookie holds. */
export interface Sessions {
  find(token: string): Caller | undefined;
}

export const anyone: Caller = { keyId: 0, name: '', scopes: [] };

/** `admin` may all but what is about the caller's own session. */
export function allowedBy({ scopes }: Operation): Set<string> | undefined {
  if (scopes.length === 0) return undefined;
  return new Set(scopes.join() === 'session' ? scopes : [...scopes, 'admin']);
}

/** A key or a session by the request's head. @throws PannierError where there is none, or it lacks the scope */
export function authorize(
  request: IncomingMessage,
  { keys, sessions }: { keys: Keys; sessions: Sessions },
  allowed: Set<string>,
): Caller {
  const { cookie } = request.headers;
  const bearer = bearerOf(request);
  const caller =
    bearer !== undefined
      ? keys.find(bearer)
      : // Another kind of Authorization is for a proxy before us.
        cookie !== undefined && findSession(request, cookie, sessions);
  return withScope(caller || undefined, allowed);
}

/** @throws PannierError where nobody is there, or without the scope */
export function withScope(caller: Caller | undefined, allowed: Set<string>): Caller {
  if (!caller)
    throw new PannierError('unauthorized', 'Sign in, or send a valid key as a bearer token: Authorization: Bearer …');
  if (!caller.scopes.some((scope) => allowed.has(scope))) {
    const needed = [...allowed].filter((scope) => scope !== 'admin').join(', ') || 'admin';
    throw new PannierError(
      'forbidden',
      say(caller.session ? 'detail.role-lacks' : 'detail.key-lacks', { scopes: needed }),
    );
  }
  return caller;
}

export function bearerOf({ headers: { authorization } }: IncomingMessage): string | undefined {
  // The word in any case, as RFC 9110 has it for schemes.
  const isBearer =
    authorization !== undefined && authorization.length > 7 && authorization.slice(0, 7).toLowerCase() === 'bearer ';
  return isBearer ? authorization.slice(7).trim() : undefined;
}

/**
 * Who is signed in. A browser sends the cookie along whoever has written the page, so that a write has to show that it
 * comes from our own.
 * @throws PannierError `forbidden` where another site may be behind it
 */
function findSession(request: IncomingMessage, cookie: string, sessions: Sessions): Caller | undefined {
  const token = readSessionCookie(cookie);
  const caller = token === undefined ? undefined : sessions.find(token);
  if (!caller) return undefined;
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  refuseOtherSites(request, isReading);
  if (!isReading && !isSame(request.headers['x-pannier-csrf'], caller.session!.csrfToken)) {
    throw new PannierError('forbidden', 'Send the csrf_token of your session as X-Pannier-CSRF.');
  }
  return caller;
}

/** Browsers say whose page a request comes from; `none` is one of nobody's, as an address that was typed. */
function refuseOtherSites({ headers }: IncomingMessage, isReading: boolean): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || (isReading && site === 'none')) return;
  throw new PannierError('forbidden', 'The request comes from another site.');
}

function isSame(given: string | string[] | undefined, wanted: string): boolean {
  const [one, other] = [Buffer.from(String(given)), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Who writes without a key signs in, be it by another site's doing. */
export function clientOf(request: IncomingMessage, address: string): Client {
  refuseOtherSites(request, false);
  const { origin, cookie = '', 'x-forwarded-proto': protocol } = request.headers;
  return {
    network: networkOf(address),
    device: readDeviceCookie(cookie),
    isSecure: origin?.startsWith('https://') === true || /^https\b/.test(String(protocol)),
  };
}
