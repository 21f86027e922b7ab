import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { PannierError } from '../../errors.ts';
import { problemOf, retryAfterOf } from './problem.ts';
import { safeHeaders } from './send.ts';

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
