import type { IncomingMessage } from 'node:http';
import { PannierError } from '../../errors.ts';

/** As sent; a file that is packed may be much larger. */
export const mostUploadBytes = 512 * 2 ** 20;

/** A file that comes as the body of a request, read as it comes. */
export interface Upload {
  mediaType: string;
  /** Throws PannierError `payload_too_large` where it is too large, `invalid_request` where the connection ends before it is whole. */
  chunks: AsyncIterable<Buffer>;
}

/**
 * The body of a request as a stream. What packs it is left to whoever reads the file, which shows it by its bytes.
 * @param accepted media types
 * @throws PannierError `unsupported_media_type`, `payload_too_large` by what the head says
 */
export function openUpload(
  request: IncomingMessage,
  accepted: readonly string[],
  most: number = mostUploadBytes,
): Upload {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
  if (!accepted.includes(mediaType)) {
    throw new PannierError('unsupported_media_type', `Send one of ${accepted.join(', ')}.`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!['identity', 'gzip'].includes(encoding.toLowerCase())) {
    throw new PannierError('unsupported_media_type', 'Send the file as it is, or packed by gzip.');
  }
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(most);
  return { mediaType, chunks: read(request, most) };
}

const tooLarge = (most: number) =>
  new PannierError(
    'payload_too_large',
    `The file is larger than ${most / 2 ** 20} MB; pack it by gzip, or send it in parts.`,
  );

async function* read(request: IncomingMessage, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > most) throw tooLarge(most);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof PannierError) throw error;
    throw new PannierError('invalid_request', 'The connection ended before the file was whole.', [], error);
  }
}
