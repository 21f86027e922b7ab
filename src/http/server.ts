import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { type ErrorCode, PannierError } from '../errors.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { problemOf } from './answers/problem.ts';
import { limitBody } from './requests/body-limit.ts';

/**
 * A node:http server for an Express app. Express changes the prototype of every request and response, which is most of its
 * cost; when they already have the app's prototypes that changes nothing and costs nothing.
 * @param choose which app answers, where there are several; they are set like the first
 */
export function createHttpServer(app: Express, choose?: (request: IncomingMessage) => Express): Server {
  class Request extends IncomingMessage {}
  class Response<Message extends IncomingMessage = IncomingMessage> extends ServerResponse<Message> {}
  const request = Object.setPrototypeOf(Request.prototype, app.request);
  const response = Object.setPrototypeOf(Response.prototype, app.response);
  const adopt = (one: Express) => Object.assign(one, { request, response });
  adopt(app);
  const answer: RequestListener = choose
    ? (request, response) => {
        const chosen = choose(request);
        if (chosen.request !== app.request) adopt(chosen);
        (chosen as RequestListener)(request, response);
      }
    : (app as RequestListener);
  const server = createServer(
    {
      IncomingMessage: Request,
      ServerResponse: Response,
      // Slow clients: the head within 10 s, a body within 18 s (`limitBody`) but for files within half an hour, idle connections 65 s.
      headersTimeout: 10_000,
      requestTimeout: 1_800_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    answer,
  );
  server.prependListener('request', (request: IncomingMessage) => limitBody(request, answerLate));
  server.setTimeout(60_000);
  server.on('clientError', answerUnreadable);
  server.on('connect', (_request, socket) => {
    endWithProblem(socket, 405, { code: 'method_not_allowed', detail: 'CONNECT is for proxies.', head: 'Allow: GET' });
  });
  // An expectation that is not known may be passed over.
  server.on('checkExpectation', answer);
  return server;
}

/** What cannot be read as a request never reaches the app; its answer is a problem document all the same. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const begun = Reflect.get(socket, '_httpMessage') as ServerResponse | undefined;
  if (error.code === 'ECONNRESET' || !socket.writable || begun?.headersSent) {
    socket.destroy();
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = 'The request did not come whole in time.';
    endWithProblem(socket, 408, { code: 'invalid_request', detail, field: 'request' });
  } else if (error.code === 'HPE_HEADER_OVERFLOW') {
    endWithProblem(socket, 431, {
      code: 'payload_too_large',
      detail: 'Path and headers are too large.',
      field: 'headers',
    });
  } else {
    endWithProblem(socket, 400, { code: 'invalid_request', detail: 'This is no HTTP request.', field: 'request' });
  }
}

/** A body that did not come whole in time. */
function answerLate(socket: Duplex): void {
  answerUnreadable(Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
}

function endWithProblem(
  socket: Duplex,
  status: number,
  { code, detail, field, head }: { code: ErrorCode; detail: string; field?: string; head?: string },
): void {
  const faults = field === undefined ? [] : [{ field, message: detail }];
  const title = STATUS_CODES[status]!;
  const body = JSON.stringify({ ...problemOf(new PannierError(code, detail, faults)), status, title });
  const lines = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(head === undefined ? [] : [head]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  // node:http has let go of it, and whoever never ends their half would keep it for ever. They may read the answer first.
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
}

const lastWordsMs = 2_000;

/**
 * Stops without breaking a request: for `lingerMs` whoever still comes is answered, and told that the connection ends with the
 * answer; then nobody new is let in, requests under way have `graceMs` to finish, and all connections are ended.
 */
export async function stopHttpServer(server: Server, times: { lingerMs: number; graceMs: number }): Promise<void> {
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
  });
  await new Promise((resolve) => setTimeout(resolve, times.lingerMs));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await waitAtMost(times.graceMs, closed);
  server.closeAllConnections();
}
