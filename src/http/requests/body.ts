import type { IncomingMessage } from 'node:http';
import { PannierError } from '../../errors.ts';

const maximumBodyBytes = 5 * 2 ** 20;

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
/** What a browser sends without asking first. */
const textType = /^text\/plain\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Does the head say that there is JSON, be it by another name? */
export function isJsonOfPages({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return jsonType.test(type) || textType.test(type);
}

/**
 * A body's bytes.
 * @param given.asText JSON may be called plain text, as beacons have it
 * @throws PannierError where it is no JSON in UTF-8 by its head, or too large
 */
export async function readBody(
  request: IncomingMessage,
  { limit = maximumBodyBytes, asText = false }: { limit?: number | undefined; asText?: boolean } = {},
): Promise<Buffer> {
  if (!(asText ? isJsonOfPages(request) : jsonType.test(request.headers['content-type'] ?? ''))) {
    throw new PannierError('unsupported_media_type', 'Send application/json in UTF-8.');
  }
  return readBytes(request, limit);
}

/**
 * A body's bytes, whatever its head says that they are.
 * @throws PannierError where they are packed, or too many
 */
export async function readBytes(request: IncomingMessage, limit = maximumBodyBytes): Promise<Buffer> {
  if (request.headers['content-encoding'] !== undefined && request.headers['content-encoding'] !== 'identity') {
    throw new PannierError('unsupported_media_type', 'Send the body without content-encoding.');
  }
  const tooLarge = () =>
    new PannierError(
      'payload_too_large',
      `The body is larger than ${limit < 2 ** 20 ? `${limit / 2 ** 10} kB` : `${limit / 2 ** 20} MB`}.`,
    );
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  // Of a body that says how long it is, nothing can be too much any more.
  if (request.headers['content-length'] !== undefined) return readAll(request);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** As `for await` does, without what an iterator costs. */
function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    });
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws PannierError `invalid_request` */
export function parseBody(raw: Buffer): unknown {
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

/** A body's content as bytes: the same whatever the order of its fields and the blanks between them. It keeps to its form, so its nesting has an end. */
export function contentOf(body: unknown): Buffer {
  return Buffer.from(written(body) ?? JSON.stringify(sorted(body)) ?? '');
}

/** JSON with sorted fields; undefined where a field is named like a place in a list, which objects keep before all others. */
function written(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const elements = value.map(written);
    return elements.includes(undefined) ? undefined : `[${elements.join()}]`;
  }
  const fields: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const first = name.charCodeAt(0);
    const field = first >= 48 && first <= 57 ? undefined : written((value as Record<string, unknown>)[name]);
    if (field === undefined) return undefined;
    fields.push(`${JSON.stringify(name)}:${field}`);
  }
  return `{${fields.join()}}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, sorted(field)]);
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}
