import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';

/**
 * A node:http server for an Express app. Express changes the prototype of every request and response, which is most of its
 * cost; when they already have the app's prototypes that changes nothing and costs nothing.
 */
export function createHttpServer(app: Express): Server {
  class Request extends IncomingMessage {}
  class Response<Message extends IncomingMessage = IncomingMessage> extends ServerResponse<Message> {}
  const request = Object.setPrototypeOf(Request.prototype, app.request);
  const response = Object.setPrototypeOf(Response.prototype, app.response);
  app.request = request;
  app.response = response;
  const server = createServer(
    {
      IncomingMessage: Request,
      ServerResponse: Response,
      // Slow clients: the head within 10 s, the whole request within 18 s, idle connections 65 s.
      headersTimeout: 10_000,
      requestTimeout: 18_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    app as RequestListener,
  );
  server.setTimeout(60_000);
  return server;
}

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
  const timer = setTimeout(() => server.closeAllConnections(), times.graceMs);
  await closed;
  clearTimeout(timer);
}
