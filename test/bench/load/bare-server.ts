import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Bare node:http that answers whatever is asked with the body it is sent, in a process of its own. */
process.once('message', (body: string) => {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, headers);
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit(0));
