import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Express, NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { type Actor, actingAs } from '../db/index.ts';
import { type FieldFault, PannierError } from '../errors.ts';
import { sendStream, sendText } from './answers/send.ts';
import type { ContractDocument, Operation } from './document/document.ts';
import type { Call, Caller, Client, Handlers, MediaType, Reply } from './document/operations.ts';
import { parseBody, readBody } from './requests/body.ts';
import type { Faults } from './requests/explain-faults.ts';
import { negotiate } from './requests/negotiation.ts';
import { readQuery } from './requests/query.ts';
import { readSessionCookie } from './requests/session-cookie.ts';
import { createValidators, type OperationValidator } from './requests/validation.ts';
import type { Metrics } from './service-endpoints/metrics.ts';

/** The live keys, by the token that a request sends. */
export interface Keys {
  find(token: string): Caller | undefined;
}

/** Who is signed in, by what their cookie holds. */
export interface Sessions {
  find(token: string): Caller | undefined;
}

export interface RouterDependencies {
  document: ContractDocument;
  handlers: Handlers;
  keys: Keys;
  sessions: Sessions;
  /** Counts what a caller wrote by an operation that leaves no entry in the audit. */
  countWrite(callerId: number, operation: string, elements: number): void;
  metrics: Metrics;
  log: Logger;
}

/**
 * One Express route an operation of the contract: key and scope, validation, handler, answer. They are the app's own routes,
 * because a router inside the app costs every request; the most asked come first, because Express tries routes in order.
 */
export function addRoutes(app: Express, dependencies: RouterDependencies): void {
  app.enable('case sensitive routing');
  app.enable('strict routing');
  const validators = createValidators(dependencies.document);
  const paths = new Map<string, Operation[]>();
  for (const operation of dependencies.document.operations) {
    paths.set(operation.path, [...(paths.get(operation.path) ?? []), operation]);
  }
  for (const [path, operations] of [...paths].sort(
    ([a], [b]) => rankOf(a, paths) - rankOf(b, paths) || literalFirst(a, b),
  )) {
    const route = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const operation of operations) {
      route[operation.method](createRoute(operation, validators(operation), dependencies));
    }
    const allowed = operations.map(({ method }) => method.toUpperCase());
    route.all((_request, response) => {
      response.setHeader('Allow', allowed.join(', '));
      throw new PannierError('method_not_allowed', `Use ${allowed.join(' or ')}.`);
    });
  }
}

const hotFirst = ['getCustomerRecommendations', 'recommend', 'recordEvents', 'getRelatedItems', 'getPopularItems'];

function rankOf(path: string, paths: Map<string, Operation[]>): number {
  const places = paths.get(path)!.map(({ id }) => hotFirst.indexOf(id));
  return Math.min(...places.map((place) => (place < 0 ? hotFirst.length : place)));
}

