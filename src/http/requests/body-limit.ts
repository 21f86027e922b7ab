import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const bodyMs = 18_000;

/** Of requests whose bodies are awaited. */
const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** A body has to come whole in time, whether anybody reads it or not. */
export function limitBody(request: IncomingMessage, onLate: (socket: Duplex) => void): void {
  if (!hasBody(request)) return;
  const timer = setTimeout(() => {
    if (!request.complete) onLate(request.socket);
  }, bodyMs);
  timer.unref();
  timers.set(request, timer);
  request.once('close', () => clearTimeout(timer));
}

/** Of a file; the server's own limit of whole requests holds. */
export function letBodyTakeItsTime(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}
