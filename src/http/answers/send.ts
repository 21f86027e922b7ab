import { once } from 'node:events';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Response } from 'express';
import { inFigures } from '../../formats/figures.ts';
import type { Reply } from '../document/operations.ts';

/** Of every answer. */
export const safeHeaders = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };

type StreamReply = Extract<Reply, { stream: unknown }>;

/** Pipes an answer with back pressure. */
export async function sendStream(response: Response, reply: StreamReply): Promise<void> {
  const iterator = reply.stream[Symbol.asyncIterator]();
  // The first part comes before the head, so that a failure there is still an honest error.
  let part = await iterator.next();
  const vary = varyOf(response, 'Accept', reply.headers?.['Vary']);
  const headers = { ...safeHeaders, ...reply.headers, Vary: vary, 'Content-Type': reply.contentType };
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

function headersOf(response: Response, { headers }: Reply): Reply['headers'] {
  return headers?.['Vary'] === undefined ? headers : { ...headers, Vary: varyOf(response, headers['Vary']) };
}

/** All that an answer goes by: what stands in its head already, such as the origin of a page, stays. */
function varyOf(response: Response, ...names: (string | string[] | undefined)[]): string {
  const standing = response.getHeader('Vary');
  const all = [standing === undefined ? [] : String(standing), ...names.map((name) => name ?? [])].flat();
  return [...new Set(all.flatMap((name) => name.split(',')).map((name) => name.trim()))].join(', ');
}

/** Sends an answer whole, its figures as answers have them. @param mayCompress where it is long, and whoever asks reads gzip */
export function sendText(
  response: Response,
  reply: Exclude<Reply, StreamReply>,
  mayCompress = false,
): void | Promise<void> {
  const isText = 'text' in reply;
  const text = isText ? reply.text : JSON.stringify(inFigures(reply.json));
  const headers: Record<string, string | string[] | number> = {
    'Content-Type': isText ? reply.contentType : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
  const more = headersOf(response, reply);
  if (mayCompress && text.length >= leastCompressed)
    return sendCompressed(response, reply.status ?? 200, text, { ...headers, ...more });
  response.writeHead(reply.status ?? 200, more ? { ...headers, ...more } : headers);
  waiting.push({ response, text });
  if (waiting.length === 1) setImmediate(writeWaiting);
}

/** Shorter ones come in a few packets either way. */
const leastCompressed = 8_192;

/** Compresses it beside the loop, a tenth being left of most lists. */
async function sendCompressed(
  response: Response,
  status: number,
  text: string,
  headers: Record<string, string | number | string[]>,
): Promise<void> {
  const bytes = await promisify(gzip)(text, { level: 4 });
  response.writeHead(status, { ...headers, 'Content-Length': bytes.length, 'Content-Encoding': 'gzip' });
  response.end(bytes);
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
