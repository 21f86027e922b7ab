import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Express, NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { type FieldFault, PannierError } from '../errors.ts';
import { inFigures } from '../formats/figures.ts';
import { problemOf, retryAfterOf } from './answers/problem.ts';
import type { ContractDocument, Operation } from './document/document.ts';
import type { Call, Caller, Handlers, MediaType, Reply } from './document/operations.ts';
import type { Metrics } from './operation/metrics.ts';
import type { Faults } from './requests/explain-faults.ts';
import { negotiate } from './requests/negotiation.ts';
import { createValidators, type OperationValidator } from './requests/validation.ts';

const maximumBodyBytes = 5 * 2 ** 20;

/** The live keys, by the token that a request sends. */
export interface Keys {
  find(token: string): Caller | undefined;
}

export interface RouterDependencies {
  document: ContractDocument;
  handlers: Handlers;
  keys: Keys;
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
  const parts = b.split('/');
  for (const [place, part] of a.split('/').entries()) {
    const difference = Number(part.startsWith('{')) - Number(parts[place]?.startsWith('{') ?? false);
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
  const { keys } = dependencies;
  const observeRequest = dependencies.metrics.requestObserver(operation.id);
  const handle = dependencies.handlers[operation.id] as (call: Call) => Reply | Promise<Reply>;
  const patienceMs = operation.answersWithin * 1_000 + marginMs;
  const handler = (call: Call): Reply | Promise<Reply> => {
    const reply = handle(call);
    return reply instanceof Promise ? inTime(reply, patienceMs) : reply;
  };
  const allowed = operation.scopes.length > 0 ? new Set<string>([...operation.scopes, 'admin']) : undefined;
  const inQuery = operation.parameters.filter((p) => p.in === 'query');
  const queryNames = new Set(inQuery.map((p) => p.name));
  const arrayNames = new Set(inQuery.filter((p) => p.schema['type'] === 'array').map((p) => p.name));
  const pathNames = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
  const mediaTypes = mediaTypesOf(operation);
  const headerNames = operation.parameters.filter((p) => p.in === 'header').map((p) => p.name.toLowerCase());

  const check = (request: Request): Call => {
    const key = authorize(request.headers, keys, allowed);
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
      mediaType: mediaTypes.length > 1 ? negotiate(request.headers.accept, mediaTypes) : mediaTypes[0]!,
      key,
      body: undefined as never,
      malformed: noneMalformed,
      rawBody: undefined,
    };
  };

  const withBody = async (request: Request, call: Call): Promise<Reply> => {
    call.rawBody = await readBody(request, maximumBodyBytes);
    const body = parseBody(call.rawBody);
    const faults = validator.body(body);
    if (faults.told.length > 0) throw invalid(faults);
    call.body = body as never;
    call.malformed = validator.malformed(body);
    return settled(call);
  };

  /** What a handler refuses although it has the contract's form contradicts itself, the shop's settings or what is stored. */
  const judged = (error: unknown, body: unknown): unknown => {
    const isRefusal = error instanceof PannierError && error.code === 'invalid_request';
    return isRefusal && validator.isWhole(body) ? new PannierError('conflict', error.message, error.faults) : error;
  };
  const settled = (call: Call): Reply | Promise<Reply> => {
    try {
      const reply = handler(call);
      if (!(reply instanceof Promise)) return reply;
      return reply.catch((error) => {
        throw judged(error, call.body);
      });
    } catch (error) {
      throw judged(error, call.body);
    }
  };