/** A path with a name where another has a parameter is tried first, with all methods: it is never the other one. */
function literalFirst(a: string, b: string): number {
  const [parts, others] = [a.split('/'), b.split('/')];
  for (let place = 0; place < Math.max(parts.length, others.length); place++) {
    const isParameter = (part = '') => Number(part.startsWith('{'));
    const difference = isParameter(parts[place]) - isParameter(others[place]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The last of the deadlines, a little after those of the database: whatever waits, the caller is answered. */
const marginMs = 1_000;

function inTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new PannierError('unavailable', 'The answer was not ready in time.'));
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function createRoute(operation: Operation, validator: OperationValidator, dependencies: RouterDependencies) {
  const observeRequest = dependencies.metrics.requestObserver(operation.id);
  const patienceMs = operation.answersWithin * 1_000 + marginMs;
  const check = createCheck(operation, validator, dependencies);
  const reply = createReplier(operation, validator, dependencies, patienceMs);

  return (request: Request, response: Response, next: NextFunction): void => {
    // The connection is silent until there is an answer, which the server would take for one that hangs.
    if (patienceMs > (request.socket.timeout ?? Infinity)) request.setTimeout(patienceMs + marginMs);
    const started = performance.now();
    const observe = () => observeRequest(response.statusCode, (performance.now() - started) / 1_000);
    const fail = (error: unknown) => {
      response.once('finish', observe);
      next(error);
    };
    const answer = (good: Reply): void | Promise<void> => {
      if ('stream' in good) {
        response.once('finish', observe);
        return sendStream(response, good);
      }
      sendText(response, good);
      observe();
    };
    try {
      const replied = reply(request, check(request));
      // A handler that needs no waiting is answered in the same turn.
      if (replied instanceof Promise) replied.then(answer).catch(fail);
      else answer(replied)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** Reads a request's key, path, query and headers. @throws PannierError what is wrong with them */
function createCheck(
  operation: Operation,
  validator: OperationValidator,
  callers: Pick<RouterDependencies, 'keys' | 'sessions'>,
): (request: Request) => Call {
  const allowed = allowedBy(operation);
  const isOpenWrite = !allowed && operation.bodySchema !== undefined;
  const inQuery = operation.parameters.filter((p) => p.in === 'query');
  const queryNames = new Set(inQuery.map((p) => p.name));
  const arrayNames = new Set(inQuery.filter((p) => p.schema['type'] === 'array').map((p) => p.name));
  const pathNames = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
  const mediaTypes = mediaTypesOf(operation);
  const headerNames = operation.parameters.filter((p) => p.in === 'header').map((p) => p.name.toLowerCase());

  return (request) => {
    const key = allowed ? authorize(request, callers, allowed) : anyone;
    const parameters: Record<string, unknown> = {};
    for (const name of pathNames) parameters[name] = request.params[name];
    const misread = readQuery(request.url, queryNames, arrayNames, parameters);
    for (const name of headerNames) if (request.headers[name] !== undefined) parameters[name] = request.headers[name];
    const faults = validator.parameters(parameters, misread);
    if (faults.told.length > 0) throw invalid(faults);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    return {
      parameters: parameters as Call['parameters'],
      idempotencyKey,
      mediaType: mediaTypes.length > 1 ? negotiate(request.headers.accept, mediaTypes) : mediaTypes[0],
      key,
      client: isOpenWrite ? clientOf(request) : undefined,
      body: undefined as never,
      malformed: noneMalformed,
      rawBody: undefined,
    };
  };
}

/** Reads the body, where the operation has one, and lets the handler work. */
function createReplier(
  operation: Operation,
  validator: OperationValidator,
  { handlers, countWrite }: Pick<RouterDependencies, 'handlers' | 'countWrite'>,
  patienceMs: number,
): (request: Request, call: Call) => Reply | Promise<Reply> {
  const answer = handlers[operation.id] as (call: Call) => Reply | Promise<Reply>;
  const handle = traced(operation, answer, countWrite);

  /** What a handler refuses although it has the contract's form contradicts itself, the shop's settings or what is stored. */
  const judged = (error: unknown, body: unknown): unknown => {
    const isRefusal = error instanceof PannierError && error.code === 'invalid_request';
    return isRefusal && validator.isWhole(body) ? new PannierError('conflict', error.message, error.faults) : error;
  };
  const settled = (call: Call): Reply | Promise<Reply> => {
    try {
      const reply = handle(call);
      if (!(reply instanceof Promise)) return reply;
      return inTime(reply, patienceMs).catch((error) => {
        throw judged(error, call.body);
      });
    } catch (error) {
      throw judged(error, call.body);
    }
  };

  const withBody = async (request: Request, call: Call): Promise<Reply> => {
    call.rawBody = await readBody(request);
    const body = parseBody(call.rawBody);
    const faults = validator.body(body);
    if (faults.told.length > 0) throw invalid(faults);
    call.body = body as never;
    call.malformed = validator.malformed(body);
    return settled(call);
  };

  return operation.bodySchema ? withBody : (_request, call) => settled(call);
}

/** What it says in the audit of whoever writes. What is asked for often pays nothing for it. */
function traced(
  { id, trace, batch }: Operation,
  handle: (call: Call) => Reply | Promise<Reply>,
  countWrite: RouterDependencies['countWrite'],
): (call: Call) => Reply | Promise<Reply> {
  if (trace === 'none') return handle;
  if (trace === 'entry') return (call) => actingAs(actorOf(call.key, id), () => handle(call));
  return (call) => {
    const elements = batch ? ((call.body ?? {}) as Record<string, unknown[]>)[batch.field] : undefined;
    countWrite(call.key.keyId, id, elements?.length ?? 1);
    return handle(call);
  };
}

function actorOf({ keyId, name, session }: Caller, operation: string): Actor {
  return session?.user ? { kind: 'user', name, operation } : { kind: 'key', id: keyId, name, operation };
}

function mediaTypesOf({ responses }: Operation): MediaType[] {
  const good = [...responses].find(([status]) => status < 300);
  return [...(good?.[1].keys() ?? [])] as MediaType[];
}

const noneMalformed: ReadonlyMap<number, FieldFault[]> = new Map();

function invalid({ told, more }: Faults): PannierError {
  const count = told.length === 1 ? '1 field is faulty' : `${told.length} fields are faulty`;
  return new PannierError('invalid_request', more ? `${count}, and there are more.` : `${count}.`, told);
}

const anyone = { keyId: 0, name: '', scopes: [] };

/** `admin` may all but what is about the caller's own session. */
function allowedBy({ scopes }: Operation): Set<string> | undefined {
  if (scopes.length === 0) return undefined;
  return new Set(scopes.join() === 'session' ? scopes : [...scopes, 'admin']);
}

function authorize(
  request: IncomingMessage,
  { keys, sessions }: Pick<RouterDependencies, 'keys' | 'sessions'>,
  allowed: Set<string>,
): Caller {
  const { authorization: header, cookie } = request.headers;
  // The word in any case, as RFC 9110 has it for schemes.
  const isBearer = header !== undefined && header.length > 7 && header.slice(0, 7).toLowerCase() === 'bearer ';
  const caller = isBearer
    ? keys.find(header.slice(7).trim())
    : // Another kind of Authorization is for a proxy before us.
      cookie !== undefined && findSession(request, cookie, sessions);
  if (!caller)
    throw new PannierError('unauthorized', 'Sign in, or send a valid key as a bearer token: Authorization: Bearer …');
  if (!caller.scopes.some((scope) => allowed.has(scope))) {
    const needed = [...allowed].filter((scope) => scope !== 'admin').join(', ') || 'admin';
    throw new PannierError('forbidden', `The ${caller.session ? 'role' : 'key'} lacks one of the scopes: ${needed}.`);
  }
  return caller;
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
function clientOf(request: IncomingMessage): Client {
  refuseOtherSites(request, false);
  const { origin, 'x-forwarded-proto': protocol } = request.headers;
  return {
    address: request.socket.remoteAddress,
    isSecure: origin?.startsWith('https://') === true || /^https\b/.test(String(protocol)),
  };
}
