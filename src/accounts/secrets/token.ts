import { createHash, randomBytes } from 'node:crypto';

/** A secret of 256 random bits, as text. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it: there is nothing to guess, so a plain SHA-256 is enough. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