  return (request: Request, response: Response, next: NextFunction): void => {
    // The connection is silent until there is an answer, which the server would take for one that hangs.
    if (patienceMs > (request.socket.timeout ?? Infinity)) request.setTimeout(patienceMs + marginMs);
    const started = performance.now();
    const observe = () => observeRequest(response.statusCode, (performance.now() - started) / 1_000);
    const fail = (error: unknown) => {
      response.once('finish', observe);
      next(error);
    };
    const answer = (reply: Reply): void | Promise<void> => {
      if ('stream' in reply) {
        response.once('finish', observe);
        return sendStream(response, reply);
      }
      sendText(response, reply);
      observe();
    };
    try {
      const call = check(request);
      const reply = operation.bodySchema ? withBody(request, call) : settled(call);
      // A handler that needs no waiting is answered in the same turn.
      if (reply instanceof Promise) reply.then(answer).catch(fail);
      else answer(reply)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
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

function authorize(headers: IncomingHttpHeaders, keys: Keys, allowed: Set<string> | undefined) {
  if (!allowed) return anyone;
  const header = headers.authorization;
  // The word in any case, as RFC 9110 has it for schemes.
  const isBearer = header !== undefined && header.length > 7 && header.slice(0, 7).toLowerCase() === 'bearer ';
  const key = isBearer ? keys.find(header.slice(7).trim()) : undefined;
  if (!key) throw new PannierError('unauthorized', 'Send a valid key as a bearer token: Authorization: Bearer …');
  if (!key.scopes.some((scope) => allowed.has(scope))) {
    const needed = [...allowed].filter((scope) => scope !== 'admin').join(', ') || 'admin';
    throw new PannierError('forbidden', `The key lacks one of the scopes: ${needed}.`);
  }
  return key;
}

/**
 * Query parameters into `values`; one given twice is a fault unless it is a list.
 * @returns the faults, where there are any
 */
function readQuery(
  url: string,
  names: Set<string>,
  arrayNames: Set<string>,
  values: Record<string, unknown>,
): FieldFault[] | undefined {
  const start = url.indexOf('?');
  if (start < 0) return undefined;
  let faults: FieldFault[] | undefined;
  for (const [name, value] of pairsOf(url.slice(start + 1))) {
    if (!names.has(name)) {
      (faults ??= []).push({ field: name.toWellFormed() || '(no name)', message: 'is not a known field' });
    } else if (arrayNames.has(name)) {
      if (Array.isArray(values[name])) (values[name] as string[]).push(value);
      else values[name] = [value];
    } else if (Object.hasOwn(values, name)) {
      (faults ??= []).push({ field: name, message: 'is given twice' });
    } else {
      values[name] = value;
    }
  }
  return faults;
}

/** Most queries have nothing to decode, and splitting is several times as fast as URLSearchParams. */
function pairsOf(query: string): Iterable<[string, string]> {
  if (/[%+]/.test(query)) return new URLSearchParams(query);
  const pairs: [string, string][] = [];
  for (const pair of query.split('&')) {
    const end = pair.indexOf('=');
    if (end >= 0) pairs.push([pair.slice(0, end), pair.slice(end + 1)]);
    else if (pair !== '') pairs.push([pair, '']);
  }
  return pairs;
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) {
    throw new PannierError('unsupported_media_type', 'Send application/json in UTF-8.');
  }
  if (request.headers['content-encoding'] !== undefined && request.headers['content-encoding'] !== 'identity') {
    throw new PannierError('unsupported_media_type', 'Send the body without content-encoding.');
  }
  const tooLarge = () => new PannierError('payload_too_large', `The body is larger than ${limit / 2 ** 20} MB.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseBody(raw: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(raw);
  } catch {
    throw new PannierError('invalid_request', 'The body is not UTF-8.', [{ field: '/', message: 'must be UTF-8' }]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new PannierError('invalid_request', 'The body is not JSON.', [{ field: '/', message: 'must be JSON' }]);
  }
}

const safeHeaders = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };

type StreamReply = Extract<Reply, { stream: unknown }>;

async function sendStream(response: Response, reply: StreamReply): Promise<void> {
  const iterator = reply.stream[Symbol.asyncIterator]();
  // The first part comes before the head, so that a failure there is still an honest error.
  let part = await iterator.next();
  const headers = { ...safeHeaders, Vary: 'Accept', ...reply.headers, 'Content-Type': reply.contentType };
  response.writeHead(reply.status ?? 200, headers);
  try {
    while (!part.done && !response.destroyed) {
      if (!response.write(part.value)) await untilWritable(response);
      part = await iterator.next();
    }
    response.end();
  } catch {
    response.destroy();
  } finally {
    await iterator.return?.();
  }
}

function sendText(response: Response, reply: Exclude<Reply, StreamReply>): void {
  const isText = 'text' in reply;
  const text = isText ? reply.text : JSON.stringify(inFigures(reply.json));
  const headers: Record<string, string | number> = {
    'Content-Type': isText ? reply.contentType : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
  response.writeHead(reply.status ?? 200, reply.headers ? { ...headers, ...reply.headers } : headers);
  waiting.push({ response, text });
  if (waiting.length === 1) setImmediate(writeWaiting);
}

/** Answers made in one turn of the event loop. */
let waiting: { response: Response; text: string }[] = [];

/** Writes them one after the other: the first wakes the reader, the others find it awake, which is cheaper under load. */
function writeWaiting(): void {
  const answers = waiting;
  waiting = [];
  for (const { response, text } of answers) response.end(text);
}

/** Waits until the response takes more, or is closed; leaves no listener behind. */
async function untilWritable(response: Response): Promise<void> {
  const over = new AbortController();
  const either = [once(response, 'drain', { signal: over.signal }), once(response, 'close', { signal: over.signal })];
  for (const event of either) event.catch(() => {});
  await Promise.race(either).finally(() => over.abort());
}

/** The last Express handlers: nothing found, and every error as a problem document. A 500 never tells the raw message. */
export function createErrorHandlers(log: Logger) {
  const notFound = () => {
    throw new PannierError('not_found', 'No such path. The paths are described at /docs.');
  };
  const onError = (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const known = asPannierError(error);
    if (known.code === 'internal') log.error({ err: error, path: request.route?.path }, 'request failed');
    else if (known.code === 'unavailable') log.warn({ path: request.route?.path }, 'database unavailable');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = problemOf(known);
    const seconds = retryAfterOf(known);
    if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    // Otherwise the rest of a body that nobody wants would be read to its end, however long it is.
    if (!request.complete) response.setHeader('Connection', 'close');
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    response.statusCode = problem.status;
    response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    response.end(JSON.stringify(problem));
  };
  return { notFound, onError };
}

function asPannierError(error: unknown): PannierError {
  if (error instanceof PannierError) return error;
  // Express answers a path that cannot be decoded with a URIError of status 400.
  if (error instanceof URIError) {
    return new PannierError('invalid_request', 'The path cannot be decoded.', [
      { field: 'path', message: 'is not well-formed' },
    ]);
  }
  return new PannierError('internal', 'Something went wrong on our side.', [], error);
}
