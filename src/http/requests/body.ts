import type { IncomingMessage } from 'node:http';
import { PannierError } from '../../errors.ts';

const maximumBodyBytes = 5 * 2 ** 20;

/** A body's bytes. @throws PannierError where it is no JSON in UTF-8 by its head, or too large */
export async function readBody(request: IncomingMessage, limit = maximumBodyBytes): Promise<Buffer> {
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
