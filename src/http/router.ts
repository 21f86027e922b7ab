import type { Express, NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { type Actor, actingAs } from '../db/index.ts';
import { type FieldFault, PannierError } from '../errors.ts';
import { sentencesWithin } from '../sentences/index.ts';
import { sendStream, sendText } from './answers/send.ts';
import type { ContractDocument, Operation } from './document/document.ts';
import type { Call, Caller, Handlers, MediaType, Reply } from './document/operations.ts';
import { contentOf, parseBody, readBody, readBytes } from './requests/body.ts';
import { letBodyTakeItsTime } from './requests/body-limit.ts';
import { anyone, clientOf, type Keys, type Sessions } from './requests/callers.ts';
import { addressOf } from './requests/client-address.ts';
import type { Faults } from './requests/explain-faults.ts';
import { bodyBytesOfNobody, createBodyIdentifier, createIdentifier } from './requests/identify.ts';
import { wantedLanguages } from './requests/languages.ts';
import { negotiate } from './requests/negotiation.ts';
import { createPageRequests, type PageLimits, type PageRequests } from './requests/page-requests.ts';
import { readQuery } from './requests/query.ts';
import { openUpload } from './requests/upload.ts';
import { createValidators, type OperationValidator } from './requests/validation.ts';
import type { Metrics } from './service-endpoints/metrics.ts';

export interface RouterDependencies {
  document: ContractDocument;
  handlers: Handlers;
  keys: Keys;
  sessions: Sessions;
  pageLimits: PageLimits;
  /** Counts what a caller wrote by an operation that leaves no entry in the audit. */
  countWrite(callerId: number, operation: string, elements: number): void;
  metrics: Metrics;
  log: Logger;
  /** of the shop's currency */
  minorDigits: number;
}

/**
 * One Express route an operation of the contract: key and scope, validation, handler, answer. They are the app's own routes,
 * because a router inside the app costs every request; the most asked come first, because Express tries routes in order.
 */
export function addRoutes(app: Express, dependencies: RouterDependencies): void {
  app.enable('case sensitive routing');
  app.enable('strict routing');
  const validators = createValidators(dependencies.document, dependencies.minorDigits);
  const pages = createPageRequests(dependencies.keys, dependencies.pageLimits);
  const paths = new Map<string, Operation[]>();
  for (const operation of dependencies.document.operations) {
    paths.set(operation.path, [...(paths.get(operation.path) ?? []), operation]);
  }
  for (const [path, operations] of [...paths].sort(
    ([a], [b]) => rankOf(a, paths) - rankOf(b, paths) || literalFirst(a, b),
  )) {
    const route = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const operation of operations) {
      route[operation.method](createRoute(operation, validators(operation), { ...dependencies, pages }));
    }
    const allowed = operations.map(({ method }) => method.toUpperCase());
    const ofPages = operations.filter(({ isForPages }) => isForPages).map(({ method }) => method.toUpperCase());
    if (ofPages.length > 0) {
      route.options((request, response) => pages.answerPreflight(request, response, ofPages));
      allowed.push('OPTIONS');
    }
    route.all((_request, response) => {
      response.setHeader('Allow', allowed.join(', '));
      throw new PannierError('method_not_allowed', `Use ${allowed.join(' or ')}.`);
    });
  }
}

const hotFirst = [
  ...['getCustomerRecommendations', 'recommend', 'recordEvents', 'getRelatedItems', 'getPopularItems'],
  'decideCoupon',
];

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

/** What routes are made with. */
type RouteDependencies = RouterDependencies & { pages: PageRequests };

