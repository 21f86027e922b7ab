import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Platform } from './platforms/platform.ts';

/** Used where no secret is known, so that this takes as long. */
const noSecret = randomBytes(32);

/**
 * Is the body, byte by byte as it came, signed with the secret? Takes as long whatever is wrong.
 * @param signature as its header has it, of HMAC-SHA256
 */
export function isSigned(
  { encodings }: Pick<Platform, 'encodings'>,
  rawBody: Buffer,
  signature: string | undefined,
  secret: Buffer | undefined,
): boolean {
  const mac = createHmac('sha256', secret ?? noSecret)
    .update(rawBody)
    .digest();
  const given = (signature ?? '').trim().replace(/^sha256=/i, '');
  const fits = encodings.map((encoding) => {
    const bytes = Buffer.from(given, encoding);
    // What is no such text is cut short by the decoder, or reads as others do.
    const isWhole =
      bytes.length === mac.length && bytes.toString(encoding) === (encoding === 'hex' ? given.toLowerCase() : given);
    return timingSafeEqual(isWhole ? bytes : Buffer.alloc(mac.length), mac) && isWhole;
  });
  return secret !== undefined && fits.includes(true);
}
