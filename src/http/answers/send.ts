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

/** Names and values in turn, the form of which node makes least. */
function headersOf(response: Response, contentType: string, length: number, { headers }: Reply) {
  const all: (string | number | string[])[] = ['Content-Type', contentType, 'Content-Length', length, ...safe];
  for (const name in headers) all.push(name, name === 'Vary' ? varyOf(response, headers[name]) : headers[name]);
  return all;
}

const safe = Object.entries(safeHeaders).flat();

/** All that an answer goes by: what stands in its head already, such as the origin of a page, stays. */
function varyOf(response: Response, ...names: (string | string[] | undefined)[]): string {
  const standing = response.getHeader('Vary');
  if (standing === undefined && names.length === 1 && typeof names[0] === 'string') return names[0];
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
  const rest = isText ? reply.rest : undefined;
  const length = Buffer.byteLength(text) + (rest?.length ?? 0);
  const headers = headersOf(response, isText ? reply.contentType : jsonType, length, reply);
  const status = reply.status ?? 200;
  if (mayCompress && length >= leastCompressed) {
    return sendCompressed(response, status, rest ? text + rest.toString() : text, headers);
  }
  response.writeHead(status, headers);
  waiting.push({ response, text, rest });
  if (waiting.length === 1) setImmediate(writeWaiting);
}

const jsonType = 'application/json; charset=utf-8';

/** Shorter ones come in a few packets either way. */
const leastCompressed = 8_192;

/** Compresses it beside the loop, a tenth being left of most lists. */
async function sendCompressed(
  response: Response,
  status: number,
  text: string,
  headers: (string | number | string[])[],
): Promise<void> {
  const bytes = await promisify(gzip)(text, { level: 4 });
  headers[headers.indexOf('Content-Length') + 1] = bytes.length;
  response.writeHead(status, [...headers, 'Content-Encoding', 'gzip']);
  response.end(bytes);
}

/** Answers made in one turn of the event loop. */
let waiting: { response: Response; text: string; rest: Buffer | undefined }[] = [];

/** Writes them one after the other: the first wakes the reader, the others find it awake, which is cheaper under load. */
function writeWaiting(): void {
  const answers = waiting;
  waiting = [];
  for (const { response, text, rest } of answers) {
    if (rest) endWith(response, text, rest);
    else response.end(text);
  }
}

/** Both in one write. */
function endWith(response: Response, text: string, rest: Buffer): void {
  const { socket } = response;
  socket?.cork();
  response.write(text);
  response.end(rest);
  socket?.uncork();
}

/** Waits until the response takes more, or is closed; leaves no listener behind. */
async function untilWritable(response: Response): Promise<void> {
  const over = new AbortController();
  const either = [once(response, 'drain', { signal: over.signal }), once(response, 'close', { signal: over.signal })];
  for (const event of either) event.catch(() => {});
  await Promise.race(either).finally(() => over.abort());
}