function createRoute(operation: Operation, validator: OperationValidator, dependencies: RouteDependencies) {
  const observeRequest = dependencies.metrics.requestObserver(operation.id);
  const patienceMs = operation.answersWithin * 1_000 + marginMs;
  const check = createCheck(operation, validator, dependencies);
  const reply = createReplier(operation, validator, dependencies, patienceMs);

  return (request: Request, response: Response, next: NextFunction): void => {
    // The connection is silent until there is an answer, which the server would take for one that hangs.
    if (!operation.uploads && patienceMs > (request.socket.timeout ?? Infinity))
      request.setTimeout(patienceMs + marginMs);
    if (operation.uploads) letBodyTakeItsTime(request);
    const started = performance.now();
    const observe = () => observeRequest(response.statusCode, (performance.now() - started) / 1_000);
    const fail = (error: unknown) => {
      response.once('finish', observe);
      next(error);
    };
    let call: Call | undefined;
    const answer = (good: Reply): void | Promise<void> => {
      if ('stream' in good) {
        response.once('finish', observe);
        return sendStream(response, good);
      }
      const sent = sendText(response, good, call?.key.session !== undefined && readsGzip(request));
      observe();
      return sent;
    };
    try {
      if (operation.isForPages) dependencies.pages.greet(request, response);
      call = check(request);
      const replied = reply(request, call);
      // A handler that needs no waiting is answered in the same turn.
      if (replied instanceof Promise) replied.then(answer).catch(fail);
      else answer(replied)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

/**
 * Is it a browser, far away perhaps? What programs of the shop ask is small and asked often. No answer that is long holds a secret beside
 * what others wrote, whose length would tell of it.
 */
function readsGzip({ headers }: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers['accept-encoding'] ?? ''));
}

/** Reads a request's key, path, query and headers. @throws PannierError what is wrong with them */
function createCheck(
  operation: Operation,
  validator: OperationValidator,
  dependencies: RouteDependencies,
): (request: Request) => Call {
  const { proxies } = dependencies.pageLimits;
  const identify = createIdentifier(operation, dependencies);
  const isOpenWrite = operation.scopes.length === 0 && operation.bodySchema !== undefined && !operation.isRaw;
  const inQuery = operation.parameters.filter((p) => p.in === 'query');
  const queryNames = new Set(inQuery.map((p) => p.name));
  if (operation.isForPages) queryNames.add('key');
  const lists = inQuery.filter(({ schema }) => isList(schema, dependencies.document));
  const listNames = {
    all: new Set(lists.map(({ name }) => name)),
    withCommas: new Set(lists.filter(({ explode }) => explode === false).map(({ name }) => name)),
  };
  const pathNames = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
  const mediaTypes = mediaTypesOf(operation);
  const readsLanguages = operation.parameters.some(({ name }) => name === 'Accept-Language');
  const headerNames = operation.parameters.filter((p) => p.in === 'header').map((p) => p.name.toLowerCase());

  return (request) => {
    const parameters: Record<string, unknown> = {};
    for (const name of pathNames) parameters[name] = request.params[name];
    const misread = readQuery(request.url, queryNames, listNames, parameters);
    const key = identify(request, parameters);
    for (const name of headerNames) if (request.headers[name] !== undefined) parameters[name] = request.headers[name];
    const faults = validator.parameters(parameters, misread);
    if (faults.told.length > 0) throw invalid(faults);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    return {
      parameters: parameters as Call['parameters'],
      idempotencyKey,
      mediaType: mediaTypes.length > 1 ? negotiate(request.headers.accept, mediaTypes) : mediaTypes[0],
      key,
      languages: readsLanguages ? wantedLanguages(request.headers['accept-language']) : noLanguages,
      browser: operation.isForPages
        ? { userAgent: request.headers['user-agent'], acceptLanguage: request.headers['accept-language'] }
        : undefined,
      client: isOpenWrite ? clientOf(request, addressOf(request, proxies)) : undefined,
      body: undefined as never,
      malformed: noneMalformed,
      content: undefined,
      rawBody: undefined,
      headers: operation.isRaw ? (request.headers as Call['headers']) : noHeaders,
      upload: undefined,
      gone: operation.endsUnawaited ? goneOf(request) : undefined,
    };
  };
}

/** Rings when the caller goes away before the answer has been given. */
function goneOf({ res: response }: Request): AbortSignal {
  const gone = new AbortController();
  response?.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}

/** Reads the body, where the operation has one, and lets the handler work. */
function createReplier(
  operation: Operation,
  validator: OperationValidator,
  dependencies: RouteDependencies,
  patienceMs: number,
): (request: Request, call: Call) => Reply | Promise<Reply> {
  const answer = dependencies.handlers[operation.id] as (call: Call) => Reply | Promise<Reply>;
  const isSaid = operation.isSaid && operation.trace !== 'count';
  const handle = traced(operation, isSaid ? withSaid(answer) : answer, dependencies.countWrite);
  const identify = createBodyIdentifier(operation, dependencies);

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

  const isKeyed = operation.parameters.some((one) => one.in === 'header' && one.name === 'Idempotency-Key');
  const withBody = async (request: Request, call: Call): Promise<Reply> => {
    const isOfNobody = operation.isForPages && call.key === anyone;
    const raw = await readBody(request, {
      limit: isOfNobody ? bodyBytesOfNobody : undefined,
      asText: operation.isForPages,
    });
    const body = parseBody(raw);
    identify(request, call, body);
    const faults = validator.body(body);
    if (faults.told.length > 0) throw invalid(faults);
    // Who asks is known by now.
    if (operation.isForPages) delete (body as { key?: unknown }).key;
    call.body = body as never;
    call.malformed = validator.malformed(body);
    if (isKeyed && call.idempotencyKey !== undefined) call.content = contentOf(body);
    return settled(call);
  };

  if (operation.isRaw) {
    return async (request, call) => {
      call.rawBody = await readBytes(request);
      return settled(call);
    };
  }
  const { uploads } = operation;
  if (uploads) {
    return (request, call) => {
      call.upload = openUpload(request, uploads);
      return settled(call);
    };
  }
  return operation.bodySchema ? withBody : (_request, call) => settled(call);
}

/** Adds what the sentences of an answer say. */
function withSaid(answer: (call: Call) => Reply | Promise<Reply>): (call: Call) => Promise<Reply> {
  return async (call) => {
    const reply = await answer(call);
    return 'json' in reply
      ? { ...reply, json: { ...(reply.json as object), said: sentencesWithin(reply.json) } as never }
      : reply;
  };
}

/** What it says in the audit of whoever writes. What is asked for often pays nothing for it. */
function traced(
  { id, trace, batch }: Operation,
  handle: (call: Call) => Reply | Promise<Reply>,
  countWrite: RouterDependencies['countWrite'],
): (call: Call) => Reply | Promise<Reply> {
  if (trace === 'none') return handle;
  const acted = (call: Call) => actingAs(actorOf(call.key, id), () => handle(call));
  if (trace === 'entry') return acted;
  return (call) => {
    const elements = batch ? ((call.body ?? {}) as Record<string, unknown[]>)[batch.field] : undefined;
    countWrite(call.key.keyId, id, elements?.length ?? 1);
    return trace === 'both' ? acted(call) : handle(call);
  };
}

function actorOf({ keyId, name, session }: Caller, operation: string): Actor {
  return session?.user ? { kind: 'user', name, operation } : { kind: 'key', id: keyId, name, operation };
}

function isList(schema: Record<string, unknown>, { json }: ContractDocument): boolean {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema['type'] === 'array';
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return json['components'].schemas[name]?.type === 'array';
}

function mediaTypesOf({ responses }: Operation): MediaType[] {
  const good = [...responses].find(([status]) => status < 300);
  return [...(good?.[1].keys() ?? [])] as MediaType[];
}

const noLanguages: readonly string[] = [];
const noHeaders: Call['headers'] = {};
const noneMalformed: ReadonlyMap<number, FieldFault[]> = new Map();

function invalid({ told, more }: Faults): PannierError {
  const count = told.length === 1 ? '1 field is faulty' : `${told.length} fields are faulty`;
  return new PannierError('invalid_request', more ? `${count}, and there are more.` : `${count}.`, told);
}
