import type { Request } from 'express';
import type { Operation } from '../document/document.ts';
import type { Call, Caller } from '../document/operations.ts';
import { isJsonOfPages } from './body.ts';
import { allowedBy, anyone, authorize, bearerOf, type Keys, type Sessions, withScope } from './callers.ts';
import type { PageRequests } from './page-requests.ts';

/** Whom a request can be of, and how much pages may ask. */
interface Identification {
  keys: Keys;
  sessions: Sessions;
  pages: PageRequests;
}

/**
 * Who asks, by the head of a request and its query, from which the key is taken; of what pages send, nobody as long as the body
 * has not been read, where a key may stand as well.
 */
export function createIdentifier(
  operation: Operation,
  { keys, sessions, pages }: Identification,
): (request: Request, parameters: Record<string, unknown>) => Caller {
  const allowed = allowedBy(operation);
  if (!allowed) return () => anyone;
  if (!operation.isForPages) return (request) => authorize(request, { keys, sessions }, allowed);
  return (request, parameters) => {
    const { key: queryKey } = parameters;
    delete parameters['key'];
    const mayBeInBody = operation.bodySchema && isJsonOfPages(request);
    if (queryKey === undefined && mayBeInBody && bearerOf(request) === undefined) return anyone;
    const caller =
      queryKey === undefined
        ? authorize(request, { keys, sessions }, allowed)
        : withScope(pages.findKey(queryKey, 'key'), allowed);
    pages.admit(request, caller, 1);
    return caller;
  };
}

/** A browser's queue of events is no longer, and who has not said who they are has no more read. */
export const bodyBytesOfNobody = 64 * 2 ** 10;

/** Who asks, by the body of what a page sends, where its head did not say; and whether they ask for too much. */
export function createBodyIdentifier(
  operation: Operation,
  { keys, sessions, pages }: Identification,
): (request: Request, call: Call, body: unknown) => void {
  if (!operation.isForPages) return () => {};
  const allowed = allowedBy(operation)!;
  const isObject = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null;
  return (request, call, body) => {
    const content = isObject(body) ? body : {};
    const elements = operation.batch && content[operation.batch.field];
    let cost = Array.isArray(elements) ? elements.length - 1 : 0;
    if (call.key === anyone) {
      cost += 1;
      call.key =
        content['key'] === undefined
          ? authorize(request, { keys, sessions }, allowed)
          : withScope(pages.findKey(content['key'], '/key'), allowed);
    }
    if (cost > 0) pages.admit(request, call.key, cost);
  };
}
